"""Labels that may hold together, and shares between nothing and all."""

import numpy as np
import pytest

import lossary
from lossary.heads import head_for_labels, head_for_shares
from tests.heads.contents import content

RANDOM = np.random.default_rng(9)
LABELS = (RANDOM.uniform(size=(300, 3)) < [0.1, 0.5, 0.8]).astype(int)
SHARES = RANDOM.beta(2.0, 5.0, size=301)


@pytest.mark.parametrize(
    "loss",
    [lossary.BinaryCrossEntropy(), lossary.LogLoss(), lossary.Exponential(),
     lossary.SigmoidFocal()],
    ids=lambda loss: loss.label,
)  # fmt: skip
def test_the_best_constant_tells_the_share_of_each_label_by_itself(loss):
    answer = content(loss, head_for_labels(loss, 3), LABELS)
    assert answer.probability.shape == answer.score.shape == (1, 3)
    # The search ends within a millionth of the range.
    np.testing.assert_allclose(answer.probability[0], LABELS.mean(axis=0), atol=1e-4)


def test_labels_without_probabilities_have_scores():
    for loss in (lossary.Hinge(), lossary.Dice()):
        answer = head_for_labels(loss, 3).answer(np.ones((2, 3)))
        assert answer.probability is None
        assert answer.score.tolist() == [[1.0] * 3] * 2


def test_an_overlap_starts_from_the_odds_of_each_label_also_of_one_that_never_holds():
    never = LABELS * [0, 1, 1]
    low, high, _ = head_for_labels(lossary.Dice(), 3).reach(never)
    assert np.isfinite(low).all()
    np.testing.assert_array_equal(low, high)
    assert low[0] < low[1] < low[2]


@pytest.mark.parametrize(
    ("loss", "constant"),
    [
        (lossary.BinaryCrossEntropy(), SHARES.mean()),
        (lossary.LogLoss(), SHARES.mean()),
        (lossary.SigmoidFocal(), SHARES.mean()),
        (lossary.SquaredError(), SHARES.mean()),
        (lossary.PoissonNLL(), SHARES.mean()),
        (lossary.AbsoluteError(), np.median(SHARES)),
    ],
    ids=["logits", "probabilities", "focal", "mean", "log of the mean", "median"],
)
def test_the_best_constant_share_is_the_mean_or_the_median(loss, constant):
    answer = content(loss, head_for_shares(loss), SHARES)
    assert answer.value[0] == pytest.approx(constant, abs=1e-4)  # a millionth of the range
    assert answer.score is answer.probability is None


def test_a_share_that_was_learned_as_an_amount_is_cut_at_nothing_and_all():
    head = head_for_shares(lossary.SquaredError())
    assert head.answer(np.asarray([[-0.2], [0.3], [1.7]])).value.tolist() == [0.0, 0.3, 1.0]
