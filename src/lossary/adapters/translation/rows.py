"""What is walked: each optimizer, with settings in which every number counts.

Of a host that takes another path, or the same only at times, `apart` has a bound: by more than this
the two part, relative to how far they have come.
"""

from dataclasses import dataclass, field
from typing import Any

from lossary.optimizers import (
    ADOPT,
    LAMB,
    LARS,
    SGD,
    AdaBelief,
    AdaDelta,
    Adafactor,
    AdaGrad,
    Adam,
    AdaMax,
    AdamW,
    Adan,
    AdaptiveClip,
    AdEMAMix,
    AMSGrad,
    ClipByGlobalNorm,
    ClipByNorm,
    ClipByValue,
    DecoupledWeightDecay,
    L2Penalty,
    Lion,
    Momentum,
    Muon,
    NAdam,
    Nesterov,
    Polyak,
    Prodigy,
    RAdam,
    RMSProp,
    Rprop,
    ScheduleFreeAdamW,
    ScheduleFreeSGD,
    Yogi,
)


@dataclass(frozen=True)
class Row:
    """One optimizer to walk, and by how much hosts part from it at the least."""

    optimizer: Any
    apart: dict[str, float] = field(default_factory=dict)


SLOW_SGD = SGD(learning_rate=0.05)
BALL = Momentum(learning_rate=0.01, momentum=0.8)
ROWS = (
    Row(SLOW_SGD),
    Row(BALL, {"keras": 0.005}),
    Row(BALL.replace(dampening=0.3), {"optax": 0.05, "keras": 0.05}),
    Row(Nesterov(learning_rate=0.01, momentum=0.8), {"keras": 0.005}),
    Row(AdaGrad(learning_rate=0.1)),
    Row(AdaGrad(learning_rate=0.1, epsilon=0.01), {"optax": 0.01, "keras": 0.01}),
    Row(
        AdaGrad(learning_rate=0.1, epsilon=0.01, initial_square=0.1, inside_root=True),
        {"torch": 0.03},
    ),
    Row(AdaDelta(learning_rate=0.5, decay=0.9, epsilon=1e-5)),
    Row(RMSProp(learning_rate=0.002)),
    Row(RMSProp(learning_rate=0.002, epsilon=0.01), {"keras": 0.01}),
    Row(RMSProp(learning_rate=0.005, epsilon=0.01, inside_root=True), {"torch": 0.01}),
    Row(
        RMSProp(learning_rate=0.005, epsilon=0.01, initial_square=0.5, inside_root=True),
        {"torch": 0.05, "keras": 0.03},
    ),
    Row(RMSProp(learning_rate=0.003, epsilon=0.01, momentum=0.7, centred=True), {"keras": 0.03}),
    Row(
        RMSProp(learning_rate=0.003, epsilon=0.01, momentum=0.7, inside_root=True),
        {"torch": 0.02, "keras": 0.01},
    ),
    Row(Adam(learning_rate=0.01)),
    Row(Adam(learning_rate=0.05, epsilon=0.01), {"keras": 0.1}),
    Row(Adam(learning_rate=0.05, epsilon=0.0)),
    Row(AdamW(learning_rate=0.01, weight_decay=0.1)),
    Row(AdamW(learning_rate=0.05, epsilon=0.01, weight_decay=0.1), {"keras": 0.1}),
    Row(AMSGrad(learning_rate=0.01), {"optax": 0.2}),
    Row(AMSGrad(learning_rate=0.05, bias_correction=False), {"torch": 0.5, "keras": 0.5}),
    Row(AdaMax(learning_rate=0.05)),
    Row(AdaMax(learning_rate=0.05, epsilon=0.01), {"keras": 5e-4}),
    Row(NAdam(learning_rate=0.02), {"optax": 0.1, "keras": 0.05}),
    Row(NAdam(learning_rate=0.05, epsilon=0.01, momentum_decay=1.0), {"optax": 0.1}),
    Row(NAdam(learning_rate=0.05, momentum_decay=1e6), {"keras": 0.1}),
    Row(RAdam(learning_rate=0.05, beta2=0.9)),
    Row(RAdam(learning_rate=0.05, epsilon=0.01, beta2=0.9), {"optax": 2e-3}),
    Row(AdaBelief(learning_rate=0.05, epsilon=1e-4)),
    Row(Yogi(learning_rate=0.05), {"optax": 0.5}),
    Row(Yogi(learning_rate=0.05, bias_correction=True), {"optax": 5e-6}),
    Row(Yogi(learning_rate=0.05, bias_correction=True, initial_square=0.0)),
    Row(Lion(learning_rate=0.01, weight_decay=0.1)),
    Row(Adan(learning_rate=0.05), {"optax": 0.1}),
    Row(Adan(learning_rate=0.05, beta2=0.5)),
    Row(Rprop(learning_rate=0.01), {"optax": 0.2}),
    Row(ADOPT(learning_rate=0.05, beta2=0.99, epsilon=0.1)),
    Row(ADOPT(learning_rate=0.05, beta2=0.99, clipped=False, weight_decay=0.1), {"optax": 0.1}),
    Row(AdEMAMix(learning_rate=0.01, beta3=0.99, weight_decay=0.1)),
    Row(AdEMAMix(learning_rate=0.01, beta3=0.99, warm_up=20.0), {"optax": 0.05}),
    Row(ScheduleFreeSGD(learning_rate=0.05, weight_decay=0.1)),
    Row(ScheduleFreeSGD(learning_rate=0.05, warm_up=10.0), {"optax": 0.1}),
    Row(ScheduleFreeAdamW(learning_rate=0.05), {"keras": 0.1}),
    Row(ScheduleFreeAdamW(learning_rate=0.05, step_power=1.0), {"optax": 0.1, "keras": 0.1}),
    Row(LAMB(learning_rate=0.01, weight_decay=0.1), {"keras": 0.03}),
    Row(LAMB(learning_rate=0.01)),
    Row(LARS(learning_rate=1.0, trust=0.01)),
    Row(LARS(learning_rate=1.0, trust=0.01, weight_decay=0.1), {"optax": 0.3}),
    Row(Adafactor(learning_rate=0.15), {"optax": 0.01}),
    Row(Adafactor(learning_rate=0.02, falling=False, relative=False), {"torch": 0.5, "keras": 0.5}),
    Row(
        Muon(learning_rate=0.02, nesterov=False, epsilon=1e-9, adjustment="wide"),
        {"torch": 0.2, "keras": 0.2},
    ),
    Row(Muon(learning_rate=0.02, epsilon=1e-9, adjustment="rms"), {"torch": 0.03, "optax": 5e-4}),
    Row(Prodigy(first=0.01), {"optax": 0.5}),
    Row(Prodigy(first=0.01, corrected=True)),
    Row(Polyak(maximum=0.01, bound=0.5, epsilon=0.1)),
    Row(L2Penalty(weight=0.1, of=SLOW_SGD)),
    Row(L2Penalty(weight=0.1, of=BALL), {"keras": 0.1}),
    Row(L2Penalty(weight=0.1, of=Adam(learning_rate=0.02)), {"keras": 0.05}),
    Row(DecoupledWeightDecay(weight_decay=0.1, of=SLOW_SGD), {"optax": 0.1}),
    Row(DecoupledWeightDecay(weight_decay=0.1, of=BALL), {"optax": 0.01, "keras": 0.005}),
    Row(DecoupledWeightDecay(weight_decay=0.1, of=Adam(learning_rate=0.01))),
    Row(
        DecoupledWeightDecay(weight_decay=0.1, of=NAdam(learning_rate=0.02)),
        {"optax": 0.1, "keras": 0.05},
    ),
    Row(ClipByValue(limit=0.3, of=SLOW_SGD)),
    Row(ClipByNorm(limit=0.3, of=SLOW_SGD)),
    Row(ClipByGlobalNorm(limit=0.5, of=SLOW_SGD)),
    Row(AdaptiveClip(limit=0.1, of=SLOW_SGD)),
)
"""Every row is walked by the tests, and by `lossary optimizers --compare`."""


def rows(cls: type | None = None) -> tuple[Row, ...]:
    """Return the rows of an optimizer, those in which another is around it too; or all."""
    return tuple(each for each in ROWS if cls is None or type(each.optimizer) is cls)


UNWALKED = {
    "ExponentialMovingAverage": "it averages beside the path, and changes no step",
    "LBFGS": "torch.optim.LBFGS and optax.lbfgs take closures and search along lines in their own "
    "ways, and these walks give a gradient a step",
    "Lookahead": "optax.lookahead keeps pairs of weights, which these walks do not carry",
    "MasterWeights": "it is of lower precision, and these walks are in double",
    "SOAP": "none of the three has it",
    "Shampoo": "none of the three has it",
    "SharpnessAware": "it takes a second gradient in each step, as optax.contrib.sam does, and "
    "these walks give one",
    "SkipNonfinite": "it changes no step of these walks, whose gradients are finite",
    "SophiaG": "optax.contrib.sophia draws the curvature itself, at random; ours is given one",
    "StochasticWeightAveraging": "it averages beside the path, and changes no step",
}
"""Why there is no row of some: most of them exist in a host too."""
