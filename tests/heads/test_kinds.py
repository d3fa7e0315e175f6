"""Every kind of target has a head for the losses that can learn it, and a reason for the others."""

import numpy as np
import pytest

import lossary
from lossary.backends import backend_named
from lossary.errors import ArgumentError
from lossary.heads import (
    Amount,
    Binary,
    Cumulative,
    Labels,
    LevelNumber,
    Many,
    OneVersusRest,
    OrderedClasses,
    Share,
    Times,
    head_for,
)

HEADS = {
    "regression": (lossary.Huber(), 0, Amount),
    "count": (lossary.NegativeBinomialNLL(), 0, Amount),
    "positive": (lossary.WeibullAFT(), 0, Times),
    "proportion": (lossary.BinaryCrossEntropy(), 0, Share),
    "binary": (lossary.Hinge(), 2, Binary),
    "multiclass": (lossary.GeneralizedCrossEntropy(), 4, Many),
    "multiclass, one against the rest": (lossary.SigmoidFocal(), 4, OneVersusRest),
    "ordinal, border by border": (lossary.BinaryCrossEntropy(), 4, Cumulative),
    "ordinal, as classes": (lossary.CrossEntropy(), 4, OrderedClasses),
    "ordinal, as an amount": (lossary.AbsoluteError(), 4, LevelNumber),
    "multilabel": (lossary.SigmoidFocal(), 3, Labels),
    "multilabel, by overlap": (lossary.Dice(), 3, Labels),
    "survival": (lossary.LogLogisticAFT(), 0, Times),
}


@pytest.mark.parametrize("name", HEADS)
def test_a_kind_of_target_has_its_head(name):
    loss, k, expected = HEADS[name]
    head = head_for(loss, name.partition(",")[0], k)
    assert type(head) is expected
    raw = np.random.default_rng(0).normal(size=(5, head.outputs))
    answer = head.answer(raw)
    for said in (answer.value, answer.score, answer.probability):
        assert said is None or len(said) == 5
    assert answer.value is not None or answer.score is not None
    targets = {"multilabel": np.eye(3, dtype=int)[[0, 1, 2, 2, 1]]}
    target = targets.get(name.partition(",")[0], np.asarray([1, 1, 0, 1, 1] if k else np.ones(5)))
    prediction = head.prediction(backend_named("numpy").xp, raw)
    assert np.isfinite(loss(prediction, head.target(target)))


REFUSED = {
    "no such kind": (lossary.Huber(), "ordnal", "Did you mean ordinal"),
    "classes for a time": (lossary.BinaryCrossEntropy(), "survival", "does not know censoring"),
    "amounts for a time": (lossary.PoissonNLL(), "survival", "WeibullAFT and LogLogisticAFT"),
    "times for amounts of any sign": (lossary.WeibullAFT(), "regression", "negative for censored"),
    "times for a share": (lossary.WeibullAFT(), "proportion", "negative for censored"),
    "times for levels": (lossary.WeibullAFT(), "ordinal", "numbered from 0"),
    "levels that no loss divides by": (
        lossary.AbsolutePercentageError(), "ordinal", "anything but 0",
    ),
    "half a likelihood": (0.5 * lossary.WeibullAFT(), "survival", "no likelihood of times"),
    "two likelihoods": (
        lossary.WeibullAFT() + lossary.LogLogisticAFT(), "positive", "one of its terms",
    ),
    "sides for a share": (lossary.Hinge(), "proportion", "a share of both"),
    "rows of classes for a share": (lossary.CrossEntropy(), "proportion", "BinaryCrossEntropy"),
    "exclusive classes for labels": (lossary.CrossEntropy(), "multilabel", "exclude each other"),
    "amounts for labels": (lossary.SquaredError(), "multilabel", "hold or do not"),
    "pairs of rows": (lossary.InfoNCE(), "multilabel", "compares rows"),
    "no slope": (lossary.ZeroOne(), "ordinal", "no slope"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_a_loss_that_does_not_fit_is_refused_with_the_reason(name):
    loss, kind, said = REFUSED[name]
    with pytest.raises(ArgumentError, match=said) as caught:
        head_for(loss, kind, 3, "'grade'")
    assert kind == "ordnal" or loss.label in str(caught.value)


def test_another_number_in_the_loss_is_another_answer_of_the_same_scores():
    raw = np.asarray([[0.3], [-1.0]])
    times = head_for(lossary.WeibullAFT(scale=0.5), "survival")
    wider = times.with_loss(lossary.WeibullAFT(scale=2.0))
    assert (wider.answer(raw).value < times.answer(raw).value).all()
    for kind, k in (("binary", 2), ("proportion", 0), ("ordinal", 2), ("multilabel", 1)):
        mild, strong = (lossary.SigmoidFocal(alpha=None, gamma=each) for each in (0.0, 3.0))
        moved = head_for(mild, kind, k).with_loss(strong)
        assert moved == head_for(strong, kind, k)
        assert moved.answer(raw) != head_for(mild, kind, k).answer(raw)
    plain = head_for(lossary.Huber(), "regression")
    assert plain.with_loss(lossary.Huber(delta=3.0)) is plain
