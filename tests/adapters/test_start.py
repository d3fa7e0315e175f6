"""Models start at the best constant of their loss, whatever the weights, the unit, the offset."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

import lossary
from lossary.adapters.estimators.objective import for_amounts, for_classes
from lossary.errors import ArgumentError
from tests.adapters.objectives import OBJECTIVES, N, drawn


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", [name for name in OBJECTIVES if OBJECTIVES[name].outputs == 1])
def test_the_start_is_the_best_constant(name, weighted):
    objective = OBJECTIVES[name]
    _, target = drawn(objective, seed=4)
    weight = np.random.default_rng(5).random(N) if weighted else None
    (found,) = objective.start(target, weight)

    def judged(constant):
        return objective.total(np.full(N, constant), target, weight)

    low, high = found - 20, found + 20
    best = minimize_scalar(judged, bounds=(low, high), method="bounded", options={"xatol": 1e-9})
    assert judged(found) <= best.fun + 1e-9 * abs(best.fun)
    if not objective.refits:
        slope, curvature = objective.derivatives(np.full(N, found), target, weight)
        # What is left of the slope is rounding: sixty slopes near one, at 1e-16 each.
        assert abs(slope.sum()) <= 1e-12 * (np.abs(slope).sum() + curvature.sum())


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", [name for name in OBJECTIVES if OBJECTIVES[name].outputs > 1])
def test_a_start_of_several_scores_leaves_no_slope(name, weighted):
    objective = OBJECTIVES[name]
    _, target = drawn(objective, seed=4)
    weight = np.random.default_rng(5).random(N) if weighted else None
    found = objective.start(target, weight)
    at = objective.total(np.tile(found, (N, 1)), target, weight)
    for place in range(objective.outputs):
        for step in (0.01, -0.01):
            moved = found + step * (np.arange(objective.outputs) == place)
            assert objective.total(np.tile(moved, (N, 1)), target, weight) >= at - 1e-12 * abs(at)


def _median(target, weight):
    """The definition: half the weight lies on either side, the middle where that is an interval."""
    known = np.sort(np.unique(target))
    below = [sum(map(Fraction, weight[target <= each])) for each in known]
    half = sum(map(Fraction, weight)) / 2
    ends = [known[next(i for i, b in enumerate(below) if b >= half)]]
    ends.append(known[next(i for i, b in enumerate(below) if b > half)])
    return sum(ends) / 2


RNG = np.random.default_rng(7)
COUNTS = RNG.poisson(3.0, 500).astype(float)
HEAVY = RNG.integers(0, 4, 500).astype(float)
CONSTANTS = {
    "mean": (lossary.SquaredError(), lambda y, w: np.average(y, weights=w)),
    "mean of a half": (lossary.HalfSquaredError(), lambda y, w: np.average(y, weights=w)),
    "log of the mean": (lossary.PoissonNLL(), lambda y, w: np.log(np.average(y, weights=w))),
    "log of the mean, Tweedie": (
        lossary.TweedieDeviance(power=1.3),
        lambda y, w: np.log(np.average(y, weights=w)),
    ),
    "median": (lossary.AbsoluteError(), _median),
    "quantile": (
        lossary.Quantile(level=0.9),
        lambda y, w: np.sort(np.repeat(y, w.astype(int)))[int(0.9 * w.sum())],
    ),
    "mean of log1p": (
        lossary.SquaredLogarithmicError(),
        lambda y, w: np.average(np.log1p(y), weights=w),
    ),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_known_losses_start_at_known_constants(name):
    loss, known = CONSTANTS[name]
    for weight in (np.ones(500), HEAVY):
        (found,) = for_amounts(loss).start(COUNTS, weight)
        # Five hundred terms are summed, and a root of the sum of slopes is sought.
        np.testing.assert_allclose(found, known(COUNTS, weight), rtol=1e-12)


def test_gaussian_nll_starts_at_mean_and_variance():
    found = for_amounts(lossary.GaussianNLL()).start(COUNTS, HEAVY)
    mean = np.average(COUNTS, weights=HEAVY)
    variance = np.average((COUNTS - mean) ** 2, weights=HEAVY)
    np.testing.assert_allclose(found, [mean, np.log(variance)], rtol=1e-10)  # Newton's steps end


def test_cross_entropy_starts_at_the_logarithms_of_shares():
    target = np.repeat([0, 1, 2, 3], [1, 30, 400, 20_000])
    weight = np.where(target == 1, 3.0, 1.0)
    shares = np.bincount(target, weights=weight) / weight.sum()
    found = for_classes(lossary.CrossEntropy(), 4).start(target, weight)
    np.testing.assert_allclose(found, np.log(shares), atol=1e-13)  # steps of mere rounding
    binary = for_classes(lossary.BinaryCrossEntropy(), 4)
    found = binary.start(binary.encoded(target), weight)
    np.testing.assert_allclose(found, np.log(shares / (1 - shares)), rtol=1e-10)


@pytest.mark.parametrize("shift", [0.0, 1e6, -1e6])
@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e9])
def test_a_start_does_not_mind_the_unit(shift, scale):
    rng = np.random.default_rng(22)
    target = scale * (rng.normal(size=5000) + shift)
    for loss, known in (
        (lossary.HalfSquaredError(), np.mean),
        (lossary.AbsoluteError(), np.median),
    ):
        (found,) = for_amounts(loss).start(target)
        np.testing.assert_allclose(found, known(target), rtol=1e-13, atol=1e-13 * scale)


def test_rows_of_no_weight_are_not_felt_at_the_start():
    target = np.append(COUNTS, np.nan)
    weight = np.append(HEAVY, 0.0)
    for loss in (lossary.HalfSquaredError(), lossary.Quantile(level=0.9), lossary.PoissonNLL()):
        objective = for_amounts(loss)
        objective.check(target, weight)
        assert objective.start(target, weight) == objective.start(COUNTS, HEAVY)


def test_equal_targets_start_at_themselves():
    for loss in (lossary.HalfSquaredError(), lossary.Huber(), lossary.AbsoluteError()):
        np.testing.assert_allclose(for_amounts(loss).start(np.full(9, 4.25)), 4.25, rtol=1e-15)


def test_where_there_is_no_start_the_reason_is_told():
    with pytest.raises(ArgumentError, match="logarithm of their mean"):
        for_amounts(lossary.PoissonNLL()).start(np.zeros(5))
    with pytest.raises(ArgumentError, match="weight is zero"):
        for_amounts(lossary.HalfSquaredError()).start(COUNTS, np.zeros(500))
