"""What must be known of PyTorch's tensors, and when a kernel must leave them alone."""

from collections.abc import Sequence
from typing import Any

import torch
from torch.autograd import forward_ad

from lossary.kernels.layout import KINDS, SIZES, Seen
from lossary.kernels.making import Output

Array = Any
PLAIN = frozenset({torch.Tensor, torch.nn.Parameter})
CPU = torch.device("cpu")
DTYPES = {name: getattr(torch, name) for name in KINDS}
NAMES = {dtype: name for name, dtype in DTYPES.items()}
MAPPED = torch._C._parse_dispatch_key("VmapMode")
"""Held while `torch.autograd.grad(is_grads_batched=True)` hands slopes of several ways at once."""


def followed() -> bool:
    """Say whether something follows the operations of a call, which a kernel would hide from it."""
    return bool(
        torch._C._are_functorch_transforms_active()
        or torch._C._len_torch_dispatch_stack()
        or forward_ad._current_level >= 0
        or torch._C._dispatch_tls_is_dispatch_key_included(MAPPED)
        or torch._C._is_tracing()
    )


def described(arrays: Sequence[Array | None], graph: bool) -> list[Any] | None:
    """List what a kernel for these depends on; None where they are no plain memory of the CPU.

    With `graph`, only the first may ask for its gradient.
    """
    found: list[Any] = []
    for place, array in enumerate(arrays):
        if array is None:
            found.append(None)
            continue
        if type(array) not in PLAIN or not array.is_cpu or array.layout is not torch.strided:
            return None
        if array.is_neg() or (graph and place and array.requires_grad):
            return None
        found += (array.dtype, array.shape, array.stride())
    return found


def address(array: Array | None) -> Any:
    """Return where an array stands, if there is one."""
    return None if array is None else array.data_ptr()


def fresh(output: Output) -> Array:
    """Make an array for a kernel to write."""
    made = torch.empty(output.straight or output.shape, dtype=DTYPES[output.dtype], device=CPU)
    return made if output.straight is None else made.permute(output.back)


class _Torch:
    def seen(self, array: Array) -> Seen | None:
        kind = KINDS.get(NAMES.get(array.dtype, ""))
        if kind is None:
            return None
        size = SIZES[kind]
        return Seen(tuple(array.shape), tuple(size * step for step in array.stride()), kind)

    def straight(self, array: Array) -> Array:
        if array.dtype in NAMES:
            return array.contiguous()
        return array.to(torch.float64 if array.is_floating_point() else torch.int64).contiguous()

    def named(self, dtype: Any) -> str:
        return NAMES.get(dtype, str(dtype))


host = _Torch()
