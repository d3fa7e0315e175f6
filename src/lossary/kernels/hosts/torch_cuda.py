"""PyTorch on a GPU: eager calls, answered by kernels that Triton makes.

The forward pass reads the arrays once and keeps nothing but them; the backward pass reads them once
more. No number is brought to the host, so that nothing ever waits for the device.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache
from math import prod
from typing import Any

import torch
from torch.autograd import Function

from lossary.core.batch import fitted
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.core.rowwise import Rowwise
from lossary.errors import LossError
from lossary.kernels.hosts import torch_sums
from lossary.kernels.hosts.torch_arrays import PLAIN, followed
from lossary.kernels.shelf import shelf, shelved
from lossary.kernels.switch import failed

Array = Any
READ = frozenset(
    getattr(torch, name)
    for name in (
        "float16", "bfloat16", "float32", "float64",
        "bool", "uint8", "int8", "int16", "int32", "int64",
    )
)  # fmt: skip
WRITTEN = {"none": "value", "gradient:sum": "slopes", "curvature": "curvatures"}
"""Requests that are what a kernel writes, and what it calls it."""
REDUCED = ("mean", "sum", "none", "parts", "pooled")
"""Requests whose answers can be differentiated; those of the others are slopes already."""
TROUBLE = ("out of memory", "CUDA error", "device-side assert", "illegal")
"""Words of errors that are no kernel's fault: the definition would meet with them too."""


def here(array: Array) -> bool:
    """Say whether an array lies on a device that these kernels run on."""
    return array.is_cuda


def answer(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Return what the request asks for, or None where the definition must answer."""
    first, graph = arrays[0], torch.is_grad_enabled()
    backward = graph and first.requires_grad
    looks = described((*arrays, weight, mask), graph)
    if looks is None or not asked(loss, request) or (backward and request not in REDUCED):
        return None
    mine, key = shelf(loss), ("cuda", *looks)
    place = mine.get(key, mine)
    if place is mine:
        place = shelved(loss, key, lambda: placed(loss, arrays, weight, mask))
    if place is None:
        return None
    called = Called(loss, place, arrays, weight, mask, key)
    found = called.attempted(lambda: called.answered(request))
    if found is None or not (backward and loss.trainable):
        return None if found is None else found[0]
    return _Judged.apply(first, (called, request, *found))


def described(arrays: tuple[Array, ...], graph: bool) -> list[Any] | None:
    """List what a kernel for these depends on; None where they are no plain memory of one device.

    With `graph`, only the first may ask for its gradient.
    """
    found: list[Any] = []
    device = arrays[0].device
    for place, array in enumerate(arrays):
        if array is None:
            found.append(None)
            continue
        if type(array) not in PLAIN or not here(array) or array.device != device:
            return None
        if array.dtype not in READ or array.layout is not torch.strided or array.is_neg():
            return None
        if graph and place and array.requires_grad:
            return None
        found += (array.dtype, array.shape)
    return found


def asked(loss: Any, request: str) -> bool:
    """Say whether kernels of the loss's kind answer such a request."""
    if isinstance(loss, RatioOfSums):
        return request == "pooled"
    if request == "curvature":
        return loss.trainable and loss.curvature_rule.rule != "none"
    return loss.trainable or not request.startswith("gradient:")


def placed(loss: Any, arrays: tuple[Array, ...], weight: Any, mask: Any) -> int | None:
    """Return which of the loss's shape sentences the arrays fit, if kernels serve it there.

    Raises:
        LossError: the arrays do not fit the loss.
    """
    _, place, _ = fitted(loss, arrays, weight, mask)
    return place if kernels().served(loss, place) else None


@cache
def kernels() -> Any:
    """Open the room of Triton's kernels, now that a tensor has come for them."""
    from lossary.kernels import triton

    return triton


@dataclass(frozen=True, slots=True)
class Called:
    """A call that kernels serve; `key` is where the loss's shelf says so."""

    loss: Any
    place: int
    arrays: tuple[Array, ...]
    weight: Array | None
    mask: Array | None
    key: Hashable

    def answered(self, request: str) -> tuple[Any, Array | None]:
        """Return the answer, and what a mean has been divided by."""
        if request == "pooled":
            given = self.loss, self.place, self.arrays, self.weight, self.mask
            # Arrays of their own, as the definition's are: a rank may add to them in place.
            return tuple(each.clone() for each in kernels().sums(*given)), None
        if request in WRITTEN:
            return self.computed(WRITTEN[request]), None
        if request == "gradient:mean":
            return self.computed("slopes", divided(1.0, self.count())), None
        total, count = self.computed("sums")
        if request == "mean":
            return divided(total, count), count
        return (total if request == "sum" else (total, count)), None

    def pulled(self, request: str, upstream: tuple[Array, ...], count: Array | None) -> Array:
        """Return the slopes times what comes from above, in one pass."""
        if request == "pooled":
            given = self.loss, self.place, self.arrays, self.weight, self.mask
            return kernels().sums_gradient(*given, upstream)
        above = upstream[0]
        return self.computed("slopes", above if count is None else divided(above, count))

    def computed(self, want: str, scale: Array | None = None) -> Any:
        """Run the one kernel that computes what is wanted."""
        function = kernels().rows if isinstance(self.loss, Rowwise) else kernels().entries
        given = self.arrays, self.weight, self.mask, scale
        return function(self.loss, self.place, {want}, *given)[want]

    def count(self) -> Array:
        """Return what a mean divides by; entries that all count alike need not be looked at."""
        share = self.loss.traced(self.place).share
        if share is not None or self.weight is not None or self.mask is not None:
            return self.computed("sums")[1]
        first = self.arrays[0]
        behind = self.loss.sentences[self.place].inputs[0].trailing(self.loss.entries)
        entries = prod(first.shape[: first.ndim - behind])
        return torch.full((), entries, dtype=torch.float64, device=first.device)

    def attempted(self, run: Callable[[], Any]) -> Any:
        """Run; if the kernel cannot be made here, return None, now and from now on."""
        try:
            return run()
        except Exception as error:
            if isinstance(error, LossError) or any(word in str(error) for word in TROUBLE):
                raise
            shelf(self.loss)[self.key] = None
            failed(error)
            return None

    def defined(self, request: str, upstream: tuple[Array, ...]) -> Array:
        """Return the slopes by the definition, with a graph of their own where it is asked for."""
        given = self.loss, self.arrays, self.weight, self.mask
        if request == "pooled":
            return torch_sums.by_definition(*given, upstream[:-1])
        again, (first, *_) = torch.is_grad_enabled(), self.arrays
        with torch.enable_grad():
            found = self.loss.defined(request, *given[1:])
            found = found[0] if request == "parts" else found
            return torch.autograd.grad(found, first, upstream[0], create_graph=again)[0]


def divided(total: Any, count: Array) -> Array:
    """Divide; where nothing counts, the answer is zero. Whether it does, the device alone knows."""
    return (total / count).masked_fill(count == 0, 0.0)


class _Judged(Function):
    """One node of autograd, that keeps what was handed over and at most one number."""

    @staticmethod
    def forward(ctx: Any, prediction: Array, given: Any) -> Any:
        called, request, found, count = given
        ctx.save_for_backward(*called.arrays, called.weight, called.mask, count)
        ctx.call = called.loss, called.place, called.key, request
        if request in ("parts", "pooled"):
            ctx.mark_non_differentiable(found[-1])
        return found

    @staticmethod
    def backward(ctx: Any, *upstream: Array) -> Any:
        *arrays, weight, mask, count = ctx.saved_tensors
        loss, place, key, request = ctx.call
        called, found = Called(loss, place, tuple(arrays), weight, mask, key), None
        hidden = torch.is_grad_enabled() or followed() or torch.compiler.is_compiling()
        if not hidden and described((*arrays, weight, mask, *upstream), False) is not None:
            found = called.attempted(lambda: called.pulled(request, upstream, count))
        return called.defined(request, upstream) if found is None else found, None
