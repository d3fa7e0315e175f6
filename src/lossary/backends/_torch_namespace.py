"""PyTorch as lossary's namespace: the array API's words and the stable primitives."""

from collections.abc import Callable
from typing import Any

import torch
from array_api_compat.torch import (
    abs,
    astype,
    cos,
    exp,
    expm1,
    isfinite,
    isnan,
    log,
    log1p,
    logical_and,
    logical_not,
    logical_or,
    matrix_transpose,
    max,
    mean,
    ones_like,
    sign,
    sqrt,
    stack,
    sum,
    tanh,
    zeros_like,
)
from torch import inf, int64, logaddexp, sigmoid, where
from torch.linalg import eigh, qr

from lossary.backends._branches import branches
from lossary.backends._sweep import swept

__all__ = [
    "abs", "astype", "clip", "cos", "eigh", "either", "exp", "expm1", "inf", "int64", "isfinite",
    "isnan", "log", "log1p", "log_softmax", "logaddexp", "logical_and", "logical_not", "logical_or",
    "logsumexp", "matmul", "matrix_transpose", "max", "maximum", "mean", "minimum", "one_hot",
    "ones_like", "pick", "places", "qr", "row", "sigmoid", "sign", "softplus", "sqrt", "stack",
    "sum", "swept", "tanh", "where", "zeros_like",
]  # fmt: skip

maximum, minimum, clip = branches(where)


def softplus(x: torch.Tensor) -> torch.Tensor:
    # At PyTorch's own threshold of 20 the tail is cut while it still shows in double precision.
    return torch.nn.functional.softplus(x, threshold=40)


def logsumexp(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.logsumexp(x, dim=axis)


def log_softmax(x: torch.Tensor) -> torch.Tensor:
    """Return the logarithms of the softmax over the last axis, exact for large scores."""
    return torch.log_softmax(x, dim=-1)


def places(x: torch.Tensor) -> torch.Tensor:
    """Return 0 … n-1 for the n rows of `x`."""
    return torch.arange(x.shape[0], device=x.device)


def matmul(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # Autocast would take the product in half precision, under inputs that were lifted out of it.
    with torch.autocast(x.device.type, enabled=False):
        return torch.matmul(x, y)


def pick(x: torch.Tensor, label: torch.Tensor) -> torch.Tensor:
    """Take each row's entry at its label; NaN where the label is none of 0 … k-1."""
    label = label.long()
    known = (label >= 0) & (label < x.shape[-1])
    found = torch.gather(x, -1, torch.where(known, label, 0)[..., None])[..., 0]
    # A factor, not a branch: the slope of a known label must not meet the NaN.
    return found * torch.where(known, torch.ones_like(found), torch.nan)


def one_hot(label: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    """Write labels as rows of zeros and ones like `like`; NaN where a label is none of 0 … k-1."""
    count = like.shape[-1]
    known = (label >= 0) & (label < count)
    hot = (label[..., None] == torch.arange(count, device=label.device)).to(like.dtype)
    return torch.where(known[..., None], hot, torch.nan)


def row(values: tuple[float, ...], like: torch.Tensor) -> torch.Tensor:
    """Return a row of numbers in the dtype and on the device of `like`."""
    return torch.tensor(values, dtype=like.dtype, device=like.device)


def either(condition: bool, yes: Callable[[], Any], no: Callable[[], Any]) -> Any:
    """Return what one of two functions gives; the other is not called."""
    return yes() if condition else no()
