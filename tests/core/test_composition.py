"""Weighted sums of losses are losses."""

import pickle

import numpy as np
import pytest
import torch

import lossary
from lossary import domains
from lossary.backends import backend_named
from lossary.errors import AdditivityError, ArgumentError, DomainError, GradientError, ShapeError
from lossary.testing.case import Case
from lossary.testing.laws.counting import COUNTING

SAME = [law for law in COUNTING if "mean" not in law.says and "nothing" not in law.says]
"""What holds of every loss, whatever it is made of."""
RNG = np.random.default_rng(0)
LOGITS, MASKS = RNG.normal(size=(6, 4, 2)), (RNG.uniform(size=(6, 4, 2)) < 0.4).astype(float)
LABELS = RNG.integers(0, 2, (6, 4))


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def test_a_sum_is_the_sum_of_its_terms():
    loss = 0.7 * lossary.SquaredError() + 0.3 * lossary.Huber() * 2
    p, t = LOGITS[..., 0], LOGITS[..., 1]
    expected = 0.7 * lossary.SquaredError()(p, t) + 0.6 * lossary.Huber()(p, t)
    assert loss(p, t) == pytest.approx(expected, rel=1e-14)
    each = 0.7 * lossary.SquaredError()(p, t, reduction="none")
    each += 0.6 * lossary.Huber()(p, t, reduction="none")
    np.testing.assert_allclose(loss(p, t, reduction="none"), each, rtol=1e-14)
    assert sum([lossary.Huber(), lossary.Huber()])(p, t) == pytest.approx(2 * lossary.Huber()(p, t))


@pytest.mark.parametrize(
    "loss",
    [
        2.0 * lossary.Huber() + lossary.SquaredError(),
        lossary.BinaryCrossEntropy() + 0.5 * lossary.LogLoss(),
        0.7 * lossary.Dice() + lossary.Tversky(),
        lossary.Dice(pool="image").reading(domains.logit),
        lossary.NegativeLogLikelihood().reading(domains.scores),
    ],
    ids=repr,
)
@pytest.mark.parametrize("law", SAME, ids=lambda law: law.says)
def test_a_composed_loss_is_held_to_the_laws_of_what_counts(loss, law):
    for place in range(len(loss.sentences)):
        law.holds(Case(loss, backend_named("numpy"), "float64", place=place))


def test_dice_beside_a_loss_of_logits_reads_their_sigmoid():
    loss = 0.7 * lossary.Dice() + 0.3 * lossary.SigmoidFocal()
    expected = 0.7 * lossary.Dice()(sigmoid(LOGITS), MASKS)
    expected += 0.3 * lossary.SigmoidFocal()(LOGITS, MASKS)
    assert loss(LOGITS, MASKS) == pytest.approx(expected, rel=1e-13)


def test_dice_beside_cross_entropy_reads_the_softmax_and_takes_labels():
    loss = lossary.CrossEntropy() + lossary.Dice()
    softmax = np.exp(LOGITS) / np.exp(LOGITS).sum(-1, keepdims=True)
    expected = lossary.CrossEntropy()(LOGITS, LABELS) + lossary.Dice()(softmax, LABELS)
    assert loss(LOGITS, LABELS) == pytest.approx(expected, rel=1e-13)


def test_parts_of_a_sum_add_up_with_mask_and_slope():
    loss = 0.7 * lossary.Dice() + 0.3 * lossary.SigmoidFocal() + lossary.RootMeanSquaredError()
    loss = lossary.CrossEntropy() + 0.5 * lossary.Dice()
    p = torch.tensor(LOGITS, requires_grad=True)
    t, mask = torch.tensor(LABELS), torch.tensor(RNG.uniform(size=(6, 4)) < 0.6)
    p.data[~mask] = torch.nan
    whole = torch.autograd.grad(loss(p, t, mask=mask), p)[0]
    parts = sum(loss.parts(p[a:b], t[a:b], mask=mask[a:b]) for a, b in ((0, 1), (1, 6)))
    torch.testing.assert_close(
        torch.autograd.grad(parts.value, p)[0], whole, rtol=1e-12, atol=1e-14
    )
    assert (whole[~mask] == 0).all()
    assert torch.isfinite(whole).all()


def test_the_gradient_of_a_sum_is_found_on_numpy_too():
    loss = 0.7 * lossary.Dice() + 0.3 * lossary.SigmoidFocal()
    p = torch.tensor(LOGITS, requires_grad=True)
    slope = torch.autograd.grad(loss(p, torch.tensor(MASKS)), p)[0].numpy()
    np.testing.assert_allclose(loss.gradient(LOGITS, MASKS, reduction="mean"), slope, rtol=1e-10)


def test_a_sum_can_be_written_down_and_read_again():
    loss = (
        0.7 * lossary.Dice(smooth=1.0)
        + 0.3 * lossary.SigmoidFocal()
        + lossary.RootMeanSquaredError()
    )
    again = eval(repr(loss), dict(vars(lossary)))
    assert again == loss == lossary.from_dict(loss.to_dict()) == pickle.loads(pickle.dumps(loss))
    assert len({loss, again}) == 1


def test_losses_of_different_predictions_do_not_mix():
    with pytest.raises(DomainError, match="cannot share one prediction"):
        lossary.CrossEntropy() + lossary.BinaryCrossEntropy()
    with pytest.raises(DomainError, match="does not lead there"):
        lossary.BinaryCrossEntropy().reading(domains.probability)
    with pytest.raises(ShapeError, match="do not take the same arrays"):
        lossary.Huber() + lossary.TripletMargin()


def test_what_has_no_meaning_is_refused():
    loss = lossary.Dice() + lossary.LogLoss()
    with pytest.raises(ArgumentError, match="entries of different shapes"):
        loss(sigmoid(LOGITS), MASKS, reduction="none")
    with pytest.raises(TypeError):
        lossary.Huber() + 1
    with pytest.raises(TypeError):
        lossary.Huber() * lossary.Huber()
    with pytest.raises(AdditivityError, match="gather all rows"):
        (lossary.InfoNCE() + lossary.InfoNCE()).parts(LOGITS[0], LOGITS[1])


def test_every_term_checks_its_own_values():
    zeros = np.zeros(3)
    for loss, p, t in (
        (lossary.SquaredError() + lossary.BinaryCrossEntropy(), zeros, 255 + zeros),
        (lossary.SquaredError() + lossary.PoissonNLL(), zeros, zeros - 1),
        (lossary.Hinge() + lossary.BinaryCrossEntropy(), zeros, zeros - 1),
    ):
        with pytest.raises(DomainError):
            loss.check(p, t)


def test_classes_are_not_added_to_rows():
    loss = 0.7 * lossary.Dice() + 0.3 * lossary.CrossEntropy()
    with pytest.raises(ArgumentError, match="gradient"):
        loss(RNG.normal(size=(3, 3)), np.asarray([0, 1, 2]), reduction="none")


def test_curvatures_add_up_where_every_term_has_one():
    p, t = LOGITS[..., 0], LOGITS[..., 1]
    loss = 2 * lossary.SquaredError() + lossary.Huber()
    expected = 4 + lossary.Huber().curvature(p, t)
    np.testing.assert_allclose(loss.curvature(p, t), expected)
    with pytest.raises(GradientError, match="depends on others"):
        lossary.Dice().curvature(sigmoid(LOGITS), LABELS)
    with pytest.raises(GradientError, match="negative factor"):
        (-1 * lossary.Huber() + lossary.SquaredError()).curvature(p, t)
