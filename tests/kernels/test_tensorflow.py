"""TensorFlow takes kernels where it is eager and the arrays large, and right numbers anywhere."""

from typing import Any

import numpy as np
import pytest
import tensorflow as tf

import lossary
from lossary.kernels.hosts.tensorflow import LEAST
from lossary.kernels.shelf import shelf

LOSSES = {
    "entries": lossary.SigmoidFocal(gamma=1.5),
    "rows": lossary.CrossEntropy(smoothing=0.1, class_weight=(0.5, 0.0, 2.0)),
    "components": lossary.GaussianNLL(),
}


def _arrays(loss: Any, count: int, dtype: str = "float32") -> Any:
    rng = np.random.default_rng(0)
    if isinstance(loss, lossary.CrossEntropy):
        found = rng.normal(size=(count, 3)), rng.integers(0, 3, count)
    elif isinstance(loss, lossary.GaussianNLL):
        found = rng.normal(size=(count, 2)), rng.normal(size=count)
    else:
        found = rng.normal(size=count), rng.integers(0, 2, count)
    return tf.constant(found[0].astype(dtype)), tf.constant(found[1])


def _all(loss: Any, p: Any, t: Any, reduction: str, **extra: Any) -> list[Any]:
    """Return value, slope, the written gradient, and the slope of the squared slope."""
    with tf.GradientTape() as outer:
        outer.watch(p)
        with tf.GradientTape() as inner:
            inner.watch(p)
            value = loss(p, t, reduction=reduction, **extra)
            total = tf.reduce_sum(value)
        slope = inner.gradient(total, p)
        square = tf.reduce_sum(slope * slope)
    written = loss.gradient(p, t, reduction="mean", **extra)
    return [value, slope, written, outer.gradient(square, p)]


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_value_slopes_and_their_slopes_are_the_definitions(loss: Any, reduction: str) -> None:
    p, t = _arrays(loss, LEAST, "float64")
    weight = tf.constant(np.random.default_rng(1).random(LEAST))
    mask = tf.constant(np.random.default_rng(2).random(LEAST) > 0.3)
    for extra in ({}, {"weight": weight}, {"weight": weight, "mask": mask}):
        found = _all(loss, p, t, reduction, **extra)
        with lossary.use_kernels(False):
            expected = _all(loss, p, t, reduction, **extra)
        for one, other in zip(found, expected, strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-10, atol=1e-13)


def test_a_kernel_is_taken_for_large_eager_arrays_only() -> None:
    for count, graph, taken in (
        (LEAST, False, True),
        (LEAST - 1, False, False),
        (LEAST, True, False),
    ):
        loss = lossary.Huber(delta=1.5)
        p, t = _arrays(loss, count)
        call = tf.function(loss) if graph else loss
        call(p, tf.cast(t, p.dtype))
        assert bool(shelf(loss)) == taken


def test_half_precision_is_left_to_the_definition() -> None:
    loss = lossary.Huber(delta=2.5)
    p = tf.cast(_arrays(loss, LEAST)[0], tf.float16)
    with tf.GradientTape() as tape:
        tape.watch(p)
        value = loss(p, tf.zeros_like(p))
    assert value.dtype == tf.float32
    assert np.count_nonzero(tape.gradient(value, p)) > 0
    assert not shelf(loss)


def test_gradients_of_target_and_weight_and_of_a_prediction_met_twice_are_right() -> None:
    loss = lossary.Huber(delta=1.25)
    p, t = (tf.constant(np.random.default_rng(seed).normal(size=LEAST)) for seed in (0, 1))
    weight = tf.abs(t) + 0.5

    def slopes() -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch([p, t, weight])
            value, twice = loss(p, t, weight=weight), loss(p, tf.sin(p))
        return [*tape.gradient(value, [p, t, weight]), tape.gradient(twice, p)]

    found = slopes()
    with lossary.use_kernels(False):
        for one, other in zip(found, slopes(), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)
