"""A loss as boosters see it: slopes of raw scores, answers, and which losses are refused."""

import numpy as np
import pytest
from scipy.special import expit, softmax

import lossary
from lossary.adapters.estimators.objective import for_amounts, for_classes
from lossary.errors import ArgumentError, DomainError, LossError
from tests.adapters.objectives import AMOUNTS, CLASSES, OBJECTIVES, SAFE, N, drawn


def test_the_catalogue_has_what_boosters_are_asked_for():
    assert {name.partition(",")[0] for name in AMOUNTS} >= {
        "AbsoluteError", "AbsolutePercentageError", "GaussianNLL", "HalfSquaredError", "Huber",
        "LogCosh", "PoissonNLL", "Quantile", "SquaredError", "SquaredLogarithmicError",
        "TweedieDeviance",
    }  # fmt: skip
    assert {name.partition(",")[0] for name in CLASSES} >= {
        "BinaryCrossEntropy", "CrossEntropy", "Exponential", "Hinge", "SigmoidFocal",
        "SquaredHinge",
    }  # fmt: skip


# ---- slopes -------------------------------------------------------------------------------------


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_slopes_are_what_small_steps_see(name, weighted):
    objective = OBJECTIVES[name]
    raw, target = drawn(objective)
    weight = np.random.default_rng(1).random(N) if weighted else None
    slope, curvature = objective.derivatives(raw, target, weight)
    assert slope.shape == curvature.shape == raw.shape
    step = 1e-5
    for index in np.ndindex(raw.shape[1:]):
        moved = np.zeros_like(raw)
        moved[(slice(None), *index)] = step
        up, down = (_each(objective, raw + way * moved, target, weight) for way in (1, -1))
        here = slope[(slice(None), *index)]
        # Values near one, rounded at 1e-16, over steps of 1e-5; the slope's own bend is its square.
        np.testing.assert_allclose((up - down) / (2 * step), here, rtol=1e-6, atol=1e-8)


def _each(objective, raw, target, weight):
    """Return the loss of each row, without `total`: by the definition, from the link's meaning."""
    head, loss = objective.head, objective.loss
    columns = raw[:, None] if raw.ndim == 1 else raw
    prediction = head.prediction(_numpy(), columns)
    with lossary.use_kernels(False):
        found = loss(prediction, target, reduction="none")
    found = found.sum(axis=1) if found.ndim == 2 else found
    return found if weight is None else weight * found


def _numpy():
    from lossary.backends import backend_named

    return backend_named("numpy").xp


@pytest.mark.parametrize("name", SAFE)
def test_no_curvature_undershoots(name):
    objective = OBJECTIVES[name]
    raw, target = drawn(objective, seed=2)
    _, curvature = objective.derivatives(raw, target)
    step = 1e-4
    assert (curvature > 0).all()
    for index in np.ndindex(raw.shape[1:]):
        moved = np.zeros_like(raw)
        moved[(slice(None), *index)] = step
        ends = [objective.derivatives(raw + way * moved, target)[0] for way in (1, -1)]
        bend = (ends[0] - ends[1])[(slice(None), *index)] / (2 * step)
        # Slopes near one, rounded at 1e-16, over steps of 1e-4; the fourth derivative's part.
        assert (curvature[(slice(None), *index)] >= bend * (1 - 1e-6) - 1e-6).all()


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("name", OBJECTIVES)
def test_single_precision_is_rounded_at_the_end(name, weighted):
    objective = OBJECTIVES[name]
    raw, target = drawn(objective, seed=3)
    weight = np.random.default_rng(3).random(N) if weighted else None
    raw = np.asfortranarray(raw)  # as LightGBM keeps the scores of classes
    if getattr(objective.head, "scale", "") == "plain":  # far off, single precision would blur all
        raw, target = raw + 1e6, target + 1e6
    exact, found = objective.derivatives(raw, target, weight), objective.single(raw, target, weight)
    for one, other in zip(exact, found, strict=True):
        assert other.dtype == np.float32
        np.testing.assert_array_equal(one.astype(np.float32), other)


# ---- answers ------------------------------------------------------------------------------------


def _probabilities(loss, k, raw):
    return for_classes(loss, k).answer(raw).probability


def test_probabilities_are_those_that_everyone_knows():
    rng = np.random.default_rng(23)
    score = np.linspace(-8, 8, 33)
    rows = rng.normal(size=(20, 4))
    # A slope over a slope: a few roundings, and some more where one minus something is left.
    close = {"rtol": 1e-12, "atol": 1e-15}
    found = _probabilities(lossary.BinaryCrossEntropy(), 2, score)
    np.testing.assert_allclose(found, np.stack([expit(-score), expit(score)], -1), **close)
    found = _probabilities(lossary.Exponential(), 2, score)
    np.testing.assert_allclose(found[:, 1], expit(2 * score), **close)
    found = _probabilities(lossary.SquaredHinge(), 2, score / 9)
    np.testing.assert_allclose(found[:, 1], (1 + score / 9) / 2, **close)
    found = _probabilities(lossary.CrossEntropy(), 4, rows)
    np.testing.assert_allclose(found, softmax(rows, axis=-1), **close)
    found = _probabilities(lossary.BinaryCrossEntropy(), 4, rows)
    np.testing.assert_allclose(found, expit(rows) / expit(rows).sum(-1, keepdims=True), **close)
    assert _probabilities(lossary.Hinge(), 2, score) is None


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5, 0.9])
@pytest.mark.parametrize(
    "loss",
    [lossary.SigmoidFocal(), lossary.SigmoidFocal(alpha=None, gamma=3.0), lossary.Exponential()],
    ids=repr,
)
def test_the_probability_at_the_best_constant_is_the_share(loss, share):
    """Of simulated outcomes: their best score, turned into a probability, is their mean."""
    outcomes = (np.random.default_rng(8).random(2000) < share).astype(int)
    objective = for_classes(loss, 2)
    start = objective.start(objective.encoded(outcomes))
    found = objective.answer(start).probability[0, 1]
    np.testing.assert_allclose(found, outcomes.mean(), rtol=1e-9)  # a root, through a ratio
    if share != 0.5:  # and a sigmoid would be wrong
        assert abs(expit(start[0]) - outcomes.mean()) > 0.01


def test_links_lead_back_to_the_target():
    raw = np.array([-1.0, 0.0, 2.0])
    for loss, answer in (
        (lossary.PoissonNLL(), np.exp(raw)),
        (lossary.TweedieDeviance(), np.exp(raw)),
        (lossary.SquaredLogarithmicError(), np.expm1(raw)),
        (lossary.Quantile(level=0.9), raw),
    ):
        np.testing.assert_array_equal(for_amounts(loss).answer(raw).value, answer)


# ---- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: for_classes(lossary.LogLoss(), 2), "reads probability.*Hint: BinaryCrossEntropy"),
        (lambda: for_classes(lossary.NegativeLogLikelihood(), 3), "Hint: CrossEntropy"),
        (lambda: for_amounts(lossary.RootMeanSquaredError()), "all rows together.*SquaredError"),
        (lambda: for_classes(lossary.Dice(), 2), "all rows together"),
        (lambda: for_amounts(lossary.BinaryCrossEntropy()), "is for classes"),
        (lambda: for_classes(lossary.Huber(), 2), "is for amounts"),
        (lambda: for_classes(lossary.ZeroOne(), 2), "no slope"),
        (lambda: for_amounts(lossary.InfoNCE()), "compares rows"),
    ],
)
def test_a_loss_that_boosters_cannot_minimise_is_refused(make, words):
    with pytest.raises(ArgumentError, match=f"(?s){words}"):
        make()


def test_targets_that_mean_nothing_are_refused():
    with pytest.raises(DomainError, match="-1"):
        for_amounts(lossary.PoissonNLL()).check(np.array([1.0, -1.0]))
    with pytest.raises(LossError, match="nan"):
        for_amounts(lossary.HalfSquaredError()).check(np.array([1.0, np.nan]))


@pytest.mark.parametrize(
    ("loss", "said"),
    [
        (lossary.LogLoss().reading(lossary.domains.logit), "BinaryCrossEntropy() has the same"),
        (lossary.BinaryCrossEntropy() + lossary.LogLoss(), "in the place of LogLoss"),
        (lossary.BinaryCrossEntropy() + lossary.Dice(), "sees all rows together"),
        (lossary.Dice() + lossary.BinaryCrossEntropy(), "sees all rows together"),
    ],
    ids=repr,
)
def test_a_term_that_cannot_be_boosted_is_told(loss, said):
    with pytest.raises(lossary.errors.ArgumentError) as error:
        for_classes(loss, 2)
    assert said in str(error.value)
