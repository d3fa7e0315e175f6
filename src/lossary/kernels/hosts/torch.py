"""PyTorch on the CPU: eager calls, with the slopes computed in the forward pass that needs them."""

from typing import Any

import torch
from torch.autograd import Function

from lossary.core.ratio_of_sums import RatioOfSums
from lossary.kernels.hosts import torch_brief, torch_sums
from lossary.kernels.hosts.torch_arrays import (
    CPU,
    DTYPES,
    address,
    described,
    fresh,
    host,
)
from lossary.kernels.hosts.torch_brief import again, scaled
from lossary.kernels.making import Made, made
from lossary.kernels.prepared import call
from lossary.kernels.requests import REQUESTS, with_slopes
from lossary.kernels.shelf import shelf, shelved

Array = Any


def answer(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Return what the request asks for, or None where the definition must answer."""
    graph = torch.is_grad_enabled()
    first = arrays[0]
    backward = graph and first.requires_grad
    plain = request == "mean" and weight is None and mask is None and len(arrays) == 2
    if plain:
        found = torch_brief.told(loss, first, arrays[1], graph, backward)
        if found is not None:
            return found
    extra = () if weight is None and mask is None else (weight, mask)
    looks = described((*arrays, *extra), graph)
    if looks is None:
        return None
    if backward and any(each is not None and each.is_inference() for each in (*arrays, *extra)):
        return None  # it cannot be kept for a backward pass
    if isinstance(loss, RatioOfSums):
        answers = {"pooled": torch_sums.pooled, "mean": torch_sums.mean}.get(request)
        return answers and answers(loss, looks, backward, arrays, weight, mask)
    if backward and request not in ("mean", "sum", "none", "parts"):
        return None  # a slope that is differentiated again
    mine, place = shelf(loss), (request, backward, *looks)
    found = mine.get(place, mine)
    if found is mine:
        wanted = REQUESTS[request]
        if backward and loss.trainable:
            wanted = with_slopes(wanted)
        found = shelved(
            loss, place, lambda: made(host, loss, wanted, arrays, weight, mask, lifted=backward)
        )
        if found and plain:
            torch_brief.remember(loss, first, arrays[1], backward and loss.trainable, found)
    if found is None:
        return None
    if backward and loss.trainable:
        return _judged(first, (found, loss, request, arrays, weight, mask))
    return run(found, request, arrays, weight, mask)[0]


def run(made: Made, request: str, arrays: Any, weight: Any, mask: Any) -> Any:
    """Return the answer, and the slopes where they are written beside it."""
    kernel = made.kernel
    if made.copied:
        arrays = tuple(map(host.straight, arrays))
        weight, mask = (None if each is None else host.straight(each) for each in (weight, mask))
    dtype = DTYPES[made.dtype]
    result = torch.empty(() if request == "mean" else (2,), dtype=dtype, device=CPU)
    value = slopes = bends = counted = None
    for each in made.outputs:
        if each.name == "value":
            value = fresh(each)
        elif each.name == "slopes":
            slopes = fresh(each)
        else:
            bends = fresh(each)
    inside = (
        arrays[0].data_ptr(), arrays[1].data_ptr(), arrays[2].data_ptr() if arrays[2:] else None,
        address(weight), address(mask),
    )  # fmt: skip
    threads = torch.get_num_threads() if kernel.large else 1
    if made.before is not None:
        count = torch.empty(2, dtype=dtype, device=CPU)
        call(made.before, *inside, None, None, None, count.data_ptr(), None, threads)
        counted = count.data_ptr() + count.itemsize
    outside = (address(value), address(slopes), address(bends), result.data_ptr())
    call(kernel, *inside, *outside, counted, threads)
    if request == "parts":
        return (result[0], result[1]), slopes
    if request in ("mean", "sum"):
        return result if request == "mean" else result[0], slopes
    if request == "derivatives":
        return (slopes, bends), None
    return (value, slopes) if value is not None else (slopes if bends is None else bends, None)


class _Judged(Function):
    """One node of autograd: the slopes wait for what comes from above."""

    @staticmethod
    def forward(ctx: Any, prediction: Array, call: Any) -> Any:
        made, loss, request, arrays, weight, mask = call
        found, slopes = run(made, request, arrays, weight, mask)
        ctx.save_for_backward(*arrays, weight, mask, slopes)
        ctx.loss, ctx.request, ctx.plain = loss, request, prediction.dtype is slopes.dtype
        if request == "parts":
            ctx.mark_non_differentiable(found[1])
        return found

    @staticmethod
    def backward(ctx: Any, upstream: Array, *_: Any) -> Any:
        *arrays, weight, mask, slopes = ctx.saved_tensors
        if torch.is_grad_enabled():
            return again(ctx.loss, ctx.request, tuple(arrays), weight, mask, upstream), None
        if upstream.ndim == 0 and ctx.plain:
            return scaled(slopes, upstream), None
        extra = slopes.ndim - upstream.ndim if ctx.request == "none" else 0
        found = slopes * upstream[(..., *([None] * extra))]
        return found.to(arrays[0].dtype), None


_judged = super(Function, _Judged).apply
"""`Function.apply` first looks for function transforms; `answer` has done so."""
