"""A loss called as Keras calls: the definition's number, in Keras' order, shapes and reductions.

All of it holds on each backend; `test_keras_elsewhere` runs it again on JAX and PyTorch.
"""

import copy
import json

import keras
import numpy as np
import pytest

import lossary
from lossary import domains
from lossary.adapters.keras import KerasLoss, KerasMetric
from lossary.core.catalogue import all_of
from lossary.errors import AdditivityError, ArgumentError, GradientError, ShapeError
from lossary.testing.sampling import draw

pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # Keras' own
CLOSE = 3e-6
"""Keras computes in single precision: a dozen roundings of 6e-8, and those of the sums."""
LOSSES = [cls() for cls in all_of() if len(cls().names) == 2]
WEIGHT = np.asarray([0.5, 2.0, 0.0, 1.0, 3.0, 0.25])
SUM = lossary.Dice().reading(domains.scores) + 0.5 * lossary.CrossEntropy()


def number(tensor):
    return keras.ops.convert_to_numpy(tensor)


def drawn(loss, place=0, **sizes):
    """Draw prediction and target in single precision, as Keras will make them."""
    arrays = draw(loss, 3, place, sizes)
    return [each.astype("float32") if each.dtype.kind == "f" else each for each in arrays]


def defined(loss, prediction, target, weight=None, mask=None, reduction="mean"):
    """Judge in double precision, by the definition."""
    arrays = (prediction, np.asarray(target))
    wide = tuple(each.astype(float if each.dtype.kind == "f" else int) for each in arrays)
    return loss.defined(reduction, wide, weight, mask)


def close(found, expected):
    np.testing.assert_allclose(number(found), expected, CLOSE, CLOSE)


@pytest.mark.parametrize("loss", [each for each in LOSSES if each.trainable] + [SUM], ids=str)
def test_every_loss_is_its_own_weighted_mean_with_the_target_first(loss):
    for place in range(len(loss.sentences)):
        p, t = drawn(loss, place)
        weight = np.random.default_rng(0).uniform(0, 2, len(p))
        weight[1] = 0.0
        found = KerasLoss(loss)(t, p, sample_weight=weight)
        close(found, defined(loss, p, t, weight))


def poisson_of_logs(reduction):
    own = keras.losses.Poisson(reduction=reduction)
    return lambda t, p, sample_weight: own(t, np.exp(p), sample_weight=sample_weight)


PAIRS = {
    "one output": (
        lossary.Huber(delta=0.7), (6, 1), lambda r: keras.losses.Huber(delta=0.7, reduction=r)
    ),
    "three outputs": (lossary.PoissonNLL(), (6, 3), poisson_of_logs),
    "labels": (
        lossary.CrossEntropy(),
        (6,),
        lambda r: keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=r),
    ),
}  # fmt: skip


@pytest.mark.parametrize("weight", [None, WEIGHT], ids=["unweighted", "weighted"])
@pytest.mark.parametrize(
    "reduction", ["sum_over_batch_size", "mean", "mean_with_sample_weight", "sum", "none", None]
)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_reduction_is_keras_own(pair, reduction, weight):
    ours, shape, theirs = PAIRS[pair]
    p, t = drawn(ours, **{"...": shape})
    expected = number(theirs(reduction)(t, p, sample_weight=weight))
    found = KerasLoss(ours, reduction)(t, p, sample_weight=weight)
    assert number(found).shape == expected.shape
    close(found, expected)


@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "mean_with_sample_weight", "sum"])
def test_a_mask_counts_as_in_keras(reduction):
    steps = np.random.default_rng(0).normal(size=(4, 3, 1)).astype("float32")
    steps[1, 1:] = steps[3] = 0.0
    weight = np.random.default_rng(1).uniform(size=(4, 3))
    p, t = keras.layers.Masking()(steps), steps[::-1].copy() + 1.0
    ours, theirs = KerasLoss(lossary.LogCosh(), reduction), keras.losses.LogCosh(reduction)
    close(ours(t, p, sample_weight=weight), number(theirs(t, p, sample_weight=weight)))
    close(ours(t, p), number(theirs(t, p)))


def test_what_is_masked_is_not_felt_even_where_it_is_not_a_number():
    steps = np.asarray([[[1.0], [2.0], [0.0]], [[3.0], [0.0], [0.0]]], "float32")
    target = np.where(steps == 0, np.nan, 1.5)
    p, loss = keras.layers.Masking()(steps), lossary.Quantile(level=0.9)
    close(KerasLoss(loss)(target, p), defined(loss, steps[steps != 0], target[steps != 0]))
    metric = KerasMetric(loss)
    metric.update_state(target, p)
    close(metric.result(), defined(loss, steps[steps != 0], target[steps != 0]))


def test_nothing_that_counts_costs_nothing():
    nothing = keras.layers.Masking()(np.zeros((2, 3, 1), "float32"))
    for reduction in ("mean_with_sample_weight", "sum_over_batch_size"):
        loss = KerasLoss(lossary.Quantile(), reduction)
        assert number(loss(np.full((2, 3, 1), np.nan), nothing)) == 0
        assert number(loss(np.ones((2, 1)), np.zeros((2, 1)), sample_weight=np.zeros(2))) == 0


# ---- shapes and labels ---------------------------------------------------------------------------


@pytest.mark.parametrize(("of_p", "of_t"), [((6, 1), (6,)), ((6,), (6, 1)), ((6, 2, 1), (6, 2))])
def test_a_last_axis_of_one_may_be_missing_or_too_many(of_p, of_t):
    loss, (p, t) = lossary.Quantile(level=0.9), drawn(lossary.Quantile(), **{"...": of_p})
    expected = defined(loss, p, t)
    close(KerasLoss(loss)(t.reshape(of_t), p), expected)


@pytest.mark.parametrize("make", [np.asarray, lambda t: t[:, None], lambda t: t.astype(float)])
def test_labels_may_come_as_floats_and_in_a_column(make):
    loss = lossary.CrossEntropy(class_weight=(1.0, 2.0, 3.0, 4.0, 5.0))
    p, t = drawn(loss)
    close(KerasLoss(loss)(make(t), p), defined(loss, p, t))


def test_shares_of_classes_may_come_as_integers():
    loss, (p, t) = lossary.CrossEntropy(), drawn(lossary.CrossEntropy())
    close(KerasLoss(loss)(np.eye(5, dtype=int)[t], p), defined(loss, p, t))


def test_a_mask_without_a_class_axis_is_that_of_the_one_class():
    loss, p = lossary.Dice(), np.random.default_rng(0).uniform(size=(2, 3, 3, 1)).astype("float32")
    masks = p[..., 0] > 0.4
    close(KerasLoss(loss)(masks, p), defined(loss, p, masks[..., None]))


def test_a_map_of_labels_is_read_as_labels():
    loss, rng = lossary.Dice(pool="image"), np.random.default_rng(0)
    p, t = rng.uniform(size=(2, 3, 3, 4)).astype("float32"), rng.integers(0, 4, (2, 3, 3, 1))
    close(KerasLoss(loss)(t.astype("float32"), p), defined(loss, p, t[..., 0]))


@pytest.mark.parametrize("wrong", [7.0, -1.0, 1.5, np.nan])
def test_a_label_that_is_none_gives_nan_and_no_plausible_number(wrong):
    loss = KerasLoss(lossary.CrossEntropy())
    assert np.isnan(number(loss(np.asarray([0.0, wrong]), np.zeros((2, 3)))))


def test_a_softmax_over_one_class_is_refused():
    with pytest.raises(ShapeError, match=r"Dense\(2\)"):
        KerasLoss(lossary.CrossEntropy())(np.asarray([0, 1]), np.zeros((2, 1)))


@pytest.mark.parametrize("shape", [(6, 2), (3,), (2, 6, 1)])
def test_nothing_else_is_broadcast(shape):
    with pytest.raises(ShapeError, match="Quantile cannot read these shapes"):
        KerasLoss(lossary.Quantile())(np.zeros(shape), np.zeros((6, 1)))


@pytest.mark.parametrize("shape", [(4,), (4, 1), (4, 4)])
def test_a_sample_weighs_for_all_its_steps_even_where_there_are_as_many_steps(shape):
    loss, (p, t) = lossary.Quantile(level=0.9), drawn(lossary.Quantile(), **{"...": (4, 4, 2)})
    weight = np.random.default_rng(0).uniform(size=shape)
    each = np.broadcast_to(weight.reshape(shape[0], -1, 1), p.shape)
    close(KerasLoss(loss)(t, p, sample_weight=weight), defined(loss, p, t, each))


def test_keras_own_losses_are_otherwise_where_the_page_says_so():
    p, t = drawn(lossary.SquaredError(), **{"...": (4, 4, 1)})
    weight, square = np.arange(4.0), keras.losses.MeanSquaredError(reduction="sum")
    by_step = ((p - t)[..., 0] ** 2 * weight[None, :]).sum()
    close(square(t, p, sample_weight=weight), by_step)  # not weight[:, None]
    assert square(np.zeros((2, 2)), np.ones((2, 1))) == 2  # a column against a table
    masked = keras.layers.Masking()(np.asarray([[[1.0], [0.0]]], "float32"))
    assert np.isnan(number(square(np.asarray([[[1.0], [np.nan]]]), masked)))
    entropy = keras.losses.CategoricalCrossentropy(from_logits=True)
    with pytest.warns(SyntaxWarning, match="num_classes > 1"):
        assert number(entropy(np.ones((2, 1)), np.asarray([[3.0], [-3.0]]))) == 0


def test_a_weight_that_fits_no_samples_is_refused():
    with pytest.raises(ShapeError, match="weight must have one number for each entry"):
        KerasLoss(lossary.Huber())(np.zeros((6, 2)), np.zeros((6, 2)), sample_weight=np.ones(2))


def test_the_terms_of_a_sum_are_divided_each_by_its_own_count():
    p, t = drawn(SUM, **{"...": (6,)})
    ratio = defined(SUM.terms[0], p, t, WEIGHT)  # it is divided by no count
    entropy = defined(lossary.CrossEntropy(), p, t, WEIGHT, reduction="sum") / 6
    found = KerasLoss(SUM, "sum_over_batch_size")(t, p, sample_weight=WEIGHT)
    close(found, ratio + 0.5 * entropy)


def test_a_sample_weighs_in_each_term_of_a_sum_for_all_its_entries():
    both = lossary.Dice().reading(domains.logit) + lossary.BinaryCrossEntropy()
    rng = np.random.default_rng(0)
    p = rng.normal(size=(6, 2, 2, 1)).astype("float32")
    masks = (rng.uniform(size=p.shape) < 0.4).astype(float)
    pixels = np.broadcast_to(WEIGHT[:, None, None], (6, 2, 2))
    expected = defined(both.terms[0], p, masks, pixels)
    expected += defined(both.terms[1], p, masks, pixels[..., None])
    close(KerasLoss(both)(masks, p, sample_weight=WEIGHT), expected)
    metric = KerasMetric(both)
    metric.update_state(masks[:2], p[:2], WEIGHT[:2])
    metric.update_state(masks[2:], p[2:], WEIGHT[2:])
    close(metric.result(), expected)


def test_half_precision_is_computed_in_single():
    loss = KerasLoss(lossary.BinaryCrossEntropy())
    assert number(loss(np.ones(1), np.asarray([-300.0], "float16"))) == 300.0
    assert number(KerasLoss(lossary.SquaredError(), dtype="float16")([0.0], [300.0])) == 90000.0


# ---- metrics -------------------------------------------------------------------------------------


@pytest.mark.parametrize("loss", [each for each in LOSSES if each.additive] + [SUM], ids=str)
def test_a_metric_is_the_loss_of_all_batches_together(loss):
    p, t = drawn(loss)
    weight = np.random.default_rng(0).uniform(0, 2, len(p))
    weight[:3] = 0.0
    metric = KerasMetric(loss)
    assert number(metric.result()) == 0
    for begin, end in ((0, 2), (2, 9), (9, 12)):
        metric.update_state(t[begin:end], p[begin:end], weight[begin:end])
    close(metric.result(), defined(loss, p, t, weight))
    metric.reset_state()
    metric.update_state(t[:5], p[:5])
    close(metric.result(), defined(loss, p[:5], t[:5]))


def test_a_metric_counts_on_where_single_precision_stands_still():
    metric, one = KerasMetric(lossary.AbsoluteError()), np.ones((1, 1))
    metric.update_state(0 * one, 0 * one, np.asarray([2.0**24]))
    for _ in range(64):
        metric.update_state(0 * one, 2**20 * one, np.ones(1))
    expected = 64 * 2**20 / (2**24 + 64)
    assert number(metric.result()) == np.float32(expected)
    assert np.float32(2**24) + np.float32(1) == 2**24  # what a plain sum would come to


def test_a_metric_may_be_infinite():
    metric = KerasMetric(lossary.LogLoss())
    for p in (0.5, 0.0):
        metric.update_state(np.ones((1, 1)), np.full((1, 1), p))
    assert number(metric.result()) == np.inf


# ---- what is written down ------------------------------------------------------------------------

WRITTEN = [
    KerasLoss(lossary.Quantile(level=0.9), "sum_over_batch_size", name="high"),
    KerasLoss(SUM, None, dtype="float64"),
    KerasLoss(lossary.CrossEntropy(class_weight=(1.0, 2.0))),
    KerasMetric(lossary.Tversky(alpha=0.2), name="missed"),
    KerasMetric(SUM, dtype="float64"),
]


@pytest.mark.parametrize("made", WRITTEN, ids=lambda made: f"{type(made).__name__} {made.name}")
def test_a_configuration_makes_the_same_again(made):
    room = keras.losses if isinstance(made, KerasLoss) else keras.metrics
    text = json.dumps(room.serialize(made))
    for again in (
        type(made).from_config(made.get_config()), room.deserialize(json.loads(text)),
        copy.deepcopy(made),
    ):  # fmt: skip
        assert type(again) is type(made)
        for fact in ("loss", "name", "dtype", "reduction"):
            assert getattr(again, fact, None) == getattr(made, fact, None)


@pytest.mark.parametrize("cls", all_of(), ids=lambda cls: cls.__name__)
def test_every_loss_has_a_name_in_keras(cls):
    name, loss = f"lossary>{cls.__name__}", cls()
    for room, kind, works in (
        (keras.losses, KerasLoss, loss.trainable), (keras.metrics, KerasMetric, loss.additive)
    ):  # fmt: skip
        if works and len(loss.names) == 2:
            found = room.get(name)
            assert (type(found), found.loss) == (kind, loss)
            assert room.get(name) is not found  # a metric's state is its own
        else:
            with pytest.raises((GradientError, AdditivityError, ArgumentError)):
                room.get(name)


def test_logs_call_a_loss_by_plain_words():
    losses = (lossary.GaussianNLL(), lossary.RootMeanSquaredError(), SUM, SUM.terms[0])
    names = [KerasLoss(loss).name for loss in losses]
    assert names == ["gaussian_nll", "root_mean_squared_error", "sum", "dice"]
    assert (
        KerasMetric(lossary.InfoNCE().replace() if False else lossary.ZeroOne()).name == "zero_one"
    )


@pytest.mark.parametrize(
    ("make", "error", "told"),
    [
        (lambda: KerasLoss(lossary.ZeroOne()), GradientError, r"metrics=\[KerasMetric\(ZeroOne"),
        (lambda: KerasLoss(lossary.Huber), ArgumentError, "call a class"),
        (lambda: KerasLoss("huber"), ArgumentError, "expected a loss such as"),
        (lambda: KerasLoss(lossary.TripletMargin()), ArgumentError, "anchor, positive, negative"),
        (lambda: KerasLoss(lossary.Huber(), "weighted"), ArgumentError, "mean_with_sample_weight"),
        (lambda: KerasMetric(lossary.InfoNCE()), AdditivityError, "do not add up to an epoch"),
    ],
)
def test_what_keras_cannot_do_is_told_at_once(make, error, told):
    with pytest.raises(error, match=told):
        make()
