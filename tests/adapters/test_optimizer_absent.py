"""Tensors without a gradient take no part in a step, and a step that fails moves nothing."""

import pytest
import torch

from lossary.adapters.torch import optimizer
from lossary.optimizers import (
    SGD,
    ClipByGlobalNorm,
    DecoupledWeightDecay,
    ExponentialMovingAverage,
    L2Penalty,
    Lookahead,
    Muon,
    ScheduleFreeAdamW,
    SharpnessAware,
)


def _parameter(*values):
    return torch.nn.Parameter(torch.tensor(values, dtype=torch.float64))


def test_a_frozen_tensor_changes_no_step_of_the_others():
    found = []
    for frozen in ([], [_parameter(*[100.0] * 50)]):
        moving = _parameter(1.0, 2.0)
        moving.grad = torch.ones(2, dtype=torch.float64)
        clipped = ClipByGlobalNorm(limit=1.0, of=SGD(learning_rate=1.0))
        optimizer(L2Penalty(weight=1.0, of=clipped), [*frozen, moving]).step()
        found.append(moving.detach())
    assert torch.equal(*found)


@pytest.mark.parametrize("average", [ExponentialMovingAverage, Lookahead])
def test_the_average_of_a_frozen_tensor_is_the_tensor(average):
    moving, frozen = _parameter(1.0), _parameter(3.0)
    rule = average(of=DecoupledWeightDecay(weight_decay=0.5, of=SGD(learning_rate=0.1)))
    held = optimizer(rule, [moving, frozen])
    for _ in range(7):
        moving.grad = torch.ones(1, dtype=torch.float64)
        held.step()
    with held.evaluating():
        assert frozen.item() == pytest.approx(3.0, rel=1e-12)
        assert moving.item() < 1


def test_averages_within_averages_are_the_same_and_no_step_moves_them():
    weight = _parameter(1.0, -2.0)
    held = optimizer(ScheduleFreeAdamW(learning_rate=0.1), [weight])
    for _ in range(3):
        weight.grad = weight.detach().clone()
        held.step()
    with held.evaluating():
        outer = weight.detach().clone()
        with held.evaluating():
            assert torch.equal(weight, outer)
        with pytest.raises(ValueError, match="no step may move them"):
            held.step()


def test_a_closure_that_fails_leaves_the_weights_where_they_were():
    weight, calls = _parameter(1.0, 2.0), []
    held = optimizer(SharpnessAware(of=SGD(learning_rate=0.1), radius=0.5), [weight])

    def closure():
        calls.append(weight.detach().clone())
        if len(calls) == 2:
            raise MemoryError
        held.zero_grad()
        loss = (weight * weight).sum()
        loss.backward()
        return loss

    with pytest.raises(MemoryError):
        held.step(closure)
    assert not torch.equal(*calls)
    assert torch.equal(weight, calls[0])


def test_each_group_decays_at_its_own_rate():
    weights = [_parameter(1.0), _parameter(1.0)]
    groups = [{"params": weights[:1]}, {"params": weights[1:], "lr": 0.5}]
    held = optimizer(DecoupledWeightDecay(weight_decay=0.1, of=SGD(learning_rate=0.1)), groups)
    for each in weights:
        each.grad = torch.zeros_like(each)
    held.step()
    assert [each.item() for each in weights] == pytest.approx([0.99, 0.95], rel=1e-12)


def test_a_scheduler_reaches_what_a_rule_leaves_to_another():
    matrix, bias = _parameter(*[[1.0, 2.0], [3.0, 4.0]]), _parameter(1.0)
    held = optimizer(Muon(), [matrix, bias])
    torch.optim.lr_scheduler.LambdaLR(held, lambda step: 0.0)
    for each in (matrix, bias):
        each.grad = torch.ones_like(each)
    held.step()
    assert (matrix.sum().item(), bias.item()) == (10.0, 1.0)
