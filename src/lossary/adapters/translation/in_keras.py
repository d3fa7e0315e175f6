"""How Keras spells each optimizer."""

from collections.abc import Callable
from typing import Any

from lossary.adapters.translation.call import Call, call
from lossary.adapters.translation.spelling import (
    Spelling,
    apart,
    by_epsilon,
    same,
    short,
    while_constant,
)
from lossary.adapters.translation.words import (
    EPSILON_HAT,
    FOLDED,
    INSIDE_ROOT,
    SIZED_ONLY,
    SQUARED,
)

LATE_BASE = (
    "Keras recovers the average from the base after the base has moved (on TensorFlow and PyTorch, "
    "whose variables change in place; not on JAX), and counts all steps alike."
)


def sgd(o: Any) -> Spelling:
    return same(call("keras.optimizers.SGD", learning_rate=o.learning_rate))


def momentum(o: Any, **more: Any) -> Spelling:
    rate = o.learning_rate
    if getattr(o, "dampening", 0.0):
        made = call(
            "keras.optimizers.SGD",
            learning_rate=short(rate * (1 - o.dampening)),
            momentum=o.momentum,
        )
        return apart(made, f"Keras dampens no gradient, the first one included. {FOLDED}")
    made = call("keras.optimizers.SGD", learning_rate=rate, momentum=o.momentum, **more)
    return while_constant(made, FOLDED) if o.momentum else sgd(o)


def nesterov(o: Any) -> Spelling:
    return momentum(o, nesterov=True)


def _inside(made: Callable[[float], Call], o: Any) -> Spelling:
    """Spell a rule for a host that adds epsilon inside the root."""
    if o.inside_root:
        return same(made(o.epsilon))
    return by_epsilon(made(short(o.epsilon**2)), o.epsilon, f"Keras {INSIDE_ROOT[0]} {SQUARED}")


def adagrad(o: Any) -> Spelling:
    def made(epsilon: float) -> Call:
        return call(
            "keras.optimizers.Adagrad", learning_rate=o.learning_rate,
            initial_accumulator_value=o.initial_square, epsilon=epsilon,
        )  # fmt: skip

    return _inside(made, o)


def adadelta(o: Any) -> Spelling:
    settings = {"learning_rate": o.learning_rate, "rho": o.decay, "epsilon": o.epsilon}
    return same(call("keras.optimizers.Adadelta", **settings))


def rmsprop(o: Any) -> Spelling:
    def made(epsilon: float) -> Call:
        return call(
            "keras.optimizers.RMSprop", learning_rate=o.learning_rate, rho=o.decay,
            momentum=o.momentum, epsilon=epsilon, centered=o.centred,
        )  # fmt: skip

    if o.initial_square:
        return apart(made(o.epsilon), "Keras's mean of squares begins at zero.")
    found = _inside(made, o)
    if found.call is None or not o.momentum:
        return found
    return while_constant(found.call, FOLDED) if not found.why else apart(found.call, found.why)


def adam(o: Any, path: str = "keras.optimizers.Adam", **more: Any) -> Spelling:
    return by_epsilon(_adam(o, path, **more), o.epsilon, EPSILON_HAT)


def _adam(o: Any, path: str, **more: Any) -> Call:
    settings = {"learning_rate": o.learning_rate, "beta_1": o.beta1, "beta_2": o.beta2}
    return call(path, **settings, epsilon=o.epsilon, **more)


def adamw(o: Any) -> Spelling:
    return adam(o, "keras.optimizers.AdamW", weight_decay=o.weight_decay)


def amsgrad(o: Any) -> Spelling:
    found = adam(o, amsgrad=True)
    if o.bias_correction or found.call is None:
        return found
    return apart(found.call, "Keras always divides the means by what they have gathered.")


def adamax(o: Any) -> Spelling:
    why = "Keras adds epsilon to the largest size, and not to each gradient's."
    return by_epsilon(_adam(o, "keras.optimizers.Adamax"), o.epsilon, why, tiny=1e-6)


def nadam(o: Any) -> Spelling:
    made = _adam(o, "keras.optimizers.Nadam")
    if o.momentum_decay == 1:
        return same(made)
    return apart(made, "Keras's momentum grows as with momentum_decay=1: it is there in 100 steps.")


def lion(o: Any) -> Spelling:
    settings = {"beta_1": o.beta1, "beta_2": o.beta2, "weight_decay": o.weight_decay}
    return same(call("keras.optimizers.Lion", learning_rate=o.learning_rate, **settings))


def lamb(o: Any) -> Spelling:
    made = _adam(o, "keras.optimizers.Lamb")
    if o.adapted != "all":
        return apart(made, SIZED_ONLY.format("Keras"))
    if o.weight_decay:
        decayed = _adam(o, "keras.optimizers.Lamb", weight_decay=o.weight_decay)
        return apart(decayed, "Keras's weight decay stays out of the direction and its ratio.")
    return same(made)


def adafactor(o: Any) -> Spelling:
    made = call(
        "keras.optimizers.Adafactor", learning_rate=o.learning_rate, beta_2_decay=-o.decay,
        epsilon_1=o.epsilon1, epsilon_2=o.epsilon2, clip_threshold=o.clipping,
        relative_step=o.falling,
    )  # fmt: skip
    if not o.falling:
        return apart(made, "Keras holds the rate below one over the step's root in any case.")
    if not o.relative:
        return apart(made, "Keras's steps are always in units of the weights' size.")
    return same(made)


def schedule_free_adamw(o: Any) -> Spelling:
    made = call(
        "keras.optimizers.ScheduleFreeAdamW", learning_rate=o.learning_rate, beta_1=o.beta1,
        beta_2=o.beta2, epsilon=o.epsilon, warmup_steps=int(o.warm_up),
        weight_decay=o.weight_decay or None,
    )  # fmt: skip
    return apart(made, LATE_BASE)


def muon(o: Any) -> Spelling:
    a, b, c = o.coefficients
    made = call(
        "keras.optimizers.Muon", learning_rate=o.learning_rate, weight_decay=o.weight_decay,
        momentum=o.momentum, nesterov=o.nesterov, muon_a=a, muon_b=b, muon_c=c,
        ns_steps=o.iterations, rms_rate=0.2 if o.adjustment == "rms" else None,
    )  # fmt: skip
    if o.adjustment not in ("rms", "none"):
        return apart(made, "Keras adjusts for the size of Adam's steps, or not at all.")
    why = "Keras's epsilon is 1e-7, and its momentum 1 / (1 - momentum) times as large."
    return by_epsilon(made, o.epsilon, why, tiny=1e-7)


SPELLED: dict[str, Callable[[Any], Spelling]] = {
    "SGD": sgd,
    "Momentum": momentum,
    "Nesterov": nesterov,
    "AdaGrad": adagrad,
    "AdaDelta": adadelta,
    "RMSProp": rmsprop,
    "Adam": adam,
    "AdamW": adamw,
    "AMSGrad": amsgrad,
    "AdaMax": adamax,
    "NAdam": nadam,
    "Lion": lion,
    "LAMB": lamb,
    "Muon": muon,
    "Adafactor": adafactor,
    "ScheduleFreeAdamW": schedule_free_adamw,
}
