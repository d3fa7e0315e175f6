"""How optax spells the optimizers of single arrays and newer ones, many of them in its contrib."""

from collections.abc import Callable
from typing import Any

from lossary.adapters.translation.call import Call, call
from lossary.adapters.translation.spelling import Spelling, absent, apart, by_epsilon, same
from lossary.adapters.translation.words import SIZED_ONLY


def adopt(o: Any) -> Spelling:
    made = call(
        "optax.contrib.adopt", learning_rate=o.learning_rate, b1=o.beta1, b2=o.beta2,
        eps=o.epsilon, use_clipping=o.clipped,
    )  # fmt: skip
    if o.weight_decay:
        return apart(made, "optax's ADOPT has no weight decay.")
    return same(made)


def ademamix(o: Any) -> Spelling:
    made = call(
        "optax.contrib.ademamix", learning_rate=o.learning_rate, b1=o.beta1, b2=o.beta2,
        b3=o.beta3, alpha=o.alpha, eps=o.epsilon, weight_decay=o.weight_decay,
    )  # fmt: skip
    if o.warm_up:
        return apart(made, "optax has no warm-up of its own; schedules for alpha and b3 can be it.")
    return same(made)


def schedule_free(o: Any, path: str, **more: Any) -> Spelling:
    made = call(
        path, learning_rate=o.learning_rate, b1=o.beta1, **more, weight_decay=o.weight_decay,
        weight_lr_power=o.rate_power,
    )  # fmt: skip
    if o.step_power:
        return apart(made, "optax weighs no step by its number.")
    if o.warm_up:
        warm = Call(made.path, (), (*made.settings, ("warmup_steps", int(o.warm_up))))
        return apart(warm, "optax's warm-up begins with a rate of zero, one step later.")
    return same(made)


def schedule_free_sgd(o: Any) -> Spelling:
    return schedule_free(o, "optax.contrib.schedule_free_sgd")


def schedule_free_adamw(o: Any) -> Spelling:
    return schedule_free(o, "optax.contrib.schedule_free_adamw", b2=o.beta2, eps=o.epsilon)


def rprop(o: Any) -> Spelling:
    made = call(
        "optax.rprop", learning_rate=o.learning_rate, eta_minus=o.shrink, eta_plus=o.growth,
        min_step_size=o.smallest, max_step_size=o.largest,
    )  # fmt: skip
    return apart(
        made, "optax moves a step late: not at the first gradient, and twice not after a turn."
    )


def lamb(o: Any) -> Spelling:
    made = call(
        "optax.lamb", learning_rate=o.learning_rate, b1=o.beta1, b2=o.beta2, eps=o.epsilon,
        weight_decay=o.weight_decay,
    )  # fmt: skip
    return same(made) if o.adapted == "all" else apart(made, SIZED_ONLY.format("optax"))


def lars(o: Any) -> Spelling:
    made = call(
        "optax.lars", learning_rate=o.learning_rate, weight_decay=o.weight_decay,
        trust_coefficient=o.trust, momentum=o.momentum,
    )  # fmt: skip
    if o.adapted != "all":
        return apart(made, SIZED_ONLY.format("optax"))
    if o.weight_decay:
        return apart(made, "optax divides by the norm of g + λ w, not by the sum of their norms.")
    return same(made)


def adafactor(o: Any) -> Spelling:
    made = call(
        "optax.adafactor", learning_rate=o.learning_rate, min_dim_size_to_factor=1,
        decay_rate=o.decay, multiply_by_parameter_scale=o.relative,
        clipping_threshold=o.clipping, eps=o.epsilon1,
    )  # fmt: skip
    if o.falling:
        return apart(made, "optax does not hold the rate below one over the step's root.")
    if o.relative and o.epsilon2 != 1e-3:
        return apart(made, "optax takes the weights' size for 0.001 at least.")
    return same(made)


def prodigy(o: Any) -> Spelling:
    made = call(
        "optax.contrib.prodigy", learning_rate=o.learning_rate, betas=(o.beta1, o.beta2),
        eps=o.epsilon, estim_lr0=o.first, weight_decay=o.weight_decay,
    )  # fmt: skip
    if not o.corrected:
        return apart(made, "optax always corrects for means that start at zero.")
    if o.growth is not None:
        return apart(made, "optax does not hold the growth of the distance.")
    why = "optax multiplies epsilon by the distance after the step, and not by that before it."
    return by_epsilon(made, o.epsilon, why)


def polyak(o: Any) -> Spelling:
    made = call(
        "optax.polyak_sgd", max_learning_rate=o.maximum or float("inf"), f_min=o.bound,
        eps=o.epsilon, variant="sps+",
    )  # fmt: skip
    return same(made)


def muon(o: Any) -> Spelling:
    made = call(
        "optax.contrib.muon", learning_rate=o.learning_rate, ns_coeffs=tuple(o.coefficients),
        ns_steps=o.iterations, beta=o.momentum, eps=o.epsilon, weight_decay=o.weight_decay,
        nesterov=o.nesterov, consistent_rms=0.2 if o.adjustment == "rms" else None,
    )  # fmt: skip
    if o.nesterov:
        return apart(made, "optax divides momentum and gradient by what each has gathered.")
    if o.adjustment not in ("wide", "rms"):
        return apart(made, "optax adjusts for kernels whose rows are inputs.")
    return by_epsilon(made, o.epsilon, "optax adds epsilon to a momentum that is corrected.")


def sophia_g(o: Any) -> Spelling:
    return absent("its Sophia draws the curvature itself, at random, where ours is given one")


SPELLED: dict[str, Callable[[Any], Spelling]] = {
    "ADOPT": adopt,
    "AdEMAMix": ademamix,
    "Adafactor": adafactor,
    "LAMB": lamb,
    "LARS": lars,
    "Muon": muon,
    "Polyak": polyak,
    "Prodigy": prodigy,
    "Rprop": rprop,
    "ScheduleFreeAdamW": schedule_free_adamw,
    "ScheduleFreeSGD": schedule_free_sgd,
    "SophiaG": sophia_g,
}
