"""PyTorch's commonest call in as few steps as it can have: a small mean, with nothing weighed.

At a few hundred entries nearly all of a call is the way to the kernel and back.
"""

from typing import Any, NamedTuple

import torch
from torch.autograd import Function

from lossary.kernels.hosts.torch_arrays import CPU, DTYPES, PLAIN, followed
from lossary.kernels.making import Made
from lossary.kernels.shelf import shelf

Array = Any
STRIDED = torch.strided
kept = getattr(torch._C._autograd, "_get_current_graph_task_keep_graph", lambda: True)
"""Whether `retain_graph` was asked for; PyTorch tells since 2.5."""


class Brief(NamedTuple):
    """What the call needs beside its two arrays; `result` shows what a result looks like."""

    run: Any
    plan: int
    block: int
    result: Array
    made: Made


def told(loss: Any, first: Array, target: Array, graph: bool, backward: bool) -> Any:
    """Return the mean, or None where this is not such a call, or not yet known to be one."""
    if type(target) not in PLAIN or not first.is_cpu or not target.is_cpu:
        return None
    if first.layout is not STRIDED or target.layout is not STRIDED:
        return None
    if first.is_neg() or target.is_neg() or (graph and target.requires_grad):
        return None
    if backward and target.is_inference():  # it cannot be kept for a backward pass
        return None
    if not first.is_contiguous() or not target.is_contiguous():
        return None
    found = shelf(loss).get((backward, first.dtype, target.dtype, first.shape, target.shape))
    if found is None:
        return None
    if backward:
        return _apply(first, (found, target, loss))
    result = torch.empty_like(found.result)
    _call(found, first, target, None, result)
    return result


def remember(loss: Any, first: Array, target: Array, backward: bool, made: Made) -> None:
    """Shelve the kernel for such calls, if it is one that they can take."""
    outputs = made.outputs
    plain = not made.copied and made.before is None and not made.kernel.large
    alike = all(each.straight is None and DTYPES[each.dtype] is first.dtype for each in outputs)
    whole = first.is_contiguous() and target.is_contiguous()
    if plain and alike and whole and len(outputs) == int(backward):
        result, kernel = torch.empty((), dtype=DTYPES[made.dtype], device=CPU), made.kernel
        place = (backward, first.dtype, target.dtype, first.shape, target.shape)
        shelf(loss)[place] = Brief(kernel.driver.brief, kernel.plan, kernel.block, result, made)


def _call(brief: Brief, first: Array, target: Array, slopes: Any, result: Array) -> None:
    if brief.run(
        brief.plan, brief.block, first.data_ptr(), target.data_ptr(), slopes, result.data_ptr()
    ):
        raise MemoryError("a kernel found no memory for its sums")


class _Briefly(Function):
    """The node of autograd of such a call."""

    @staticmethod
    def forward(ctx: Any, first: Array, call: Any) -> Array:
        brief, target, ctx.loss = call
        result, slopes = torch.empty_like(brief.result), torch.empty_like(first)
        _call(brief, first, target, slopes.data_ptr(), result)
        ctx.save_for_backward(first, target, slopes)
        return result

    @staticmethod
    def backward(ctx: Any, upstream: Array) -> Any:
        first, target, slopes = ctx.saved_tensors
        if torch.is_grad_enabled():
            return again(ctx.loss, "mean", (first, target), None, None, upstream), None
        return scaled(slopes, upstream), None


_apply = super(Function, _Briefly).apply
"""`Function.apply` first looks for function transforms; who asks has done so."""


def scaled(slopes: Array, upstream: Array) -> Array:
    """Return slopes times one number from above, or the slopes themselves where that is one.

    They are handed over as they are only if nobody can ask again: the caller may write into them.
    """
    if kept() or torch.compiler.is_compiling() or followed() or upstream.item() != 1:
        return slopes * upstream
    return slopes


def again(loss: Any, request: str, arrays: Any, weight: Any, mask: Any, upstream: Array) -> Array:
    """Return the slopes with a graph of their own, by the definition: they are differentiated."""
    with torch.enable_grad():
        found = loss.defined(request, arrays, weight, mask)
        found = found[0] if request == "parts" else found
        return torch.autograd.grad(found, arrays[0], upstream, create_graph=True)[0]
