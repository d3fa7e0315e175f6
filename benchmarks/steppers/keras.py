"""Keras on TensorFlow: `apply` in a `tf.function`."""

from collections.abc import Iterator
from typing import Any

import keras
import tensorflow as tf

from benchmarks.steppers.row import JUDGED, Array, Rule, Stepper


def steppers(rule: Rule, weights: list[Array], slopes: list[Array]) -> Iterator[tuple[str, Any]]:
    """Yield the contestant by name."""
    theirs = _theirs(rule)
    variables = [keras.Variable(each) for each in weights]
    gradient = [tf.constant(each) for each in slopes]
    theirs.build(variables)

    @tf.function(autograph=False)
    def step() -> None:
        theirs.apply(gradient, variables)

    yield "Keras, tf.function", Stepper(step, lambda: variables[JUDGED].numpy())


def _theirs(rule: Rule) -> Any:
    given, shelf = rule.ours.parameters(), keras.optimizers
    rate = given["learning_rate"]
    if rule.title == "Momentum":
        return shelf.SGD(rate, momentum=given["momentum"])
    if rule.title == "RMSProp":
        return shelf.RMSprop(rate, rho=given["decay"], epsilon=given["epsilon"] ** 2)
    if rule.title == "Lion":
        return shelf.Lion(rate, given["beta1"], given["beta2"])
    means = (given["beta1"], given["beta2"], given["epsilon"])
    if rule.title == "Adam":
        return shelf.Adam(rate, *means)
    return shelf.AdamW(rate, given["weight_decay"], *means)
