"""Micro-batches of one process add up to one big batch: value and gradient."""

import pytest
import torch
from torch.testing import assert_close

import lossary
from lossary.adapters.torch import module
from lossary.adapters.torch.accumulation import Accumulation
from lossary.errors import AdditivityError, ArgumentError
from tests.adapters.whole_batches import (
    CASES,
    QUOTIENTS,
    ROWS,
    Judged,
    gradients,
    network,
    slices,
    whole,
)

# Sums in double precision, taken in another order: a few roundings of numbers of size one.
ROUNDING = {"rtol": 1e-12, "atol": 1e-14}
MICRO = slices((1, 3, 0, 4))


def _accumulated(case, exact, model):
    for rows in MICRO:
        exact.add(*case.arrays(model, rows), **case.counting(rows))
    return exact.finish()


@pytest.mark.parametrize("name", QUOTIENTS)
def test_micro_batches_teach_what_one_big_batch_does(name):
    case, model = CASES[name], network()
    exact = Accumulation(case.loss, model.parameters())
    value, gradient = whole(case)
    for _ in range(2):  # the second big batch knows nothing of the first
        assert_close(_accumulated(case, exact, model), value, **ROUNDING)
        assert_close(gradients(model), gradient, **ROUNDING)


@pytest.mark.parametrize("name", QUOTIENTS)
def test_the_mean_of_the_micro_batches_means_is_another_number(name):
    """Else the test before could not see what it is for."""
    case, model = CASES[name], network()
    value, gradient = whole(case)
    means = [case.loss(*case.arrays(model, r), **case.counting(r)) for r in MICRO]
    mean = sum(means) / len(means)
    mean.backward()
    assert abs(mean / value - 1) > 0.01
    assert torch.cosine_similarity(gradients(model), gradient, dim=0) < 0.9999


def test_a_loss_that_learns_with_the_model_is_accumulated_with_it():
    case, together, apart = CASES["Quantile"], Judged(), Judged()
    expected = together(case, slice(0, ROWS))
    expected.backward()
    exact = Accumulation(apart.judge, apart.parameters())
    for rows in MICRO:
        exact.add(*case.arrays(apart.network, rows), **case.counting(rows))
    assert_close(exact.finish(), expected.detach(), **ROUNDING)
    assert_close(gradients(apart), gradients(together), **ROUNDING)


def test_a_module_hands_over_its_class_axis_and_the_label_it_ignores():
    scores = torch.linspace(-1, 1, 24, dtype=torch.float64).reshape(2, 3, 4).requires_grad_()
    labels = torch.tensor([[0, -100, -100, 2], [1, 1, 2, 0]])
    loss = lossary.CrossEntropy(class_weight=(1.0, 2.0, 0.5))
    exact = Accumulation(module(loss, ignore_index=-100), [scores])
    for image in range(2):
        exact.add(scores[image, None], labels[image, None])
    found, gradient = exact.finish(), scores.grad
    weight = torch.tensor(loss.class_weight, dtype=torch.float64)
    scores.grad = None
    expected = torch.nn.functional.cross_entropy(scores, labels, weight)
    expected.backward()
    assert_close(found, expected.detach(), **ROUNDING)
    assert_close(gradient, scores.grad, **ROUNDING)


def test_what_scales_the_numbers_before_learning_from_them_is_let_in():
    case, model = CASES["Quantile"], network()
    exact = Accumulation(case.loss, model.parameters(), backward=lambda each: (8 * each).backward())
    _accumulated(case, exact, model)
    _, gradient = whole(case)
    assert_close(gradients(model), 8 * gradient, **ROUNDING)


def test_a_big_batch_in_which_nothing_counts_moves_nothing():
    model = network()
    exact = Accumulation(lossary.Quantile(level=0.9), model.parameters())
    for _ in range(2):
        prediction = model(torch.ones(3, 5, dtype=torch.float64))
        exact.add(prediction, prediction.detach(), mask=torch.zeros(3, 4, dtype=bool))
    assert exact.finish() == 0
    assert gradients(model).abs().max() == 0


def test_a_weight_that_took_no_part_is_left_as_it_is():
    idle, busy = torch.zeros(2, requires_grad=True), torch.zeros(2, requires_grad=True)
    exact = Accumulation(lossary.SquaredError(), [idle, busy])
    exact.add(busy, torch.ones(2))
    exact.finish()
    assert idle.grad is None
    assert busy.grad.tolist() == [-1.0, -1.0]


def test_finishing_what_has_not_begun_is_an_error():
    exact = Accumulation(lossary.SquaredError(), [])
    with pytest.raises(ArgumentError, match="nothing has been added"):
        exact.finish()


@pytest.mark.parametrize("name", [name for name in CASES if name not in QUOTIENTS])
def test_a_loss_that_is_no_quotient_is_refused_before_anything_is_learned(name):
    with pytest.raises(AdditivityError, match=r"torch\.ranks\.share learns in two passes"):
        Accumulation(CASES[name].loss, [])


def test_a_denominator_that_is_learned_itself_is_refused():
    weight = torch.ones(2, requires_grad=True)
    exact = Accumulation(lossary.SquaredError(), [weight])
    with pytest.raises(AdditivityError, match="no numerator divided by a denominator"):
        exact.add(torch.ones(2, requires_grad=True), torch.zeros(2), weight=weight)


def test_a_word_for_the_gradients_that_does_not_exist_is_an_error():
    with pytest.raises(ArgumentError, match="Did you mean sum"):
        Accumulation(lossary.SquaredError(), [], gradients="summ")
