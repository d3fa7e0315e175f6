"""PyTorch."""

from collections.abc import Callable, Sequence
from types import FunctionType
from typing import Any

import numpy as np
import torch
from torch._subclasses import FakeTensor

from lossary.backends import _torch_namespace
from lossary.backends._protocol import Array, Backend

_HALF = (torch.float16, torch.bfloat16)


class _Torch(Backend):
    name = "torch"
    xp = _torch_namespace
    hints = {
        "move": "torch.movedim({x}, 1, -1)",
        "argmax": "{x}.argmax(-1)",
        "integer": "{x}.long()",
        "boolean": "{x} != 0",
        "dense": "{x}.to_dense()",
    }

    def kind(self, array: Array) -> str:
        dtype = array.dtype
        if dtype.is_floating_point:
            return "float"
        if dtype is torch.bool:
            return "boolean"
        return "other" if dtype.is_complex else "integer"

    def wide(self, array: Array | None) -> Any:
        if array is None:
            return torch.get_default_dtype()
        return torch.float32 if array.dtype.itemsize < 4 else array.dtype

    def cast(self, array: Array, dtype: Any) -> Array:
        return array.to(dtype)

    def count(self, array: Array) -> Any:
        return array.numel()

    def array(self, values: Any, precision: str | None = None) -> Array:
        found = torch.from_numpy(np.array(values))
        return (
            found.to(getattr(torch, precision))
            if precision and found.is_floating_point()
            else found
        )

    def whole(self, function: Callable[..., Any]) -> Callable[..., Any]:
        # A code object of its own: PyTorch allows each one only a few compilations. Capturing and
        # differentiating is ours to hold; what a code generator makes of it is PyTorch's.
        fresh = FunctionType(
            function.__code__.replace(),
            function.__globals__,
            closure=function.__closure__,
        )
        return torch.compile(fresh, fullgraph=True, backend="aot_eager")

    def sparse(self, array: Array) -> bool:
        return array.layout is not torch.strided

    def parted(self, arrays: Sequence[Array], slopes: Sequence[Array]) -> Sequence[Array]:
        if any(each.requires_grad for each in slopes):
            return arrays
        return [each.detach() for each in arrays]

    def scalar(self, value: Any, like: Array) -> Array:
        if isinstance(value, torch.Tensor):
            return value.to(like.dtype)
        # Not as_tensor: it would freeze a size that a compiled function does not know yet.
        return torch.full((), value, dtype=like.dtype, device=like.device)

    def numpy(self, array: Array) -> Any:
        array = array.detach().cpu()
        return (array.float() if array.dtype in _HALF else array).numpy()

    def device(self, array: Array) -> Any:
        return array.device

    def concrete(self, array: Array) -> bool:
        if torch.compiler.is_compiling() or array.device.type == "meta":
            return False
        mapped = torch._C._functorch.is_functorch_wrapped_tensor(array)  # within vmap or grad
        return not (mapped or isinstance(array, FakeTensor))

    def gradient(self, function: Callable[[Array], Array], array: Array) -> Array:
        again = torch.is_grad_enabled() and array.requires_grad
        with torch.enable_grad():  # as any operation, it can be differentiated again where asked
            leaf = array if again else array.detach().requires_grad_()
            return torch.autograd.grad(function(leaf), leaf, create_graph=again)[0]


backend = _Torch()
