"""PyTorch on the CPU: the sums of a loss by one pass, and by another what each entry adds to them.

A mean is finished by a kernel, too. Where only the sums are asked for, what is made of them is an
ordinary calculation, which autograd follows by itself.
"""

from math import prod
from typing import Any

import torch
from torch.autograd import Function

from lossary.kernels.hosts.torch_arrays import (
    CPU,
    DTYPES,
    address,
    described,
    followed,
    fresh,
    host,
)
from lossary.kernels.hosts.torch_brief import again
from lossary.kernels.making import Made, made
from lossary.kernels.prepared import call
from lossary.kernels.requests import REQUESTS
from lossary.kernels.shelf import shelf, shelved

Array = Any


def pooled(
    loss: Any, looks: list[Any], backward: bool, arrays: Any, weight: Any, mask: Any
) -> tuple[Array, ...] | None:
    """Return the sums, and last how many entries count; None where the definition must answer."""
    found = _kernel(loss, "pooled", looks, arrays, weight, mask)
    if found is None:
        return None
    if backward and loss.trainable:
        return _pooled(arrays[0], (found, loss, arrays, weight, mask))
    return _summed(found, arrays, weight, mask)


def mean(
    loss: Any, looks: list[Any], backward: bool, arrays: Any, weight: Any, mask: Any
) -> Array | None:
    """Return the finished loss; None where the definition must finish the sums, or answer."""
    found = _kernel(loss, "pooled", looks, arrays, weight, mask)
    if found is None or found.finish is None:
        return None
    if backward and loss.trainable:
        return _mean(arrays[0], (found, loss, arrays, weight, mask))
    return _finished(found, arrays, weight, mask)[0]


def _finished(made: Made, arrays: Any, weight: Any, mask: Any) -> tuple[Array, Array, float]:
    """Return the mean, the slopes of all values together in each sum, and each value's share."""
    assert made.finish is not None
    sums, counts = made.outputs
    dtype, end = DTYPES[made.dtype], prod(sums.shape)
    together = torch.empty(end + prod(counts.shape), dtype=dtype, device=CPU)
    _run(made, arrays, weight, mask, None, together, None)
    slopes = torch.empty(sums.shape, dtype=dtype, device=CPU)
    result = torch.empty(3, dtype=dtype, device=CPU)
    call(
        made.finish, together.data_ptr(), None, None, None, None, None, slopes.data_ptr(), None,
        result.data_ptr(), None, 1,
    )  # fmt: skip
    total, counted, _ = result.tolist()
    # Where nothing counts, nothing is felt.
    share = 1 / counted if counted else 0.0
    value = total / counted if counted else 0.0
    return torch.full((), value, dtype=dtype, device=CPU), slopes, share


class _Mean(Function):
    """One node of autograd for the finished loss: it keeps a few numbers for each class."""

    @staticmethod
    def forward(ctx: Any, prediction: Array, given: Any) -> Any:
        made, ctx.loss, arrays, weight, mask = given
        found, slopes, ctx.share = _finished(made, arrays, weight, mask)
        ctx.save_for_backward(*arrays, weight, mask, slopes)
        return found

    @staticmethod
    def backward(ctx: Any, upstream: Array) -> Any:
        *arrays, weight, mask, slopes = ctx.saved_tensors
        found = None
        if not torch.is_grad_enabled() and not followed():
            found = spread(ctx.loss, tuple(arrays), weight, mask, slopes * (upstream * ctx.share))
        if found is None:
            found = again(ctx.loss, "mean", tuple(arrays), weight, mask, upstream)
        return found, None


_mean = super(Function, _Mean).apply


def _kernel(loss: Any, request: str, looks: Any, arrays: Any, weight: Any, mask: Any) -> Any:
    mine, place = shelf(loss), (request, *looks)
    found = mine.get(place, mine)
    if found is mine:
        wanted = REQUESTS[request]
        found = shelved(loss, place, lambda: made(host, loss, wanted, arrays, weight, mask))
    return found


def _summed(made: Made, arrays: Any, weight: Any, mask: Any) -> tuple[Array, ...]:
    sums, counts = made.outputs
    end = prod(sums.shape)
    together = torch.empty(end + prod(counts.shape), dtype=DTYPES[made.dtype], device=CPU)
    _run(made, arrays, weight, mask, None, together, None)
    each = (*together[:end].view(sums.shape).unbind(), together[end:].view(counts.shape))
    # Arrays of their own, as the definition's are: a rank may add to them in place.
    return tuple(one.clone() for one in each)


def _run(
    made: Made, arrays: Any, weight: Any, mask: Any, slopes: Any, result: Any, upstream: Any
) -> None:
    if made.copied:
        arrays = tuple(map(host.straight, arrays))
        weight, mask = (None if each is None else host.straight(each) for each in (weight, mask))
    kernel, at = made.kernel, [each.data_ptr() for each in arrays]
    call(
        kernel, *at, *[None] * (3 - len(at)), address(weight), address(mask), address(slopes),
        None, None, address(result), address(upstream),
        torch.get_num_threads() if kernel.large else 1,
    )  # fmt: skip


class _Pooled(Function):
    """One node of autograd: nothing is kept but what was handed over."""

    @staticmethod
    def forward(ctx: Any, prediction: Array, given: Any) -> Any:
        made, loss, arrays, weight, mask = given
        *sums, counts = _summed(made, arrays, weight, mask)
        ctx.save_for_backward(*arrays, weight, mask)
        ctx.loss = loss
        ctx.mark_non_differentiable(counts)
        return (*sums, counts)

    @staticmethod
    def backward(ctx: Any, *upstream: Array) -> Any:
        *arrays, weight, mask = ctx.saved_tensors
        call, found = (ctx.loss, tuple(arrays), weight, mask), None
        if not torch.is_grad_enabled() and not followed():
            found = spread(*call, torch.stack(upstream[:-1]))
        return by_definition(*call, upstream[:-1]) if found is None else found, None


_pooled = super(Function, _Pooled).apply
"""`Function.apply` first looks for function transforms; `answer` has done so."""


def spread(loss: Any, arrays: Any, weight: Any, mask: Any, upstream: Array) -> Array | None:
    """Return the slopes by a kernel, if there is one for what has been kept as it comes back."""
    given = arrays if weight is None and mask is None else (*arrays, weight, mask)
    looks = described(given, False)
    if looks is None or described((upstream,), False) is None:
        return None
    found = _kernel(loss, "pooled:slopes", looks, arrays, weight, mask)
    if found is None:
        return None
    slopes = fresh(found.outputs[0])
    _run(found, arrays, weight, mask, slopes, None, upstream.contiguous())
    return slopes


def by_definition(loss: Any, arrays: Any, weight: Any, mask: Any, upstream: Any) -> Array:
    """Return the slopes with a graph of their own, where they are differentiated, or followed."""
    again = torch.is_grad_enabled()
    with torch.enable_grad():
        *sums, _ = loss.pooled(arrays, weight, mask)
        pairs = [(s, u) for s, u in zip(sums, upstream, strict=True) if s.requires_grad]
        if not pairs:
            return torch.zeros_like(arrays[0])
        outs, ups = zip(*pairs, strict=True)
        return torch.autograd.grad(outs, arrays[0], ups, create_graph=again)[0]
