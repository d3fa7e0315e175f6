"""Losses of scores, logits and probabilities against labels."""

from lossary.losses.classification.binary_cross_entropy import (
    BinaryCrossEntropy as BinaryCrossEntropy,
)
from lossary.losses.classification.cross_entropy import CrossEntropy as CrossEntropy
from lossary.losses.classification.exponential import Exponential as Exponential
from lossary.losses.classification.generalized_cross_entropy import (
    GeneralizedCrossEntropy as GeneralizedCrossEntropy,
)
from lossary.losses.classification.hinge import Hinge as Hinge
from lossary.losses.classification.log_loss import LogLoss as LogLoss
from lossary.losses.classification.negative_log_likelihood import (
    NegativeLogLikelihood as NegativeLogLikelihood,
)
from lossary.losses.classification.sigmoid_focal import SigmoidFocal as SigmoidFocal
from lossary.losses.classification.squared_hinge import SquaredHinge as SquaredHinge
from lossary.losses.classification.zero_one import ZeroOne as ZeroOne
