"""Mistakes that released libraries have made, and that must stay impossible here."""

import numpy as np
import pytest
import torch

import lossary
from lossary.backends import backend_named
from lossary.errors import ArgumentError

INF = float("inf")


def slope(loss, p, *others, **settings):
    p = torch.as_tensor(p, dtype=torch.float64).requires_grad_()
    return torch.autograd.grad(loss(p, *map(torch.as_tensor, others), **settings), p)[0].numpy()


@pytest.mark.parametrize("target", [[1], [[0.0, 0.5, 0.5]]])
def test_classes_that_are_ruled_out_cost_nothing(target):
    scores = np.asarray([[-INF, 1.0, 2.0]])
    loss = lossary.CrossEntropy()
    assert np.isfinite(loss(scores, np.asarray(target)))
    found = slope(loss, scores, np.asarray(target))
    assert np.isfinite(found).all()
    assert found[0, 0] == 0


def test_infinite_logits_are_right_or_wrong_without_nan():
    p, t = np.asarray([INF, -INF, INF, -INF]), np.asarray([1.0, 0, 0, 1])
    for loss in (lossary.BinaryCrossEntropy(), lossary.SigmoidFocal(), lossary.Hinge()):
        np.testing.assert_array_equal(loss(p, t, reduction="none"), [0, 0, INF, INF])


def test_probabilities_of_zero_and_one_are_not_clipped():
    p, t = np.asarray([0.0, 1.0, 0.0, 1.0]), np.asarray([0.0, 1, 1, 0])
    np.testing.assert_array_equal(lossary.LogLoss()(p, t, reduction="none"), [0, 0, INF, INF])
    np.testing.assert_array_equal(slope(lossary.LogLoss(), p[:2], t[:2], reduction="sum"), [1, -1])


def test_a_confident_mistake_keeps_its_slope_under_focal_loss():
    loss = lossary.SigmoidFocal(alpha=None)
    assert loss(np.asarray([20.0]), np.zeros(1)) == pytest.approx(20, rel=1e-6)
    assert slope(loss, [20.0], np.zeros(1)) == pytest.approx(1, rel=1e-6)


def test_a_label_outside_its_classes_is_nan_in_value_and_slope():
    scores = np.asarray([[0.0, 1.0, 2.0]])
    for loss in (lossary.CrossEntropy(), lossary.CrossEntropy(class_weight=(1, 2, 3))):
        for label in (-1, 3, -100, 255):
            assert np.isnan(loss(scores, np.asarray([label])))
            assert np.isnan(slope(loss, scores, np.asarray([label]))).any()


def test_an_absent_class_that_is_not_predicted_costs_nothing():
    masks, empty = np.zeros((4, 2)), np.zeros((4, 2))
    masks[0, 0] = 1
    for loss in (lossary.Dice(), lossary.Tversky(), lossary.Dice(pool="image")):
        assert loss(masks, masks) == 0
        assert loss(empty, empty) == 0
        assert loss(np.ones((4, 2)), empty) == 1  # and one that is predicted costs all
        assert np.isfinite(slope(loss, empty, empty)).all()


def test_alpha_punishes_false_positives_and_beta_misses():
    wrong, true = np.asarray([[1.0], [1.0]]), np.asarray([[1.0], [0.0]])
    assert lossary.Tversky(alpha=1.0, beta=0.0)(wrong, true) == 0.5
    assert lossary.Tversky(alpha=0.0, beta=1.0)(wrong, true) == 0


def test_images_are_judged_together_or_one_by_one():
    true = np.asarray([[[1.0], [1.0]], [[1.0], [0.0]]])
    found = np.asarray([[[1.0], [1.0]], [[0.0], [0.0]]])
    assert lossary.Dice(pool="image")(found, true) == 0.5
    assert lossary.Dice(pool="batch")(found, true) == pytest.approx(1 - 4 / 5)


def test_equal_rows_have_a_finite_slope_under_triplets():
    rows = np.ones((2, 3))
    assert (slope(lossary.TripletMargin(), rows, rows, rows) == 0).all()
    assert lossary.TripletMargin()(rows, rows, rows) == 1


def test_a_perfect_fit_has_a_finite_slope_under_the_root():
    assert (slope(lossary.RootMeanSquaredError(), np.ones(3), np.ones(3)) == 0).all()


def test_a_sum_of_half_precision_does_not_overflow():
    p = np.full(2**17, 8.0, dtype=np.float16)
    assert lossary.SquaredError()(p, p * 0) == 64
    probabilities = np.ones((2**17, 1), dtype=np.float16)
    assert lossary.Dice()(probabilities, probabilities) == 0


def test_small_errors_keep_their_digits():
    error = np.asarray([1e-3], dtype=np.float32)
    assert lossary.LogCosh()(error, 0 * error) == pytest.approx(5e-7, rel=1e-6)
    assert lossary.BinaryCrossEntropy()(np.asarray([40.0]), np.ones(1)) == pytest.approx(
        np.exp(-40), rel=1e-12
    )


def test_both_codings_of_a_side_are_understood():
    p = np.asarray([0.3, -2.0, 1.5])
    for loss in (lossary.Hinge(), lossary.SquaredHinge(), lossary.Exponential(), lossary.ZeroOne()):
        assert loss(p, np.asarray([1, 0, 0])) == loss(p, np.asarray([1, -1, -1]))


def test_targets_bear_no_gradient_unless_asked():
    t = torch.zeros(3, requires_grad=True)
    lossary.Huber()(torch.ones(3, requires_grad=True), t).backward()
    assert (t.grad != 0).all()  # symmetric by the maths: detach a teacher yourself


def test_class_weights_weigh_in_the_mean_too():
    """Scores that say nothing cost log k, whatever the classes weigh."""
    scores, labels = np.zeros((6, 3)), np.asarray([0, 1, 2, 2, 2, 0])
    for smoothing in (0.0, 0.3):
        loss = lossary.CrossEntropy(class_weight=(1.0, 2.0, 9.0), smoothing=smoothing)
        if smoothing == 0:
            assert loss(scores, labels) == pytest.approx(np.log(3), rel=1e-14)
        assert loss(scores, np.eye(3)[labels]) == pytest.approx(loss(scores, labels), rel=1e-14)


def test_a_class_that_weighs_nothing_is_not_felt():
    loss = lossary.CrossEntropy(class_weight=(0.0, 1.0, 2.0))
    scores, labels = np.asarray([[0.0, 1.0, 2.0], [np.nan, np.inf, 0.0]]), np.asarray([1, 0])
    assert loss(scores, labels) == pytest.approx(loss(scores[:1], labels[:1]), rel=1e-14)
    assert (slope(loss, scores, labels)[1] == 0).all()


def test_the_fisher_curvature_is_the_expected_square_of_the_slope():
    """Under the normal distribution predicted: an integral that five points take exactly."""
    points, weights = np.polynomial.hermite_e.hermegauss(5)
    for log_variance in (-1.5, 0.0, 0.8):
        prediction = np.tile([0.3, log_variance], (5, 1))
        target = 0.3 + np.exp(log_variance / 2) * points
        slopes = lossary.GaussianNLL().gradient(prediction, target)
        expected = weights @ slopes**2 / weights.sum()
        found = lossary.GaussianNLL().curvature(prediction, target)
        np.testing.assert_allclose(found, np.tile(expected, (5, 1)), rtol=1e-13)


def test_a_gradient_of_no_known_reduction_is_refused():
    for reduction in ("meen", "none"):
        with pytest.raises(ArgumentError, match="expected 'sum' or 'mean'"):
            lossary.Huber().gradient(np.zeros(2), np.ones(2), reduction=reduction)


def test_related_losses_agree():
    rng = np.random.default_rng(0)
    p, t, y = rng.normal(size=9), rng.normal(size=9), rng.integers(0, 2, 9)
    two, q = np.stack([0 * p, p], -1), 1 / (1 + np.exp(-p))
    soft = np.exp(two) / np.exp(two).sum(-1, keepdims=True)
    same = [
        (lossary.SquaredError()(p, t), 2 * lossary.HalfSquaredError()(p, t)),
        (lossary.SquaredError()(p, t), lossary.RootMeanSquaredError()(p, t) ** 2),
        (lossary.AbsoluteError()(p, t), 2 * lossary.Quantile(level=0.5)(p, t)),
        (lossary.Huber(delta=1e6)(p, t), lossary.HalfSquaredError()(p, t)),
        (lossary.BinaryCrossEntropy()(p, y), lossary.LogLoss()(q, y)),
        (lossary.BinaryCrossEntropy()(p, y), lossary.CrossEntropy()(two, y)),
        (lossary.BinaryCrossEntropy()(p, y), lossary.SigmoidFocal(alpha=None, gamma=0)(p, y)),
        (lossary.CrossEntropy()(two, y), lossary.NegativeLogLikelihood()(np.log(soft), y)),
        (lossary.CrossEntropy()(two, y), lossary.KullbackLeibler()(np.log(soft), np.eye(2)[y])),
        (lossary.Dice()(soft, y), lossary.Tversky(alpha=0.5, beta=0.5)(soft, y)),
    ]
    for one, other in same:
        assert one == pytest.approx(other, rel=1e-12)


@pytest.mark.parametrize("name", ["numpy", "torch", "jax", "tensorflow"])
@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32"])
def test_labels_of_few_bits_are_read_as_they_are(name, dtype):
    backend, classes = backend_named(name), 300 if dtype != "int8" else 128
    scores = np.linspace(0, 1, 4 * classes).reshape(4, classes)
    labels = np.asarray([0, 1, 100, 120])
    for loss in (lossary.CrossEntropy(), lossary.CrossEntropy(class_weight=(1.0,) * classes),
                 lossary.Dice()):  # fmt: skip
        narrow = backend.array(labels.astype(dtype))
        found = backend.numpy(loss(backend.array(scores), narrow))
        assert found == pytest.approx(loss(scores, labels), rel=1e-6)
        loss.check(backend.array(scores), narrow)
    with pytest.raises(lossary.errors.DomainError, match="1 of 4 do not"):
        lossary.CrossEntropy().check(backend.array(scores[:, :120]), narrow)


def test_arrays_that_would_be_misread_are_refused():
    with pytest.raises(lossary.errors.BackendError, match=r"mask=~array\.mask"):
        lossary.SquaredError()(np.ma.masked_array([9.0, 2.0], [True, False]), np.zeros(2))
    with pytest.raises(lossary.errors.DtypeError, match="weight must hold real numbers"):
        lossary.SquaredError()(np.ones(2), np.ones(2), weight=np.ones(2, dtype=complex))


def test_what_does_not_occur_may_overflow():
    """An exponential that overflows beside a share of zero is no contribution, nor is its slope."""
    found = slope(lossary.GaussianNLL(), [[0.0, -1000.0]], np.zeros(1))
    np.testing.assert_array_equal(found, [[0, 0.5]])
    assert slope(lossary.TweedieDeviance(), [-2000.0], np.zeros(1)) == 0
    assert lossary.PoissonNLL()(np.asarray([-INF]), np.zeros(1)) == 0


def test_outer_quantiles_keep_their_digits():
    loss, p = lossary.Quantile(level=0.999999), np.asarray([1.0], dtype=np.float32)
    assert loss(p, 0 * p) == pytest.approx(1e-6, rel=1e-6)


def test_nothing_in_a_ruled_out_class_hides_a_nan():
    assert np.isnan(lossary.KullbackLeibler()(np.asarray([[np.nan, 0.0]]), np.asarray([[0.0, 1]])))


def test_no_class_at_all_costs_nothing():
    assert lossary.Dice()(np.zeros((3, 0)), np.zeros((3, 0))) == 0


def test_sums_of_pixels_do_not_saturate_in_single_precision():
    p = np.ones((2**25, 1), dtype=np.float32)
    true = p.copy()
    true[: 2**24] = 0  # half of the pixels: 1 - 2 · 2^24 / (2^25 + 2^24)
    assert lossary.Dice()(p, true) == pytest.approx(1 / 3, rel=1e-6)


def test_a_class_that_weighs_nothing_still_smooths_the_others():
    scores, labels = torch.randn(6, 3, generator=torch.manual_seed(0)), torch.tensor([0, 1, 2] * 2)
    weights = torch.tensor([0.0, 1.0, 2.0])
    found = lossary.CrossEntropy(smoothing=0.3, class_weight=(0, 1, 2))(scores, labels)
    theirs = torch.nn.functional.cross_entropy(scores, labels, weights, label_smoothing=0.3)
    assert found.item() == pytest.approx(theirs.item(), rel=1e-6)
    bare = lossary.CrossEntropy(class_weight=(0, 1, 2))
    scores[0] = torch.nan  # without smoothing, a row of no weight is not felt
    assert torch.isfinite(bare(scores, labels))


def test_nearby_amounts_keep_the_digits_of_their_logarithms():
    p, t = np.asarray([54284.84], dtype=np.float32), np.asarray([54284.766], dtype=np.float32)
    exact = lossary.SquaredLogarithmicError()(p.astype(float), t.astype(float))
    assert lossary.SquaredLogarithmicError()(p, t) == pytest.approx(exact, rel=1e-5)


def test_a_ratio_of_ones_own_gives_zero_where_nothing_counts():
    from lossary.core.catalogue import _SHELVES

    try:

        @lossary.define
        class Concordance(lossary.RatioOfSums):
            """Agree in mean, spread and order."""

            shapes = "..., ... -> "
            sums = ("p", "t", "pp", "tt", "pt", "n")

            def contributions(self, xp, prediction, target):
                p, t = prediction, target
                return p, t, p * p, t * t, p * t, xp.ones_like(p)

            def finish(self, xp, *sums):
                p, t, pp, tt, pt, n = sums
                spread = pp / n - (p / n) ** 2 + tt / n - (t / n) ** 2 + (p / n - t / n) ** 2
                return 1 - 2 * (pt / n - p / n * t / n) / spread

        loss, p = Concordance(), np.asarray([1.0, 2.0, 4.0])
        assert loss(p, p) == pytest.approx(0)
        assert loss(p[:0], p[:0]) == loss(p * np.nan, p, mask=p < 0) == 0
        assert (loss.gradient(p, p, mask=p < 0) == 0).all()
    finally:
        _SHELVES["loss"].pop("Concordance", None)


def test_a_slope_that_is_not_known_is_not_zero():
    tape = backend_named("numpy")
    with pytest.raises(lossary.errors.GradientError, match=r"numpy\.cbrt"):
        tape.gradient(lambda x: np.sum(np.cbrt(x)), np.ones(2))
    with pytest.raises(lossary.errors.GradientError, match=r"numpy\.cumsum"):
        tape.gradient(lambda x: np.sum(np.cumsum(x)), np.ones(2))


def test_swapped_arguments_are_named_as_such():
    with pytest.raises(lossary.errors.ShapeError, match="look swapped; prediction comes first"):
        lossary.CrossEntropy()(np.asarray([0, 1, 2, 3]), np.zeros((4, 4)))
