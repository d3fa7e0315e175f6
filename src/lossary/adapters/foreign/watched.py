"""What a watched loss must be for its framework: a module, a Keras loss, or a plain callable."""

import sys
from math import isfinite
from typing import Any

import numpy as np

from lossary.backends import backend_of

Array = Any


def finite(value: Array) -> bool:
    """Say whether a loss is a number, as quickly as its framework can."""
    if hasattr(value, "item") and not value.shape:
        return isfinite(value.item())
    return bool(np.isfinite(backend_of(value).numpy(value)).all())


def here(value: Array) -> bool:
    """Say whether looking at a number costs no waiting for an accelerator."""
    return bool(getattr(value, "is_cpu", True))


def cut(array: Array) -> Array:
    """Cut an array off from its graph, where it hangs on one."""
    return array.detach() if getattr(array, "requires_grad", False) else array


def attached(prediction: Array) -> bool:
    """Say whether a prediction hangs on weights; only PyTorch's arrays know."""
    torch = sys.modules.get("torch")
    if torch is None or not isinstance(prediction, torch.Tensor) or not torch.is_grad_enabled():
        return True
    return bool(prediction.requires_grad)


def wrapped(loss: Any, watcher: Any, plain: Any) -> Any:
    """Wrap a loss so that it stays what its framework expects."""
    torch, keras = sys.modules.get("torch"), sys.modules.get("keras")
    if torch is not None and isinstance(loss, torch.nn.Module):
        from lossary.adapters.foreign.watched_torch import WatchedModule

        return WatchedModule(loss, watcher)
    if keras is not None and isinstance(loss, keras.losses.Loss):
        from lossary.adapters.foreign.watched_keras import WatchedLoss

        return WatchedLoss(loss, watcher)
    return plain(watcher)
