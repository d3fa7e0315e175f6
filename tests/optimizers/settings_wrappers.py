"""The parameters that wrappers walk with: limits that some steps meet and others do not."""

from typing import Any

import lossary.optimizers as shelf
from lossary.optimizers import SGD, Adam, Momentum

_HEAVY = Momentum(learning_rate=0.02, momentum=0.7)
_CALM = Momentum(learning_rate=0.005, momentum=0.7)  # a step of fixed length uphill is chaotic else
_ADAM = Adam(learning_rate=0.05, epsilon=1e-3)

WRAPPERS: dict[str, list[dict[str, Any]]] = {
    "AdaptiveClip": [
        {"of": _HEAVY, "limit": 0.9, "epsilon": 0.3},
        {"of": _HEAVY, "limit": 1.1, "units": "first"},
    ],
    "ClipByGlobalNorm": [
        {"of": _HEAVY, "limit": 1.5},
        {"of": _HEAVY, "limit": 0.7, "relative": True, "decay": 0.8},
    ],
    "ClipByNorm": [
        {"of": _HEAVY, "limit": 0.8},
        {"of": _HEAVY, "limit": 0.8, "relative": True, "decay": 0.7},
    ],
    "ClipByValue": [
        {"of": _HEAVY, "limit": 0.4},
        {"of": _HEAVY, "limit": 0.9, "relative": True, "decay": 0.9},
    ],
    "DecoupledWeightDecay": [{"of": _ADAM, "weight_decay": 0.3}],
    "ExponentialMovingAverage": [{"of": SGD(learning_rate=0.03), "decay": 0.9}],
    "L2Penalty": [
        {"of": _ADAM, "weight": 0.2},
        {"of": shelf.Polyak(maximum=0.03), "weight": 0.3},
    ],
    "Lookahead": [
        {"of": _ADAM, "period": 7, "factor": 0.3},
        {"of": _HEAVY, "period": 4, "factor": 0.6, "reset": True},
    ],
    "MasterWeights": [{"of": _ADAM}],
    "SharpnessAware": [
        {"of": _CALM, "radius": 0.1},
        {"of": _CALM, "radius": 0.2, "adaptive": True, "epsilon": 0.2},
    ],
    "SkipNonfinite": [{"of": _ADAM}],
    "StochasticWeightAveraging": [{"of": SGD(learning_rate=0.03), "start": 20, "period": 3}],
}
