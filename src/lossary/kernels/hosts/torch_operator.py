"""One operator for every loss, for all in PyTorch that follows operations: compilers and modes.

It answers with a list of arrays: the value; the numerator and the denominator of "parts"; the sums
of a `RatioOfSums`, and how many entries count; and last, where they are asked for, the slopes that
a backward pass will want.
"""

from threading import Thread
from typing import Any

import torch

from lossary.backends import backend_named, backend_of
from lossary.core import dispatch
from lossary.kernels import sumwise
from lossary.kernels.hosts import torch as eager
from lossary.kernels.hosts import torch_sums
from lossary.kernels.hosts.torch_arrays import described, host
from lossary.kernels.hosts.torch_written import read
from lossary.kernels.making import made
from lossary.kernels.requests import REQUESTS, with_slopes
from lossary.kernels.shelf import shelf, shelved

Array = Any
NAME = "lossary::judged"
SLOPES = ("gradient:sum", "gradient:mean", "curvature", "pooled:slopes")
"""Requests that are answered in the shape of the first array, and as it lies in memory."""


def _judged(
    arrays: list[Array],
    weight: Any,
    mask: Any,
    numbers: Any,
    loss: str,
    request: str,
    slopes: bool,
) -> list[Array]:
    known, given = read(loss, numbers), tuple(arrays)
    found = _by_kernel(known, request, given, weight, mask, slopes)
    # Arrays of an operator's answer share no memory: a formula may hand through what it was given.
    fresh = found is not None and request != "parts"
    answered, sloped = found or _defined(known, request, given, weight, mask, slopes)
    first, values = given[0], answered if isinstance(answered, tuple) else (answered,)
    laid = [_laid(each, first if request in SLOPES else None, fresh) for each in values]
    return [*laid, _laid(sloped, first, fresh)] if slopes else laid


def _by_kernel(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any, mask: Any, slopes: bool
) -> Any:
    """Return the answer and the slopes, or None where there is no kernel for arrays like these."""
    looks = described((*arrays, weight, mask), False) if dispatch.state.on else None
    if looks is None:
        return None
    if request == "pooled":
        sums = torch_sums.pooled(loss, looks, False, arrays, weight, mask)
        return None if sums is None else (sums, None)
    if request == "pooled:slopes":
        spread = torch_sums.spread(loss, arrays[:-1], weight, mask, arrays[-1])
        return None if spread is None else (spread, None)
    mine, place = shelf(loss), ("operator", request, slopes, *looks)
    found = mine.get(place, mine)
    if found is mine:
        wanted = with_slopes(REQUESTS[request]) if slopes else REQUESTS[request]
        found = shelved(
            loss, place, lambda: made(host, loss, wanted, arrays, weight, mask, lifted=slopes)
        )
    return None if found is None else eager.run(found, request, arrays, weight, mask)


def _defined(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any, mask: Any, slopes: bool
) -> tuple[Any, Any]:
    """Return the answer and the slopes by the definition."""
    if request == "pooled":
        return loss.pooled(arrays, weight, mask), None
    if request == "pooled:slopes":
        call = (loss, arrays[:-1], weight, mask, arrays[-1].unbind())
        return _apart(torch_sums.by_definition, *call), None
    found = loss.defined(request, arrays, weight, mask)
    if not slopes:
        return found, None
    wide = (arrays[0].to(_wide(arrays)), *arrays[1:])
    reduction = "mean" if request == "mean" else "sum"
    return found, loss.defined(f"gradient:{reduction}", wide, weight, mask)


def _apart(function: Any, *given: Any) -> Any:
    """Call a function that needs autograd, which PyTorch switches off inside an operator."""
    found: list[Any] = []
    thread = Thread(target=lambda: found.append(function(*given)))
    thread.start()
    thread.join()
    return found[0]


def _wide(arrays: Any) -> Any:
    floats = (each for each in arrays if each.is_floating_point())
    return backend_named("torch").wide(next(floats, None))


def _laid(array: Array, like: Array | None, fresh: bool) -> Array:
    """Return the array as compilers have been told that it lies: in rows, or as `like` does."""
    if like is None or like.is_contiguous():
        if fresh and array.is_contiguous():
            return array
        return array.clone(memory_format=torch.contiguous_format)
    if fresh and array.stride() == torch.empty_like(like, device="meta").stride():
        return array
    return torch.empty_like(like, dtype=array.dtype).copy_(array)


def _told(
    arrays: list[Array],
    weight: Any,
    mask: Any,
    numbers: Any,
    loss: str,
    request: str,
    slopes: bool,
) -> list[Array]:
    """Tell shapes, dtypes and steps of the answer, for sizes that may be symbols."""
    known, first, wide = read(loss), arrays[0], _wide(arrays)
    if request in SLOPES:
        dtype = first.dtype if first.is_floating_point() else wide
        return [torch.empty_like(first, dtype=dtype)]
    sizes: list[Any] = [()]
    if request == "none":
        sizes = [first.shape[: first.ndim - known.sentences[0].inputs[0].trailing(known.entries)]]
    elif request == "parts":
        sizes = [(), ()]
    elif request == "pooled":
        shapes = tuple(tuple(each.shape) for each in arrays)
        place = [each.bind(shapes) is not None for each in known.sentences].index(True)
        count, *each = sumwise.shape(known, "sums", place, first.shape)
        sizes = [each] * count + [sumwise.shape(known, "counts", place, first.shape)]
    found = [first.new_empty(each, dtype=wide) for each in sizes]
    return [*found, torch.empty_like(first, dtype=wide)] if slopes else found


def _kept(ctx: Any, inputs: tuple[Any, ...], output: list[Array]) -> None:
    arrays, weight, mask, numbers, *ctx.call = inputs
    slopes = ctx.call[-1]
    ctx.save_for_backward(*arrays, weight, mask, numbers, output[-1] if slopes else None)
    apart = len(output) - 1 if ctx.call[1] == "pooled" else 1
    ctx.mark_non_differentiable(*output[apart:])
    ctx.set_materialize_grads(False)  # the slopes have none, and zeros for them are as long as they


def _pulled(ctx: Any, upstream: list[Array]) -> tuple[Any, ...]:
    """Return the gradient of the first array."""
    *arrays, weight, mask, numbers, slopes = ctx.saved_tensors
    text, request, _ = ctx.call
    above = upstream[0]
    if all(each is None for each in upstream):
        return [None] * len(arrays), None, None, None, None, None, None
    if slopes is not None and not torch.is_grad_enabled():
        extra = slopes.ndim - above.ndim if request == "none" else 0
        found = (slopes * above[(..., *([None] * extra))]).to(arrays[0].dtype)
    elif request == "pooled":
        like = next(each for each in upstream if each is not None)
        ups = tuple(torch.zeros_like(like) if each is None else each for each in upstream[:-1])
        if torch.is_grad_enabled():
            loss = read(text, numbers)
            found = torch_sums.by_definition(loss, tuple(arrays), weight, mask, ups)
        else:
            given = [*arrays, torch.stack(ups)]
            call = (given, weight, mask, numbers, text, "pooled:slopes", False)
            (found,) = judged(*call)
    else:
        found = _again(read(text, numbers), request, arrays, weight, mask, above)
    return [found, *[None] * len(arrays[1:])], None, None, None, None, None, None


def _again(loss: Any, request: str, arrays: Any, weight: Any, mask: Any, above: Array) -> Array:
    """Differentiate the definition: the answer was a slope, or the gradient needs its own graph."""
    first, *others = arrays

    def through(first: Array) -> Array:
        found = loss.defined(request, (first, *others), weight, mask)
        return ((found[0] if request == "parts" else found) * above).sum()

    return backend_named("torch").gradient(through, first)


torch.library.define(
    NAME,
    "(Tensor[] arrays, Tensor? weight, Tensor? mask, Tensor? numbers, "
    "str loss, str request, bool slopes) -> Tensor[]",
    tags=(torch.Tag.pt2_compliant_tag, torch.Tag.needs_fixed_stride_order),
)
torch.library.impl(NAME, "default", _judged)
torch.library.register_fake(NAME, _told)
torch.library.register_autograd(NAME, _pulled, setup_context=_kept)
judged = torch.ops.lossary.judged.default
backend_of(torch.empty(0))  # known before a compiler's own tensors are, which it cannot guard
