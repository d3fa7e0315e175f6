"""Ordered levels, learned border by border, as classes, and as an amount."""

import numpy as np
import pytest

import lossary
from lossary.heads import head_for_levels
from tests.heads.contents import content

RANDOM = np.random.default_rng(5)
LEVELS = RANDOM.choice(4, size=400, p=[0.1, 0.5, 0.15, 0.25])
SHARES = np.bincount(LEVELS) / 400


@pytest.mark.parametrize(
    "loss",
    [
        lossary.BinaryCrossEntropy(), lossary.LogLoss(), lossary.Exponential(),
        lossary.SquaredHinge(), lossary.SigmoidFocal(), lossary.CrossEntropy(),
        lossary.GeneralizedCrossEntropy(),
    ],
    ids=lambda loss: loss.label,
)  # fmt: skip
def test_the_best_constant_tells_the_share_and_the_mean_of_the_levels(loss):
    answer = content(loss, head_for_levels(loss, 4), LEVELS)
    # The search ends within a millionth of the range; near its flat end, squares are lost.
    np.testing.assert_allclose(answer.probability[0], SHARES, atol=2e-4)
    np.testing.assert_allclose(answer.value[0], LEVELS.mean(), atol=5e-4)
    assert answer.score.argmax() == 1


def test_chances_of_borders_that_are_out_of_order_are_put_in_order():
    head = head_for_levels(lossary.BinaryCrossEntropy(), 4)
    chances = np.asarray([[0.6, 0.9, 0.2]])
    answer = head.answer(np.log(chances / (1 - chances)))
    np.testing.assert_allclose(answer.probability, [[0.1, 0.3, 0.4, 0.2]], rtol=1e-12)
    np.testing.assert_allclose(answer.value, [1.7], rtol=1e-12)


def test_a_level_is_above_every_border_below_it():
    head = head_for_levels(lossary.BinaryCrossEntropy(), 4)
    assert head.target(np.asarray([0, 1, 3])).tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 1]]


def test_a_margin_counts_the_borders_it_is_beyond():
    answer = head_for_levels(lossary.Hinge(), 4).answer(
        np.asarray([[3.0, 1.0, -1.0], [2.0, 0.0, -2.0], [-5.0, -5.0, -5.0]])
    )
    assert answer.probability is None
    assert answer.value.tolist() == [2.0, 1.5, 0.0]
    assert answer.score.argmax(axis=1).tolist() == [2, 1, 0]


@pytest.mark.parametrize(
    ("loss", "constant"),
    [
        (lossary.SquaredError(), LEVELS.mean()),
        (lossary.AbsoluteError(), 1.0),
        (lossary.PoissonNLL(), LEVELS.mean()),
        (lossary.GaussianNLL(), LEVELS.mean()),
    ],
    ids=["mean", "median", "log of the mean", "mean and variance"],
)
def test_a_level_learned_as_an_amount_is_reported_as_it_is(loss, constant):
    answer = content(loss, head_for_levels(loss, 4), LEVELS)
    assert answer.value[0] == pytest.approx(constant, abs=1e-4)  # a millionth of the range, squared
    assert answer.probability is None


def test_the_nearest_level_decides():
    answer = head_for_levels(lossary.SquaredError(), 4).answer(
        np.asarray([[-2.0], [0.4], [0.6], [2.6], [9.0]])
    )
    assert answer.score.argmax(axis=1).tolist() == [0, 0, 1, 3, 3]


def test_of_two_levels_one_score_decides_as_of_two_classes():
    raw = np.asarray([[0.2], [0.9]])
    for loss, decided in (
        (lossary.BinaryCrossEntropy(), [1, 1]), (lossary.SquaredError(), [0, 1]),
    ):  # fmt: skip
        score = head_for_levels(loss, 2).answer(raw).score
        assert score.shape == (2,)
        assert (score > 0).tolist() == [bool(each) for each in decided]
