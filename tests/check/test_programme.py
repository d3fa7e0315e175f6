"""A loss as a programme: chance is set and put back, memories told apart, metrics compared."""

import random

import numpy as np
import pytest
import torch
from torch import nn

import lossary
from lossary.adapters.foreign.chance import seeded
from tests.check.corpus import programme_arrays as arrays


def test_all_sources_of_chance_are_set_and_put_back():
    before = (random.getstate(), np.random.get_state()[1].copy(), torch.get_rng_state())  # noqa: NPY002
    found = []
    for _ in range(2):
        with seeded(4):
            draws = (random.random(), np.random.rand(), torch.rand(()).item())  # noqa: NPY002
            fresh = [np.random.default_rng().random() for _ in range(2)]
            found.append((*draws, *fresh))
    assert found[0] == found[1]
    assert found[0][3] != found[0][4]
    assert random.getstate() == before[0]
    assert (np.random.get_state()[1] == before[1]).all()  # noqa: NPY002
    assert torch.equal(torch.get_rng_state(), before[2])


class Centred(nn.Module):
    """Keeps a centre in a buffer, as self-distillation does."""

    def __init__(self):
        super().__init__()
        self.register_buffer("center", torch.zeros(()))

    def forward(self, prediction, target):
        self.center = 0.9 * self.center + 0.1 * target.mean()
        return ((prediction - (target - self.center)) ** 2).mean()


class Annealed(nn.Module):
    """Counts its calls, and weighs a term by them."""

    def __init__(self):
        super().__init__()
        self.step = 0

    def forward(self, prediction, target):
        self.step += 1
        return ((prediction - target) ** 2).mean() + prediction.abs().mean() / self.step


@pytest.mark.parametrize(
    ("loss", "severity"), [(Centred, "INFO"), (Annealed, "WARN")], ids=["centred", "annealed"]
)
def test_a_memory_that_may_be_meant_is_no_failure(loss, severity):
    verdict = lossary.check(loss, only=["hidden_state"], shapes="n, n", target="real")
    assert [each.severity for each in verdict.findings] == [severity]


def expected_class_on_the_cpu(logits, target):
    places = torch.arange(logits.shape[1])
    return (((logits.softmax(dim=1) * places).sum(dim=1) - target) ** 2).mean()


def expected_class(logits, target):
    places = torch.arange(logits.shape[1], device=logits.device)
    return (((logits.softmax(dim=1) * places).sum(dim=1) - target) ** 2).mean()


@pytest.mark.parametrize(
    ("loss", "found"),
    [(expected_class_on_the_cpu, ["WARN"]), (expected_class, [])],
    ids=["on the CPU", "where it belongs"],
)
def test_an_array_made_on_the_cpu_is_told(loss, found):
    declared = {"shapes": "n k, n", "prediction": "scores", "target": "labels"}
    verdict = lossary.check(loss, only=["buffers"], **declared)
    assert [each.severity for each in verdict.findings] == found


class ByLambda(nn.Module):
    def __init__(self, power=1.5):
        super().__init__()
        self.distance = lambda error: error.abs() ** power

    def forward(self, prediction, target):
        return self.distance(prediction - target).mean()


def test_a_lambda_among_the_attributes_is_a_warning():
    verdict = lossary.check(ByLambda, only=["serialisation"], shapes="n, n", target="real")
    assert ["distance is a function without a name" in each.says for each in verdict.warnings]


def in_double_precision(prediction, target):
    weight = torch.linspace(0.5, 1.5, len(prediction), dtype=torch.float64)
    return (weight * (prediction - target) ** 2).mean()


def test_a_double_from_single_precision_is_a_warning():
    verdict = lossary.check(in_double_precision, only=["result_precision"], shapes="n, n")
    assert [each.severity for each in verdict.findings] == ["WARN"]


def rows_by_rows(prediction, target):
    own = torch.eye(len(prediction), dtype=prediction.dtype)
    return ((own @ prediction - target) ** 2).mean()


def test_an_array_of_rows_by_rows_is_told():
    verdict = lossary.check(rows_by_rows, only=["growth"], shapes="n, n", structure="rows")
    assert [each.severity for each in verdict.findings] == ["WARN"]


def sampled_squares(prediction, target, n_samples=4):
    rows = torch.randperm(len(prediction))[:n_samples]
    return ((prediction[rows] - target[rows]) ** 2).mean()


def test_chance_that_is_announced_is_a_warning():
    verdict = lossary.check(sampled_squares, only=["determinism"], shapes="n, n", target="real")
    assert [each.severity for each in verdict.findings] == ["WARN"]


def accuracy(pred, target):
    return ((pred > 0.5) == (target > 0.5)).float().mean()


def test_a_metric_that_follows_the_loss_is_told_with_its_direction():
    verdict = lossary.check(arrays.clipped_bce, metric=accuracy, only=["metric_semantics"])
    assert not verdict.warnings or "empty" in verdict.warnings[0].says
    assert any("accuracy rises as the loss falls" in each.says for each in verdict.profile)


def test_a_metric_of_something_else_is_a_warning():
    def first_row(pred, target):
        return torch.sin(1000 * pred[0])

    verdict = lossary.check(arrays.clipped_bce, metric=first_row, only=["metric_semantics"])
    assert any("independently" in each.says for each in verdict.warnings)
