"""Computes a PyTorch loss in double precision throughout, also where it says float32 itself.

A formula is judged by its numbers in many digits: a `.float()` within, or a constant kept in single
precision, would blur them, or not meet doubles at all. Single precision is tried as it is written.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


@contextmanager
def doubles(wanted: bool) -> Iterator[None]:
    """Let PyTorch make tensors of doubles where a loss names no precision, if wanted."""
    before = torch.get_default_dtype()
    if wanted:
        torch.set_default_dtype(torch.float64)
    try:
        yield
    finally:
        torch.set_default_dtype(before)


def widely(kept: dict[str, Any], compute: Callable[[], Any]) -> Any:
    """Compute with doubles for singles where a loss needs that; `kept` remembers whether it does.

    Not where it needs it not: PyTorch's own functions lose an argument on that way, as the weight
    of `l1_loss`.
    """
    if kept.get("single") is None:
        with _Wide() as seen:
            found = compute()
        kept["single"] = seen.single
        if seen.single:
            return found
    if not kept["single"]:
        try:
            found = compute()
        except (RuntimeError, ValueError) as error:
            if not _of_precision(error):
                raise
        else:
            if not isinstance(found, torch.Tensor) or found.dtype is not torch.float32:
                return found
        kept["single"] = True
    with _Wide():
        return compute()


class _Wide(TorchFunctionMode):
    """Reads every float32 as float64, and notes whether there was any."""

    def __init__(self) -> None:
        super().__init__()
        self.single = False

    def __torch_function__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if function is torch.Tensor.float:
            self.single = self.single or args[0].is_floating_point()
            return args[0].double()
        args, kwargs = self._each(args, self._wider), self._each(kwargs, self._wider)
        try:
            return function(*args, **kwargs)
        except (RuntimeError, ValueError) as error:
            if not _of_precision(error):
                raise
            self.single = True
            doubled = self._each(args, _doubled), self._each(kwargs, _doubled)
            return function(*doubled[0], **doubled[1])

    def _each(self, found: Any, change: Any) -> Any:
        if isinstance(found, dict):
            return {name: self._each(value, change) for name, value in found.items()}
        if type(found) in (tuple, list):
            return type(found)(self._each(value, change) for value in found)
        return change(found)

    def _wider(self, found: Any) -> Any:
        if found is torch.float32:
            self.single = True
            return torch.float64
        return found


def _of_precision(error: Exception) -> bool:
    return "dtype" in str(error) or "scalar type" in str(error)


def _doubled(found: Any) -> Any:
    single = isinstance(found, torch.Tensor) and found.dtype is torch.float32
    return found.double() if single else found
