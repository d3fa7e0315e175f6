"""Steps of optimizers where tensors stand: the same digits, any threads, and aside where needed."""

import numpy as np
import pytest
import torch

import lossary
from lossary.core.dispatch import by_hand
from lossary.kernels import steps
from lossary.kernels.prepared import LARGE
from lossary.kernels.steps import in_place
from lossary.optimizers import LARS, Adam, Momentum, SophiaG
from tests.kernels.stepping import FEW, ONE_EACH, STEPS, drawn, runs, walk

__all__ = ["runs"]


def _tensors(seed=0, dtype=torch.float32, shapes=FEW):
    return [torch.from_numpy(each).to(dtype) for each in drawn(shapes=shapes, seed=seed)]


def _slots(rule, weights):
    state = rule.init(weights)
    return [list(state[name]) for name in rule.slots], tuple(state[name] for name in rule.carried)


def _moved(rule, weights, gradients):
    """Walk in place; return weights and slots."""
    slots, carried = _slots(rule, weights)
    for step, gradient in enumerate(gradients):
        carried = rule.carry(np, float(step + 1), *carried)
        assert in_place(rule, step, carried, weights, gradient, slots)
    return weights, slots


def _formula(rule, weights, gradients):
    """Walk by the formula on NumPy, whose roots are rounded rightly: PyTorch's are one digit off.

    Half precision is lifted before. Returns the changes of each step, and the slots.
    """
    start, *slopes = ([np.asarray(_wide(e)) for e in each] for each in (weights, *gradients))
    with lossary.use_kernels(False):
        changes, state = walk(rule, start, slopes)
    rows = [*changes, *(state[name] for name in rule.slots)]
    found = [[torch.from_numpy(np.asarray(each)) for each in row] for row in rows]
    return found[: len(changes)], found[len(changes) :]


def _wide(tensor):
    return tensor if tensor.dtype is torch.float64 else tensor.float()


@pytest.mark.parametrize(
    ("rule", "dtype"),
    [(rule, torch.float32) for rule in ONE_EACH] + [(Adam(), torch.float64)],
    ids=repr,
)
def test_weights_and_slots_move_as_by_the_formula(rule, dtype):
    gradients = [_tensors(seed, dtype) for seed in range(1, 1 + STEPS)]
    weights, slots = _moved(rule, _tensors(0, dtype), gradients)
    wanted = _tensors(0, dtype)
    changes, kept = _formula(rule, wanted, gradients)
    for change in changes:
        wanted = [each + more for each, more in zip(wanted, change, strict=True)]
    for mine, theirs in zip((weights, *slots), (wanted, *kept), strict=True):
        for one, other in zip(mine, theirs, strict=True):
            assert one.dtype is dtype
            assert torch.isfinite(other).all()
            assert torch.equal(one, other)


@pytest.mark.parametrize("half", [torch.float16, torch.bfloat16])
def test_half_weights_are_rounded_once_and_remember_in_single(half):
    rule, start, gradients = Adam(learning_rate=0.1), _tensors(0, half), [_tensors(1, half)]
    weights, slots = _moved(rule, _tensors(0, half), gradients)
    changes, kept = _formula(rule, start, gradients)
    for one, before, change in zip(weights, start, changes[0], strict=True):
        assert one.dtype is half
        assert torch.equal(one, (before.float() + change).to(half))
    for mine, theirs in zip(slots, kept, strict=True):
        assert all(each.dtype is torch.float32 for each in mine)
        assert all(map(torch.equal, mine, theirs))


def test_threads_change_no_digit(monkeypatch, runs):
    shapes = ((5,), (LARGE // 2 + 77,), (1024,), (3, 1025), (max(LARGE, 300_000),))
    gradients, found = [_tensors(1, shapes=shapes)], []
    for threads in (1, 2, 7):
        monkeypatch.setattr(steps._host("torch"), "threads", lambda count=threads: count)
        found.append(_moved(Adam(), _tensors(shapes=shapes), gradients))
    assert runs.count == 3
    (change,), kept = _formula(Adam(), _tensors(shapes=shapes), gradients)
    wanted = [each + more for each, more in zip(_tensors(shapes=shapes), change, strict=True)]
    for weights, slots in found:
        for mine, theirs in zip((weights, *slots), (wanted, *kept), strict=True):
            assert all(map(torch.equal, mine, theirs))


def test_channels_may_stand_last(runs):
    shapes = ((4, 3, 5, 2), (7,), (2, 3, 1, 1))
    straight, last = ([_tensors(seed, shapes=shapes) for seed in (0, 1)] for _ in range(2))
    for each in last:
        each[0] = each[0].to(memory_format=torch.channels_last)
        assert not each[0].is_contiguous()
    wanted = _moved(Momentum(), straight[0], straight[1:])
    weights, slots = _moved(Momentum(), last[0], last[1:])
    assert runs.count == 2
    for mine, theirs in zip((weights, *slots), (wanted[0], *wanted[1]), strict=True):
        assert all(map(torch.equal, mine, theirs))


def test_what_the_rule_leaves_alone_is_left_alone():
    weights, gradient = _tensors(), _tensors(1)
    slots, _ = _slots(SophiaG(), weights)
    for each in slots[1]:
        each.fill_(7)
    assert in_place(SophiaG(), 0, (), weights, gradient, slots)  # no curvature is given
    assert all((each == 7).all() for each in slots[1])
    assert all(map(torch.equal, gradient, _tensors(1)))


def test_a_graph_that_kept_a_weight_is_not_walked_back():
    weight = torch.ones(3, requires_grad=True)
    loss = (weight * weight).sum()
    assert in_place(Adam(), 0, (), [weight], [torch.ones(3)], [[torch.zeros(3)] for _ in range(2)])
    with pytest.raises(RuntimeError, match="modified by an inplace operation"):
        loss.backward()


@pytest.mark.parametrize(
    ("which", "other"),
    [
        ("weights", lambda each: each.t()),
        ("gradients", lambda each: each.t().contiguous().t()),
        ("gradients", lambda each: each.to_sparse()),
        ("gradients", lambda each: each[:, :2]),
        ("all", lambda each: each.repeat(1, 2)[:, ::2]),
        ("gradients", lambda each: each[:, :2].contiguous()),
        ("gradients", lambda each: each.to(torch.complex64)),
        ("gradients", lambda each: each.to("meta")),
        ("slots", lambda each: torch._neg_view(each)),
    ],
)
def test_other_tensors_are_left_to_the_formula_untouched(which, other, runs):
    given = {name: [torch.ones(2, 4), torch.ones(3, 4)] for name in ("weights", "gradients")}
    given["slots"] = [torch.zeros(2, 4), torch.zeros(3, 4)]
    kept = given["weights"][0]
    given["more"] = [torch.zeros(2, 4), torch.zeros(3, 4)]
    for name in given if which == "all" else (which,):
        given[name][1] = other(given[name][1])
    slots = [given["slots"], given["more"]]
    assert not in_place(Adam(), 0, (), given["weights"], given["gradients"], slots)
    assert runs.count == 0
    assert (kept == 1).all()


def test_a_rule_that_sees_more_than_an_entry_is_left_to_the_formula(runs):
    weights, gradient = _tensors(), _tensors(1)
    slots, _ = _slots(LARS(), weights)
    assert not in_place(LARS(), 0, (), weights, gradient, slots)
    assert runs.count == 0


def test_with_kernels_off_nobody_serves():
    weights = [torch.ones(3)]
    with lossary.use_kernels(False):
        assert by_hand("steps in place") is None
        assert not in_place(Adam(), 0, (), weights, weights, [weights, weights])
    with lossary.use_kernels(True):
        assert by_hand("steps in place") is in_place
