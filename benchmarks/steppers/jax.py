"""optax in one compiled function, which may write where its arguments stand."""

from collections.abc import Iterator
from typing import Any

import jax
import numpy as np
import optax

from benchmarks.steppers.row import JUDGED, Array, Rule, Stepper


def steppers(rule: Rule, weights: list[Array], slopes: list[Array]) -> Iterator[tuple[str, Any]]:
    """Yield the contestant by name."""
    theirs = _theirs(rule)
    parameters = [jax.numpy.array(each) for each in weights]
    gradient = [jax.numpy.array(each) for each in slopes]

    def moved(parameters: Any, state: Any, gradient: Any) -> Any:
        change, state = theirs.update(gradient, state, parameters)
        return optax.apply_updates(parameters, change), state

    held = [parameters, jax.jit(theirs.init)(parameters)]
    whole = jax.jit(moved, donate_argnums=(0, 1))

    def step() -> None:
        held[:] = jax.block_until_ready(whole(*held, gradient))

    yield "optax, jit", Stepper(step, lambda: np.asarray(held[0][JUDGED]))


def _theirs(rule: Rule) -> Any:
    given = rule.ours.parameters()
    rate = given["learning_rate"]
    if rule.title == "Momentum":
        return optax.sgd(rate, momentum=given["momentum"])
    if rule.title == "RMSProp":
        return optax.rmsprop(rate, given["decay"], eps=given["epsilon"], eps_in_sqrt=False)
    if rule.title == "Lion":
        return optax.lion(rate, given["beta1"], given["beta2"], weight_decay=0.0)
    means = (given["beta1"], given["beta2"], given["epsilon"])
    if rule.title == "Adam":
        return optax.adam(rate, *means)
    return optax.adamw(rate, *means, weight_decay=given["weight_decay"])
