"""How rows of a batch hang together is found by trying, on losses whose answer is known."""

import numpy as np
import pytest
import torch

from lossary.adapters.foreign.reading import read
from lossary.verifier.batches import hints, leaving_out, rows, weighing
from lossary.verifier.batches.crossing import crossed
from lossary.verifier.batches.extra import extras, kind_of
from lossary.verifier.batches.stated import as_stated
from lossary.verifier.batches.structure import structure
from lossary.verifier.contract import Argument, Contract
from lossary.verifier.subject import Subject

PREDICTION = Argument("pred", "prediction", ("n",), "real")
TARGET = Argument("target", "target", ("n",), "real")


def subject(loss, *more):
    return Subject(read(loss), Contract((PREDICTION, TARGET, *more)))


def mean_squares(pred, target):
    return ((pred - target) ** 2).mean()


def sum_of_squares(pred, target):
    return ((pred - target) ** 2).sum()


def root_of_mean(pred, target):
    return ((pred - target) ** 2).mean().sqrt()


def moved_by_one(pred, target):
    return ((pred - target.roll(1)) ** 2).mean()


def scaled_by_target(pred, target):
    return ((pred - target) ** 2).sum() / (target**2).sum()


def softmax_of_rows(pred, target):
    return -(target * torch.log_softmax(pred, 0)).sum()


KINDS = {
    "mean": mean_squares,
    "sum": sum_of_squares,
    "total": root_of_mean,
    "moved": moved_by_one,
    "ratio": scaled_by_target,
    "batch": softmax_of_rows,
}


@pytest.mark.parametrize("kind", KINDS)
def test_the_structure_is_found_by_moving_rows(kind):
    assert structure(subject(KINDS[kind])).kind == kind


def test_a_loss_that_is_random_is_called_unsteady():
    def dropout(pred, target):
        return ((pred - target) ** 2 * torch.rand(len(pred))).mean()

    assert structure(subject(dropout)).kind == "unsteady"


def test_a_column_beside_a_row_is_seen_with_the_argument_that_crossed():
    def stretched(pred, target):
        return ((pred - target[:, None]) ** 2).mean()

    found = crossed(subject(stretched))
    assert found is not None
    assert found[1] == ("target",)
    assert crossed(subject(mean_squares)) is None
    assert crossed(subject(scaled_by_target)) is None
    assert crossed(subject(lambda pred, target: (pred - target).mean())) is None


def test_shapes_in_a_docstring_are_believed():
    def stated(pred, target):
        """Squares. pred: (N, 1), target: (N,)."""
        return ((pred - target) ** 2).mean()

    arguments = as_stated(subject(stated)).contract.arguments
    assert [each.axes for each in arguments] == [("n", "1"), ("n",)]
    assert as_stated(subject(mean_squares)) is None


def test_a_mask_that_marks_padding_is_told_from_one_that_marks_what_counts():
    def counts(pred, target, mask):
        return ((pred - target) ** 2 * mask).sum() / mask.sum().clamp(min=1)

    def pads(pred, target, mask):
        return counts(pred, target, ~mask)

    mask = Argument("mask", "mask", ("n",), "real")
    assert [way.kept for way in leaving_out.ways(subject(counts, mask))] == [1.0]
    assert [way.kept for way in leaving_out.ways(subject(pads, mask))] == [0.0]


def test_an_optional_weight_is_found_with_its_axes():
    def weighted(pred, target, sample_weight=None):
        loss = (pred - target) ** 2
        return (loss if sample_weight is None else loss * sample_weight).mean()

    (extra,) = extras(subject(weighted), "weight")
    assert (extra.axes, extra.optional) == (("n",), True)
    batch = subject(weighted).draw(n=6)
    assert extra.number(batch, 2 * np.ones(6)) == pytest.approx(2 * extra.number(batch, np.ones(6)))


def test_each_denominator_of_a_weighted_sum_has_its_name():
    each, weights = np.array([1.0, 2.0, 5.0]), np.array([2.0, 0.5, 1.0])
    total = float(weights @ each)
    assert weighing.denominator(total / 3, each, weights) == "the number of rows"
    assert weighing.denominator(total / 3.5, each, weights) == "the sum of the weights"
    assert weighing.denominator(total / 7, each, weights) is None
    assert "squares" in weighing.mistake(float(weights**2 @ each) / 3, each, weights)[0]


@pytest.mark.parametrize(
    ("name", "kind"),
    [("pos_weight", "positive"), ("class_weights", "class"), ("sample_weight", "weight"),
     ("attention_mask", "mask"), ("num_items_in_batch", "count"), ("linear_weight", None)],
)  # fmt: skip
def test_arguments_are_known_by_name(name, kind):
    assert kind_of(name) == kind


def test_a_name_promises_rows_and_a_docstring_may_take_it_back():
    def mse(pred, target):
        return ((pred - target) ** 2).mean()

    def mse_of_hard_negatives(pred, target):
        """Looks at the hardest negatives of the batch only."""
        return ((pred - target) ** 2).mean()

    assert hints.by_rows(subject(mse)) is not None
    assert hints.by_rows(subject(mse_of_hard_negatives)) is None


def test_another_batch_has_no_row_in_common():
    one = subject(mean_squares)
    batch = one.typical
    other = rows.other(one, batch)
    assert all((other[name] != batch[name]).all() for name in batch)
