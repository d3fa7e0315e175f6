"""What can be counted instead of timed: PyTorch operations a call dispatches, bytes it keeps."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np


def dispatched(value: Callable[..., Any], *arrays: np.ndarray) -> dict[str, Any]:
    """Count operations that compute (views do not), and bytes that the backward pass is kept for.

    The same on every machine, and on a busy one.
    """
    import torch
    from torch.autograd.graph import saved_tensors_hooks
    from torch.utils._python_dispatch import TorchDispatchMode

    class Listener(TorchDispatchMode):
        def __init__(self) -> None:
            super().__init__()
            self.names: Counter[str] = Counter()

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None):
            if not func.is_view:
                self.names[func.overloadpacket.__name__] += 1
            return func(*args, **(kwargs or {}))

    kept: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    first, *others = map(torch.from_numpy, arrays)
    first.requires_grad_()
    with Listener() as forward, saved_tensors_hooks(pack, lambda tensor: tensor):
        found = value(first, *others)
    with Listener() as backward:
        torch.autograd.grad(found, first)
    return {
        "forward": dict(forward.names),
        "backward": dict(backward.names),
        "kept_bytes_per_entry": sum(kept.values()) / arrays[0].size,
    }
