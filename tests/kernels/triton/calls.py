"""What the tests of this folder share: arrays of a case, and how numbers are compared."""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from lossary.testing.case import Case, assert_close

DEVICE = "cpu" if os.environ.get("TRITON_INTERPRET") == "1" else "cuda"
PRECISIONS = ("float64", "float32", "float16", "bfloat16")


@dataclass(frozen=True)
class Call:
    """Arrays in double precision, already rounded to the case's, with a weight and a mask."""

    case: Case
    arrays: tuple[np.ndarray, ...]
    weight: np.ndarray | None = None
    mask: np.ndarray | None = None

    def tensors(self) -> tuple[Any, ...]:
        return tuple(tensor(array, self.case.precision) for array in self.arrays)

    def extras(self) -> tuple[Any, Any]:
        return tuple(
            None if each is None else tensor(each, self.case.precision)
            for each in (self.weight, self.mask)
        )

    def given(self) -> tuple[Any, ...]:
        """Return what the kernels are called with, after the loss, its place and the wants."""
        return self.tensors(), *self.extras()


def tensor(array: np.ndarray, precision: str) -> torch.Tensor:
    found = torch.from_numpy(np.array(array))
    return found.to(DEVICE, getattr(torch, precision) if found.is_floating_point() else None)


WAYS = ("weight, mask", "mask", "weight", "")
"""By what entries may count differently."""


def drawn(case: Case, counted: str = WAYS[0], **sizes: Any) -> Call:
    """Draw a call; NaN stands in the entries that do not count."""
    arrays = case.draw(5, **sizes)
    shape = case.entry_shape(arrays)
    rng = np.random.default_rng(6)
    weight = case._rounded(rng.choice([0.0, 0.5, 1.0, 1.7], shape)) if "weight" in counted else None
    mask = rng.random(shape) < 0.7 if "mask" in counted else None
    inside = np.ones(shape, dtype=bool) if mask is None else mask
    if weight is not None:
        weight = np.where(inside, weight, np.nan)
        inside = inside & (weight != 0)
    for array in arrays:
        if array.dtype.kind == "f" and not inside.all():
            array[~inside] = np.nan
    return Call(case, arrays, weight, mask)


def close(found: torch.Tensor, expected: Any, precision: str, units: float, why: str) -> None:
    """Compare up to `units` roundings of the precision that is computed in, and one of the result.

    A result in half precision has 11 bits, or 8.
    """
    bits = {torch.float16: 2.0**-10, torch.bfloat16: 2.0**-7}.get(found.dtype)
    wide = np.float64 if precision == "float64" else np.float32
    if bits is None:
        assert found.dtype == getattr(torch, wide.__name__)
        assert_close(found.cpu().numpy(), expected, units, why)
    else:
        rounded = torch.as_tensor(np.asarray(expected)).to(found.dtype).double().numpy()
        np.testing.assert_allclose(
            found.cpu().double().numpy(), rounded, rtol=bits, atol=bits * 0.01, err_msg=why
        )
