"""PyTorch's calls: to the fast path, or to the operator where a compiler or a mode follows them."""

from typing import Any

import torch
from torch._subclasses import FakeTensor

from lossary.kernels.hosts import torch as eager
from lossary.kernels.hosts import torch_cuda
from lossary.kernels.hosts.torch_arrays import PLAIN, followed

Array = Any


def host_of(kind: type) -> Any:
    """Return what answers for a class of tensors; None where no kernel can."""
    if kind is FakeTensor:
        from lossary.kernels.hosts.torch_followed import answer as whole

        return whole
    return answer if kind in PLAIN else None


def answer(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Return what the request asks for, or None where the definition must answer."""
    whole = request != "derivatives"  # otherwise gradient and curvature are asked for one by one
    if torch.compiler.is_compiling() or followed():
        if not whole:
            return None
        # Opened only now, since it brings PyTorch's compiler with it: a second of imports.
        from lossary.kernels.hosts.torch_followed import answer as follow

        return follow(loss, request, arrays, weight, mask)
    found = eager.answer(loss, request, arrays, weight, mask)
    if found is not None or not whole:
        return found
    return torch_cuda.answer(loss, request, arrays, weight, mask)
