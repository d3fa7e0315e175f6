"""Two replicas of TensorFlow with unequal numbers of entries that count equal one.

`test_tensorflow` runs this in a process of its own: devices are split before all else.
"""

import numpy as np
import pytest
import tensorflow as tf

import lossary
from lossary.adapters.tensorflow import across
from lossary.errors import ArgumentError
from tests.adapters.two_cpus import strategy

RNG = np.random.default_rng(0)
P, T = RNG.normal(size=(6, 3)), RNG.normal(size=(6, 3))
WEIGHT = RNG.uniform(size=(6, 3))
MASK = np.asarray([[1, 1, 1], [1, 0, 1], [1, 1, 1], [0, 1, 0], [0, 0, 0], [0, 0, 0]], bool)
ROWS = MASK[:, 1]
BOTH = lossary.Dice().reading(lossary.domains.scores) + lossary.CrossEntropy()
CASES = {
    "entries": (lossary.Quantile(level=0.9), P, T, {"weight": WEIGHT, "mask": MASK}),
    "labels": (lossary.CrossEntropy(class_weight=(1, 2, 3)), P, np.arange(6) % 3, {"mask": ROWS}),
    "a ratio": (lossary.Tversky(), 1 / (1 + np.exp(-P)), (T > 0) + 0.0, {"weight": WEIGHT[:, 0]}),
    "a sum": (BOTH, P, np.arange(6) % 3, {"weight": WEIGHT[:, 0]}),
    "rows": (lossary.InfoNCE(temperature=0.5), P, T, {"weight": WEIGHT[:, 0], "mask": ROWS}),
    "nothing": (lossary.Quantile(level=0.9), P, np.nan * T, {"mask": MASK & False}),
}  # fmt: skip
CUT = 4
"""The first replica has four rows, the other two, of which hardly one counts."""


def judged(loss, shift, p, t, counted, how):
    """Return the loss of a model with one parameter for each column, and its slopes."""
    with tf.GradientTape() as tape:
        value = how(loss, p + 0.1 * shift, t, **counted)
    return value, tape.gradient(value, shift)


def whole(loss, *arrays, **counted):
    return loss(*arrays, **counted)


def tensors(p, t, counted, rows=slice(None)):
    """Return some rows of all arrays: of one replica, or all."""
    return tf.nest.map_structure(lambda each: tf.constant(each[rows]), (p, t, counted))


def of_replicas(step, p, t, counted):
    """Take a compiled step on each replica's own rows; return what each of them gives."""
    mine = (slice(None, CUT), slice(CUT, None))
    given = strategy.experimental_distribute_values_from_function(
        lambda here: tensors(p, t, counted, mine[here.replica_id_in_sync_group])
    )
    found = tf.function(lambda given: strategy.run(step, given))(given)
    return [strategy.experimental_local_results(each) for each in found]


@pytest.mark.parametrize("name", CASES)
def test_two_replicas_equal_one_in_value_and_slope(name):
    loss, p, t, counted = CASES[name]
    with strategy.scope():
        shift = tf.Variable(np.asarray([0.3, -0.2, 0.1]))
    value, slope = judged(loss, tf.Variable(shift.numpy()), *tensors(p, t, counted), whole)
    values, slopes = of_replicas(lambda *given: judged(loss, shift, *given, across), p, t, counted)
    # Double precision, in another order.
    np.testing.assert_allclose([each.numpy() for each in values], [value] * 2, 1e-13)
    np.testing.assert_allclose(sum(each.numpy() for each in slopes), slope, 1e-11, 1e-15)
    if name != "nothing":
        assert abs(slopes[0] - slopes[1]).numpy().max() > 1e-4  # each has its own share


def test_a_mean_of_means_is_another_number():
    loss, p, t, counted = CASES["entries"]
    halves = [
        loss(p[mine], t[mine], **{name: each[mine] for name, each in counted.items()})
        for mine in (slice(None, CUT), slice(CUT, None))
    ]
    assert abs(np.mean(halves) - loss(p, t, **counted)) > 0.01


def test_a_replica_s_slope_stays_right_where_the_value_is_infinite():
    p, t = np.asarray([0.5, 0.5, 0.5, 0.5, 0.0, 0.5]), np.ones(6)
    with strategy.scope():
        shift = tf.Variable(np.float64(0.0))
    values, slopes = of_replicas(
        lambda *given: judged(lossary.LogLoss(), shift, *given, across), p, t, {}
    )
    assert [each.numpy() for each in values] == [np.inf] * 2
    np.testing.assert_allclose(slopes[0], -0.1 * 4 * 2 / 6)  # four of six entries, d(-log p) = -2


def test_beside_the_replicas_there_is_nothing_to_add_up():
    with strategy.scope(), pytest.raises(ArgumentError, match=r"strategy\.run"):
        across(lossary.Huber(), tf.zeros(2), tf.zeros(2))


def test_an_optimizer_steps_as_with_one_replica():
    loss, p, t, counted = CASES["labels"]
    alone = tf.Variable([0.3, -0.2, 0.1], dtype=tf.float64)
    with strategy.scope():
        shared = tf.Variable([0.3, -0.2, 0.1], dtype=tf.float64)

    def step(*given):
        value, slope = judged(loss, shared, *given, across)
        here = tf.distribute.get_replica_context()
        shared.assign_sub(here.all_reduce("SUM", slope), read_value=False)
        return (value,)

    _, slope = judged(loss, alone, *tensors(p, t, counted), whole)
    alone.assign_sub(slope)
    of_replicas(step, p, t, counted)
    np.testing.assert_allclose(shared.numpy(), alone.numpy(), 1e-13)
