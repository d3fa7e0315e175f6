"""Keras on two devices trains, shows and judges as on one, though their rows do not count alike.

TensorFlow has a replica on each device, JAX divides the batch between them. `test_tensorflow`
and `test_keras_elsewhere` run this in processes of their own: devices are split before all else.
"""

from contextlib import nullcontext

import keras
import numpy as np
import pytest

import lossary
from lossary.adapters.keras import KerasLoss, KerasMetric
from lossary.domains import scores
from lossary.errors import AdditivityError

pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # Keras' own
TENSORFLOW = keras.backend.backend() == "tensorflow"
ON_REPLICAS = pytest.mark.skipif(not TENSORFLOW, reason="JAX's loss sees the whole batch anyway")
SAME = 2e-6
"""Weights and losses near one, in single precision and in another order."""
RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(24, 4)).astype("float32"), RNG.integers(0, 3, 24)
WEIGHT = RNG.uniform(0, 2, 24)
WEIGHT[[0, 1, 2, 3, 8, 9, 10]] = 0  # of some batches, one device has nothing or little that counts
ENTROPY, DICE = lossary.CrossEntropy(), lossary.Dice().reading(scores)


@pytest.fixture(scope="module")
def two():
    if TENSORFLOW:
        from tests.adapters.two_cpus import strategy

        return strategy.scope
    devices = keras.distribution.list_devices()
    assert len(devices) == 2
    shared = keras.distribution.DataParallel(devices=devices, auto_shard_dataset=False)
    return shared.scope


def run(scope, loss, reduction):
    """Train and judge; return the weights and all that was shown."""
    with scope():
        keras.utils.set_random_seed(0)
        net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
        judges = [KerasMetric(loss)] if loss.additive else []
        net.compile(keras.optimizers.SGD(0.5), KerasLoss(loss, reduction), weighted_metrics=judges)
        y = np.eye(3)[Y] if isinstance(loss, lossary.InfoNCE) else Y
        shown = net.fit(X, y, 8, verbose=0, shuffle=False, sample_weight=WEIGHT).history
        said = net.evaluate(X, y, 8, 0, WEIGHT, return_dict=True)
        weights = net.get_weights()
    return weights, [value for _, (value,) in sorted(shown.items())] + list(said.values())


@pytest.mark.parametrize(
    ("loss", "reduction"),
    [
        (ENTROPY, "sum_over_batch_size"),
        (DICE + 0.5 * ENTROPY, "mean_with_sample_weight"),
        pytest.param(
            lossary.InfoNCE(temperature=0.5), "mean_with_sample_weight", marks=ON_REPLICAS
        ),
    ],
    ids=str,
)
def test_two_devices_train_and_show_what_one_does(loss, reduction, two):
    weights, shown = run(nullcontext, loss, reduction)
    found = run(two, loss, reduction)
    for own, there in zip(weights, found[0], strict=True):
        np.testing.assert_allclose(there, own, 0, SAME)
    np.testing.assert_allclose(found[1], shown, SAME)


@ON_REPLICAS
@pytest.mark.parametrize(
    ("loss", "reduction"),
    [(DICE, "sum"), (DICE, None), (lossary.InfoNCE(), "sum_over_batch_size")],
    ids=str,
)
def test_what_needs_all_rows_is_not_made_of_those_of_one_replica(loss, reduction, two):
    with pytest.raises(AdditivityError, match="rows of one replica"):
        run(two, loss, reduction)


@ON_REPLICAS
def test_keras_own_weighted_mean_is_a_mean_of_means(two):
    def own(scope):
        with scope():
            keras.utils.set_random_seed(0)
            net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)])
            net.compile(
                keras.optimizers.SGD(0.5),
                keras.losses.SparseCategoricalCrossentropy(
                    from_logits=True, reduction="mean_with_sample_weight"
                ),
            )
            net.fit(X, Y, 8, verbose=0, shuffle=False, sample_weight=WEIGHT)
            return net.get_weights()[0]

    assert abs(own(nullcontext) - own(two)).max() > 0.01
