"""How optax spells each optimizer; where its own function will not do, as a chain of its parts."""

from collections.abc import Callable
from typing import Any

from lossary.adapters.translation.call import Call, call
from lossary.adapters.translation.spelling import Spelling, apart, by_epsilon, same, short
from lossary.adapters.translation.words import INSIDE_ROOT, SQUARED


def _rated(o: Any) -> Call:
    return call("optax.scale_by_learning_rate", learning_rate=o.learning_rate)


def sgd(o: Any) -> Spelling:
    return same(call("optax.sgd", learning_rate=o.learning_rate))


def momentum(o: Any) -> Spelling:
    if o.dampening:
        rate = short(o.learning_rate * (1 - o.dampening))
        made = call("optax.sgd", learning_rate=rate, momentum=o.momentum)
        return apart(made, "optax dampens no gradient, the first one included.")
    return same(call("optax.sgd", learning_rate=o.learning_rate, momentum=o.momentum))


def nesterov(o: Any) -> Spelling:
    settings = {"learning_rate": o.learning_rate, "momentum": o.momentum, "nesterov": True}
    return same(call("optax.sgd", **settings))


def adagrad(o: Any) -> Spelling:
    epsilon = o.epsilon if o.inside_root else short(o.epsilon**2)
    made = call(
        "optax.adagrad", learning_rate=o.learning_rate,
        initial_accumulator_value=o.initial_square, eps=epsilon,
    )  # fmt: skip
    if o.inside_root:
        return same(made)
    return by_epsilon(made, o.epsilon, f"optax {INSIDE_ROOT[0]} {SQUARED}")


def adadelta(o: Any) -> Spelling:
    settings = {"learning_rate": o.learning_rate, "rho": o.decay, "eps": o.epsilon}
    return same(call("optax.adadelta", **settings))


def rmsprop(o: Any) -> Spelling:
    settings = {
        "decay": o.decay, "eps": o.epsilon, "initial_scale": o.initial_square,
        "eps_in_sqrt": o.inside_root,
    }  # fmt: skip
    if not o.momentum:
        settings |= {"centered": o.centred}
        return same(call("optax.rmsprop", learning_rate=o.learning_rate, **settings))
    # optax.rmsprop multiplies the learning rate into the velocity; its parts can do without.
    scaled = call("optax.scale_by_stddev" if o.centred else "optax.scale_by_rms", **settings)
    return same(call("optax.chain", scaled, call("optax.trace", decay=o.momentum), _rated(o)))


def adam(o: Any, path: str = "optax.adam", **more: Any) -> Spelling:
    settings = {"learning_rate": o.learning_rate, "b1": o.beta1, "b2": o.beta2, "eps": o.epsilon}
    return same(call(path, **settings, **more))


def adamw(o: Any) -> Spelling:
    return adam(o, "optax.adamw", weight_decay=o.weight_decay)


def amsgrad(o: Any) -> Spelling:
    if not o.bias_correction:
        switches = {"bias_correction_mu": False, "bias_correction_nu": False}
        return adam(o, "optax.amsgrad", **switches)
    found = adam(o, "optax.amsgrad").call
    assert found is not None
    return apart(
        found, "optax keeps the largest corrected mean of squares, and not that of the mean itself."
    )


def adamax(o: Any) -> Spelling:
    return adam(o, "optax.adamax")


def nadam(o: Any) -> Spelling:
    made = adam(o, "optax.nadam").call
    assert made is not None
    if 0.96**o.momentum_decay == 0:
        return same(made)
    return apart(made, "optax's momentum is beta1 from the first step on, and does not grow.")


def radam(o: Any) -> Spelling:
    made = adam(o, "optax.radam").call
    assert made is not None
    why = "optax adds epsilon to the root after the root is corrected."
    return by_epsilon(made, o.epsilon, why)


def adabelief(o: Any) -> Spelling:
    return adam(o, "optax.adabelief", eps_root=o.epsilon)


def yogi(o: Any) -> Spelling:
    scaled = call(
        "optax.scale_by_yogi", b1=o.beta1, b2=o.beta2, eps=o.epsilon,
        initial_accumulator_value=o.initial_square,
    )  # fmt: skip
    made = call("optax.chain", scaled, _rated(o))
    if not o.bias_correction:
        return apart(made, "optax divides both means by what they have gathered.")
    if o.initial_square:
        return apart(made, "optax begins the mean of gradients, too, with initial_square.")
    return same(made)


def lion(o: Any) -> Spelling:
    settings = {"b1": o.beta1, "b2": o.beta2, "weight_decay": o.weight_decay}
    return same(call("optax.lion", learning_rate=o.learning_rate, **settings))


def adan(o: Any) -> Spelling:
    settings = {"b1": o.beta1, "b2": o.beta2, "b3": o.beta3, "eps": o.epsilon, "eps_root": 0.0}
    made = call(
        "optax.adan", learning_rate=o.learning_rate, **settings, weight_decay=o.weight_decay
    )
    why = "optax counts the change of the gradient with 1 - b2, where the paper has what b2 is."
    if o.beta2 == 0.5 and not (o.proximal and o.weight_decay):
        return same(made)
    return apart(made, why)


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
    "RAdam": radam,
    "AdaBelief": adabelief,
    "Yogi": yogi,
    "Lion": lion,
    "Adan": adan,
}
