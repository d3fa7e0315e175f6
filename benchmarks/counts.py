"""What can be counted instead of timed: operations, bytes they move, and what is kept meanwhile."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.rows import rows

LEAST = 1 << 16


def table(part: str, only: str) -> list[dict[str, Any]]:
    """Count on PyTorch for each loss, once: beyond a few thousand entries the size is no matter."""
    from benchmarks.contestants import contestants

    found: dict[str, dict[str, Any]] = {}
    for row in rows():
        tiny = row.entries < LEAST or "torch" not in row.hosts
        if tiny or row.title in found or only.lower() not in row.title.lower():
            continue
        arrays, here = row.arrays(), contestants("torch", row, "forward")
        counted = {}
        for name, who in here.items():
            with who.within():
                counted[name] = dispatched(who.function, *arrays)
        found[row.title] = {"loss": row.title, "entries": row.entries, "counts": counted}
        if part == "quick":
            break
    return list(found.values())


def dispatched(value: Callable[..., Any], *arrays: np.ndarray) -> dict[str, Any]:
    """Count operations that compute (views do not), the bytes they read and write, and what is kept
    for the backward pass beside the arrays that were given.

    The same on every machine, and on a busy one. A kernel of ours is one operation here, as it is
    for PyTorch's compiler. The first call of a process does more, so that the second is counted.
    """
    import torch
    from torch.autograd.graph import saved_tensors_hooks

    first, *others = given = [torch.from_numpy(each) for each in arrays]
    first.requires_grad_()
    held = {each.untyped_storage().data_ptr() for each in given}
    kept: dict[int, int] = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in held:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    for _ in range(2):
        kept.clear()
        forward, backward = _listener(), _listener()
        with forward, saved_tensors_hooks(pack, lambda tensor: tensor):
            found = value(first, *others)
        with backward:
            torch.autograd.grad(found, first)
    return {
        "forward": dict(forward.names),
        "backward": dict(backward.names),
        "bytes_per_entry": (forward.moved + backward.moved) / first.numel(),
        "kept": len(kept),
        "kept_bytes_per_entry": sum(kept.values()) / first.numel(),
    }


def _listener() -> Any:
    """Return what follows PyTorch's operations while it is entered, and counts them."""
    import torch
    from torch.utils._python_dispatch import TorchDispatchMode
    from torch.utils._pytree import tree_leaves

    class Listener(TorchDispatchMode):
        def __init__(self) -> None:
            super().__init__()
            self.names: Counter[str] = Counter()
            self.moved = 0

        def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None):
            found = func(*args, **(kwargs or {}))
            if not func.is_view:
                self.names[func.overloadpacket.__name__] += 1
                leaves = tree_leaves((args, kwargs, found))
                self.moved += sum(_size(each) for each in leaves if torch.is_tensor(each))
            return found

    return Listener()


def _size(tensor: Any) -> int:
    """Return a tensor's bytes; one number that is spread over many entries is still one number."""
    return min(tensor.nbytes, tensor.untyped_storage().nbytes())
