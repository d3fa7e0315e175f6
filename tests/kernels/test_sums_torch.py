"""Losses of a few sums on PyTorch: autograd sees through their kernels, which keep little."""

from typing import Any

import pytest
import torch

import lossary
from lossary.kernels.hosts import torch_sums
from tests.kernels.summed import OVERLAPS, SLOPES, Case, agree_on_torch, drawn, slope_of, taken


def test_the_number_of_threads_changes_no_digit() -> None:
    loss, case = lossary.Dice(), drawn((2, 300_000))
    tensors, before = tuple(map(torch.as_tensor, case.arrays)), torch.get_num_threads()
    try:
        torch.set_num_threads(1)
        one = slope_of(loss, Case(tensors, {}))
        torch.set_num_threads(3)
        three = slope_of(loss, Case(tensors, {}))
    finally:
        torch.set_num_threads(before)
    assert all(torch.equal(a, b) for a, b in zip(one, three, strict=True))


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float64])
def test_every_precision_is_taken_as_it_is(dtype: Any) -> None:
    case = drawn((4, 33))
    prediction = torch.as_tensor(case.arrays[0]).to(dtype)
    # A slope in half precision may round to either neighbour.
    bits = {"rtol": torch.finfo(dtype).eps, "atol": 1e-6} if dtype.itemsize < 4 else SLOPES
    agree_on_torch(
        lossary.Dice(), Case((prediction, torch.as_tensor(case.arrays[1])), {}), slopes=bits
    )


def test_classes_first_are_read_without_a_copy_and_slopes_lie_as_the_prediction_does() -> None:
    case = drawn((2, 5, 6, 7))
    first = torch.as_tensor(case.arrays[0]).movedim(-1, 1).contiguous()
    for loss in OVERLAPS:
        view = first.movedim(1, -1)
        agree_on_torch(loss, Case((view, torch.as_tensor(case.arrays[1])), {}))
        _, slope = slope_of(loss, Case((view, torch.as_tensor(case.arrays[1])), {}))
        large = torch.rand(2, 4, 100).movedim(1, -1)
        loss(large, torch.zeros(2, 100, dtype=torch.int64))
        found = [made for made in loss._kernels.values() if made is not None]
        assert slope.stride() == view.stride()
        assert not found[-1].copied


def test_a_step_of_a_step_is_found_by_the_definition() -> None:
    prediction, target = map(torch.as_tensor, drawn((3, 7), dtype="float64").arrays)
    for loss in (lossary.Dice(squared=True), lossary.Tversky(pool="image")):
        leaf = prediction.clone().requires_grad_()
        assert torch.autograd.gradcheck(lambda p, own=loss: own(p, target), leaf)
        assert torch.autograd.gradgradcheck(lambda p, own=loss: own(p, target), leaf)
        assert "pooled:slopes" in taken(loss)


def test_many_directions_at_once_are_followed() -> None:
    prediction, target = map(torch.as_tensor, drawn((3, 7), dtype="float64").arrays)
    loss, leaf = lossary.Dice(pool="image"), prediction.clone().requires_grad_()
    value = loss(leaf, target, reduction="none")
    ways = torch.eye(value.numel(), dtype=value.dtype).view(-1, *value.shape)
    (found,) = torch.autograd.grad(value, leaf, ways, is_grads_batched=True, retain_graph=True)
    one = [torch.autograd.grad(value, leaf, way, retain_graph=True)[0] for way in ways]
    torch.testing.assert_close(found, torch.stack(one))


def test_what_is_kept_elsewhere_until_the_backward_pass_may_come_back_in_another_order() -> None:
    case = drawn((2, 300))
    view = torch.as_tensor(case.arrays[0]).movedim(-1, 1).contiguous().movedim(1, -1)
    loss = lossary.Dice(squared=True)  # its slopes ask for the prediction again
    given = Case((view, torch.as_tensor(case.arrays[1])), {})
    _, expected = slope_of(loss, given)
    with torch.autograd.graph.saved_tensors_hooks(lambda x: x.numpy().copy("C"), torch.as_tensor):
        _, found = slope_of(loss, given)
    torch.testing.assert_close(found, expected)


def test_a_rank_may_add_to_the_sums_in_place() -> None:
    prediction, target = map(torch.as_tensor, drawn((3, 7)).arrays)
    leaf, loss = prediction.requires_grad_(), lossary.Dice()
    parts, alone = loss.parts(leaf, target), loss(leaf, target)
    for each in parts.sums:
        each += each.detach().clone()  # as if another rank had seen the same
    torch.testing.assert_close(parts.value, alone)
    parts.value.backward()
    assert torch.isfinite(leaf.grad).all()


def test_targets_that_ask_for_a_gradient_get_it_from_the_definition() -> None:
    prediction, target = map(torch.as_tensor, drawn((3, 7), labels=False).arrays)
    target.requires_grad_()
    loss = lossary.Dice()
    loss(prediction, target).backward()
    assert target.grad is not None
    assert not taken(loss)


def test_nothing_of_the_size_of_the_prediction_is_kept_for_the_backward_pass() -> None:
    case = drawn((2, 5000))
    prediction, target = map(torch.as_tensor, case.arrays)
    leaf, kept = prediction.requires_grad_(), []

    def note(tensor: Any) -> Any:
        kept.append(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(note, lambda tensor: tensor):
        lossary.Dice()(leaf, target)
    own = {leaf.data_ptr(), target.data_ptr()}
    assert sum(each.nbytes for each in kept if each.data_ptr() not in own) < 1000


def test_memory_peaks_at_the_slopes_alone() -> None:
    case = drawn((2, 50_000))
    prediction, target = map(torch.as_tensor, case.arrays)
    loss, leaf = lossary.Dice(), prediction.requires_grad_()
    loss(leaf, target).backward()
    with torch.profiler.profile(profile_memory=True) as seen:
        torch.autograd.grad(loss(leaf, target), leaf)
    made = [each.self_cpu_memory_usage for each in seen.events()]
    assert prediction.nbytes <= sum(each for each in made if each > 0) < 1.1 * prediction.nbytes


def test_a_kernel_answers_in_the_place_of_the_definition(monkeypatch: Any) -> None:
    calls = []
    real = torch_sums.call
    monkeypatch.setattr(torch_sums, "call", lambda *given: (calls.append(1), real(*given)))
    monkeypatch.setattr(lossary.Dice, "pooled", lambda *_: pytest.fail("the definition was asked"))
    slope_of(lossary.Dice(), Case(tuple(map(torch.as_tensor, drawn((3, 9)).arrays)), {}))
    assert len(calls) == 3  # there, what is made of the sums, and back
    with pytest.raises(pytest.fail.Exception, match="asked"), lossary.use_kernels(False):
        slope_of(lossary.Dice(), Case(tuple(map(torch.as_tensor, drawn((3, 9)).arrays)), {}))
