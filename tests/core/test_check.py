"""`check` finds values that cannot be meant, says where they are, and is silent otherwise."""

import re
import warnings

import numpy as np
import pytest
import torch

import lossary
from lossary.errors import ArgumentError, DomainError, SuspicionWarning

RNG = np.random.default_rng(0)
ROWS = RNG.normal(size=(6, 3))
SOFT = np.exp(ROWS) / np.exp(ROWS).sum(-1, keepdims=True)
LABELS = np.asarray([0, 1, 2, 0, 1, 2])
HALF = np.full(6, 0.5)

WRONG = [
    (lossary.CrossEntropy(), (SOFT, LABELS), "sums to one, as after a softmax"),
    (lossary.CrossEntropy(), (ROWS, LABELS + 1), r"target\[2\] = 3"),
    (lossary.CrossEntropy(), (ROWS, LABELS - 100), r"leave entries out with mask="),
    (lossary.CrossEntropy(), (ROWS, ROWS**2), r"target must lie in \[0, 1\]"),
    (lossary.CrossEntropy(), (ROWS, SOFT / 2), "each row of target must sum to one"),
    (lossary.NegativeLogLikelihood(), (SOFT, LABELS), "log-softmax"),
    (lossary.NegativeLogLikelihood(), (-SOFT, LABELS), r"exp\(prediction\) must sum to one"),
    (lossary.KullbackLeibler(), (np.log(SOFT), ROWS), "target must lie in"),
    (lossary.BinaryCrossEntropy(), (ROWS, np.full((6, 3), 255.0)), "255"),
    (lossary.BinaryCrossEntropy(), (ROWS, -np.ones((6, 3))), r"\(target \+ 1\) / 2"),
    (lossary.LogLoss(), (ROWS, np.ones((6, 3))), "put a sigmoid"),
    (lossary.Hinge(), (HALF, HALF), r"must lie in \{-1, 0, 1\}"),
    (lossary.PoissonNLL(), (HALF, -HALF), r"must lie in \[0, inf\)"),
    (lossary.TweedieDeviance(), (HALF, -HALF), r"must lie in \[0, inf\)"),
    (lossary.AbsolutePercentageError(), (HALF, 0 * HALF), "anything but 0"),
    (lossary.SquaredLogarithmicError(), (-HALF * 2, HALF), r"\(-1, inf\)"),
    (lossary.Dice(), (ROWS, LABELS), r"prediction must lie in \[0, 1\]"),
    (lossary.Huber(), (HALF * np.nan, HALF), "6 of 6 do not"),
]


@pytest.mark.parametrize(("loss", "arrays", "told"), WRONG)
def test_a_wrong_value_is_found_and_the_mend_is_told(loss, arrays, told):
    with pytest.raises(DomainError, match=told):
        loss.check(*arrays)


def test_right_values_are_passed_in_silence():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lossary.CrossEntropy().check(ROWS, LABELS)
        lossary.CrossEntropy().check(ROWS, SOFT)
        lossary.LogLoss().check(SOFT, np.eye(3)[LABELS])
        lossary.AbsolutePercentageError(floor=1.0).check(HALF, 0 * HALF)
        lossary.InfoNCE().check(ROWS, ROWS)


def test_what_is_masked_is_not_checked():
    labels, mask = LABELS.copy(), np.ones(6, dtype=bool)
    labels[3], mask[3] = -100, False
    lossary.CrossEntropy().check(ROWS, labels, mask=mask)
    lossary.CrossEntropy().check(ROWS, labels, weight=mask.astype(float))


def test_a_negative_weight_is_found():
    with pytest.raises(DomainError, match=r"weight must lie in \[0, inf\).*weight\[2\] = -1"):
        lossary.Huber().check(HALF, HALF, weight=np.asarray([1.0, 1, -1, 1, 1, 1]))


def test_a_negative_weight_that_is_masked_is_passed():
    weight, mask = np.ones(6), np.ones(6, dtype=bool)
    weight[2], mask[2] = -1, False
    lossary.Huber().check(HALF, HALF, weight=weight, mask=mask)


def test_one_row_that_does_not_sum_to_one_is_found():
    rows = SOFT.copy()
    rows[4] /= 2
    with pytest.raises(DomainError, match=r"1 of 6 do not, the first to 0\.5"):
        lossary.CrossEntropy().check(ROWS, rows)


def test_logits_that_look_like_probabilities_are_suspected():
    with pytest.warns(SuspicionWarning, match="as after a sigmoid"):
        lossary.BinaryCrossEntropy().check(RNG.uniform(size=20), np.ones(20))


def test_the_first_batch_alone_is_looked_at_when_asked():
    loss = lossary.Huber(delta=7.25)  # no other test has seen this one
    bad = HALF * np.nan
    for _ in range(2):  # a batch that failed is looked at again
        with pytest.raises(DomainError):
            loss(bad, HALF, check="first")
    assert loss(HALF, HALF, check="first") == 0
    assert np.isnan(loss(bad, HALF, check="first"))
    with pytest.raises(DomainError):
        loss(bad, HALF, check="always")
    with pytest.raises(ArgumentError, match=re.escape("check='often'")):
        loss(HALF, HALF, check="often")


def test_a_traced_batch_cannot_be_looked_at_and_is_let_through():
    whole = torch.compile(
        lambda p, t: lossary.Huber()(p, t, check="always"), fullgraph=True, backend="aot_eager"
    )
    assert torch.isnan(whole(torch.tensor([torch.nan]), torch.zeros(1)))
