"""Arrays for losses of sums, and how a kernel's answers are held against the definition's."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

import lossary

OVERLAPS = (
    lossary.Dice(),
    lossary.Dice(smooth=1.0, squared=True),
    lossary.Dice(pool="image"),
    lossary.Tversky(alpha=0.2, beta=0.9, smooth=0.5),
    lossary.Tversky(pool="image"),
)
# Sums of thousands of float32 differ in their last bits with the order of adding; slopes are a
# quotient of such sums.
CLOSE = {"rtol": 5e-6, "atol": 1e-7}
SLOPES = {"rtol": 1e-4, "atol": 1e-8}


@dataclass
class Case:
    """Arrays of one call."""

    arrays: tuple[Any, ...]
    extras: dict[str, Any]


def drawn(
    shape: tuple[int, ...],
    k: int = 4,
    labels: bool = True,
    extras: str = "",
    dtype: Any = "float32",
) -> Case:
    rng = np.random.default_rng(math.prod(shape) + k)
    prediction = rng.random((*shape, k)).astype(dtype)
    target = rng.integers(0, k, shape) if labels else rng.random((*shape, k)).astype(dtype)
    found: dict[str, Any] = {}
    if "w" in extras:
        found["weight"] = rng.random(shape).astype(dtype) * (rng.random(shape) > 0.2)
    if "m" in extras:
        found["mask"] = rng.random(shape) > 0.3
    return Case((prediction, target), found)


def agree(loss: Any, case: Case) -> None:
    """Hold a kernel's every answer against the definition's, on NumPy and PyTorch."""
    agree_on_numpy(loss, case)
    tensors = tuple(map(torch.as_tensor, case.arrays))
    extras = {name: torch.as_tensor(each) for name, each in case.extras.items()}
    agree_on_torch(loss, Case(tensors, extras))


def agree_on_numpy(loss: Any, case: Case) -> None:
    def asked() -> list[Any]:
        return [
            *(loss(*case.arrays, **case.extras, reduction=r) for r in ("mean", "sum", "none")),
            *loss.parts(*case.arrays, **case.extras).sums,
            loss.gradient(*case.arrays, **case.extras, reduction="mean"),
        ]

    found = asked()
    assert taken(loss)
    with lossary.use_kernels(False):
        expected = asked()
    for mine, theirs in zip(found, expected, strict=True):
        assert mine.shape == theirs.shape
        assert mine.dtype.newbyteorder("=") == theirs.dtype.newbyteorder("=")
    for mine, theirs in zip(found[:-1], expected[:-1], strict=True):
        np.testing.assert_allclose(mine, theirs, **CLOSE)
    np.testing.assert_allclose(found[-1], expected[-1], **SLOPES)


def agree_on_torch(loss: Any, case: Case, close: Any = CLOSE, slopes: Any = SLOPES) -> None:
    value, slope = slope_of(loss, case)
    assert taken(loss)
    with lossary.use_kernels(False):
        expected, steep = slope_of(loss, case)
    assert (value.dtype, slope.dtype) == (expected.dtype, steep.dtype)
    torch.testing.assert_close(value, expected, **close, equal_nan=True)
    torch.testing.assert_close(slope, steep, **slopes, equal_nan=True)


def slope_of(loss: Any, case: Case, factor: float = 3.0) -> tuple[Any, Any]:
    first, *others = case.arrays
    leaf = first.detach().requires_grad_()
    value = loss(leaf, *others, **case.extras)
    (slope,) = torch.autograd.grad(value * factor, leaf)
    return value.detach(), slope


def taken(loss: Any) -> set[str]:
    """Name the requests that a kernel has been made for."""
    return {key[0] for key, made in loss.__dict__.get("_kernels", {}).items() if made is not None}
