"""How torch.optim spells each optimizer, with every setting that counts."""

from collections.abc import Callable
from typing import Any

from lossary.adapters.translation.call import Call, call
from lossary.adapters.translation.spelling import Spelling, apart, by_epsilon, same, short
from lossary.adapters.translation.words import INSIDE_ROOT, ROOTED


def sgd(o: Any) -> Spelling:
    return same(call("torch.optim.SGD", lr=o.learning_rate))


def momentum(o: Any) -> Spelling:
    settings = {"lr": o.learning_rate, "momentum": o.momentum, "dampening": o.dampening}
    return same(call("torch.optim.SGD", **settings))


def nesterov(o: Any) -> Spelling:
    if o.momentum == 0:
        return sgd(o)
    settings = {"lr": o.learning_rate, "momentum": o.momentum, "nesterov": True}
    return same(call("torch.optim.SGD", **settings))


def adagrad(o: Any) -> Spelling:
    def made(epsilon: float) -> Call:
        return call(
            "torch.optim.Adagrad", lr=o.learning_rate,
            initial_accumulator_value=o.initial_square, eps=epsilon,
        )  # fmt: skip

    return _outside(made, o)


def adadelta(o: Any) -> Spelling:
    return same(call("torch.optim.Adadelta", lr=o.learning_rate, rho=o.decay, eps=o.epsilon))


def rmsprop(o: Any) -> Spelling:
    def made(epsilon: float) -> Call:
        return call(
            "torch.optim.RMSprop", lr=o.learning_rate, alpha=o.decay, eps=epsilon,
            momentum=o.momentum, centered=o.centred,
        )  # fmt: skip

    if o.initial_square:
        return apart(made(o.epsilon), "PyTorch's mean of squares begins at zero.")
    return _outside(made, o)


def _outside(made: Callable[[float], Call], o: Any) -> Spelling:
    """Spell a rule for a host that adds epsilon to the root."""
    if not o.inside_root:
        return same(made(o.epsilon))
    epsilon = short(o.epsilon**0.5)
    return by_epsilon(made(epsilon), epsilon, f"PyTorch {INSIDE_ROOT[1]} {ROOTED}")


def adam(o: Any, path: str = "torch.optim.Adam", **more: Any) -> Spelling:
    settings = {"lr": o.learning_rate, "betas": (o.beta1, o.beta2), "eps": o.epsilon}
    return same(call(path, **settings, **more))


def adamw(o: Any) -> Spelling:
    return adam(o, "torch.optim.AdamW", weight_decay=o.weight_decay)


def amsgrad(o: Any) -> Spelling:
    found = adam(o, amsgrad=True)
    if o.bias_correction or found.call is None:
        return found
    return apart(found.call, "PyTorch always divides the means by what they have gathered.")


def adamax(o: Any) -> Spelling:
    return adam(o, "torch.optim.Adamax")


def nadam(o: Any) -> Spelling:
    return adam(o, "torch.optim.NAdam", momentum_decay=o.momentum_decay)


def radam(o: Any) -> Spelling:
    return adam(o, "torch.optim.RAdam")


def rprop(o: Any) -> Spelling:
    made = call(
        "torch.optim.Rprop", lr=o.learning_rate, etas=(o.shrink, o.growth),
        step_sizes=(o.smallest, o.largest),
    )  # fmt: skip
    return same(made)


def adafactor(o: Any) -> Spelling:
    made = call(
        "torch.optim.Adafactor", lr=o.learning_rate, beta2_decay=-o.decay,
        eps=(short(o.epsilon1**0.5), o.epsilon2), d=o.clipping, weight_decay=0.0,
    )  # fmt: skip
    if not o.falling:
        return apart(made, "PyTorch always holds the rate below one over the step's root.")
    if not o.relative:
        return apart(made, "PyTorch's steps are always in units of the weights' size.")
    why = "PyTorch holds the squares above epsilon1, and adds nothing to them."
    return by_epsilon(made, o.epsilon1, why)


def muon(o: Any) -> Spelling:
    made = call(
        "torch.optim.Muon", lr=o.learning_rate, weight_decay=o.weight_decay,
        momentum=o.momentum, nesterov=o.nesterov, ns_coefficients=tuple(o.coefficients),
        eps=o.epsilon, ns_steps=o.iterations,
        adjust_lr_fn="match_rms_adamw" if o.adjustment == "rms" else "original",
    )  # fmt: skip
    why = "PyTorch iterates in half precision (bfloat16), and takes matrices only."
    if o.adjustment not in ("tall", "rms"):
        why += " It adjusts for kernels whose rows are outputs."
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
    "Rprop": rprop,
    "Adafactor": adafactor,
    "Muon": muon,
}
