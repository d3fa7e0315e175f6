"""The commonest PyTorch call takes its short way from the second time on, and is as right there."""

from typing import Any

import pytest
import torch

import lossary
from lossary.kernels.hosts import torch_brief

LOSSES = (lossary.LogCosh(), lossary.CrossEntropy(smoothing=0.1), lossary.BinaryCrossEntropy())


def _arrays(loss: Any) -> tuple[Any, Any]:
    generator = torch.Generator().manual_seed(0)
    if isinstance(loss, lossary.CrossEntropy):
        scores = torch.randn(50, 4, generator=generator, dtype=torch.float64)
        return scores, torch.randint(4, (50,), generator=generator)
    return torch.randn(2, 50, generator=generator, dtype=torch.float64).sigmoid().unbind()


@pytest.fixture(params=LOSSES, ids=repr)
def known(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A loss that has met its arrays before; the test fails unless the short way is taken again."""
    loss = request.param.replace()
    first, target = _arrays(loss)
    loss(first, target)
    loss(first.clone().requires_grad_(), target)
    taken = []
    real = torch_brief._call
    monkeypatch.setattr(torch_brief, "_call", lambda *given: (taken.append(1), real(*given)))
    yield loss, first, target
    assert taken


def _expected(loss: Any, first: Any, target: Any) -> tuple[Any, Any]:
    leaf = first.clone().requires_grad_()
    with lossary.use_kernels(False):
        value = loss(leaf, target)
    return value.detach(), torch.autograd.grad(value, leaf)[0]


def test_value_and_slope_are_the_definitions(known: Any) -> None:
    loss, first, target = known
    value, slope = _expected(loss, first, target)
    leaf = first.clone().requires_grad_()
    found = loss(leaf, target)
    torch.testing.assert_close(found.detach(), value)
    torch.testing.assert_close(torch.autograd.grad(found, leaf)[0], slope)
    torch.testing.assert_close(loss(first, target), value)


def test_what_comes_from_above_is_multiplied_in(known: Any) -> None:
    loss, first, target = known
    leaf = first.clone().requires_grad_()
    (loss(leaf, target) * 3).backward()
    torch.testing.assert_close(leaf.grad, 3 * _expected(loss, first, target)[1])


def test_a_slope_can_be_differentiated_again(known: Any) -> None:
    loss, first, target = known
    leaf = first.clone().requires_grad_()

    def squared() -> Any:
        (slope,) = torch.autograd.grad(loss(leaf, target), leaf, create_graph=True)
        return torch.autograd.grad((slope * slope).sum(), leaf)[0]

    found = squared()
    with lossary.use_kernels(False):
        torch.testing.assert_close(found, squared())
    assert found.abs().max() > 0


def test_a_gradient_that_is_written_into_does_not_spoil_the_next(known: Any) -> None:
    loss, first, target = known
    leaf = first.clone().requires_grad_()
    value = loss(leaf, target)
    (one,) = torch.autograd.grad(value, leaf, retain_graph=True)
    kept = one.clone()
    one.zero_()
    (two,) = torch.autograd.grad(value, leaf)
    torch.testing.assert_close(two, kept)


def test_other_strides_and_dtypes_do_not_take_it(known: Any) -> None:
    loss, first, target = known
    spread = torch.stack([first, first], -1)[..., 0]
    torch.testing.assert_close(loss(spread, target), loss(first, target))
    single = loss(first.float(), target)
    assert single.dtype == torch.float32


@pytest.mark.parametrize("times", [1, 3])
def test_a_target_that_asks_for_its_gradient_gets_it(times: int) -> None:
    loss = lossary.LogCosh()
    for _ in range(times):
        first, target = (each.clone().requires_grad_() for each in _arrays(loss))
        loss(first, target).backward()
        torch.testing.assert_close(target.grad, -first.grad)
        both = _arrays(loss)[0].clone().requires_grad_()
        loss(both, both).backward()
        assert both.grad is not None
        assert (both.grad == 0).all()
