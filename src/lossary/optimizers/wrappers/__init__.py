"""Optimizers around an optimizer: they clip, average, look ahead, or take care."""

from lossary.optimizers.wrappers.adaptive_clip import AdaptiveClip
from lossary.optimizers.wrappers.clip_by_global_norm import ClipByGlobalNorm
from lossary.optimizers.wrappers.clip_by_norm import ClipByNorm
from lossary.optimizers.wrappers.clip_by_value import ClipByValue
from lossary.optimizers.wrappers.decoupled_weight_decay import DecoupledWeightDecay
from lossary.optimizers.wrappers.exponential_moving_average import ExponentialMovingAverage
from lossary.optimizers.wrappers.l2_penalty import L2Penalty
from lossary.optimizers.wrappers.lookahead import Lookahead
from lossary.optimizers.wrappers.master_weights import MasterWeights
from lossary.optimizers.wrappers.sharpness_aware import SharpnessAware
from lossary.optimizers.wrappers.skip_nonfinite import SkipNonfinite
from lossary.optimizers.wrappers.stochastic_weight_averaging import StochasticWeightAveraging

__all__ = [
    "AdaptiveClip",
    "ClipByGlobalNorm",
    "ClipByNorm",
    "ClipByValue",
    "DecoupledWeightDecay",
    "ExponentialMovingAverage",
    "L2Penalty",
    "Lookahead",
    "MasterWeights",
    "SharpnessAware",
    "SkipNonfinite",
    "StochasticWeightAveraging",
]
