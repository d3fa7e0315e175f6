"""NumPy: floating-point errors are raised where they happen, and the line says where that is."""

import traceback
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lossary.adapters.foreign.replaying.bad import Bad, Step, line_of

FOREIGN = ("numpy",)
GIVES = {"divide by zero": np.inf, "overflow": np.inf, "invalid value": np.nan}


def first_bad(function: Callable[..., Any], arrays: Sequence[Any], of: int | None) -> Bad | None:
    """Name the first operation that loses a number; NumPy knows no way back."""
    with np.errstate(all="ignore"):
        if np.isfinite(function(*arrays)).all():
            return None
    try:
        with np.errstate(divide="raise", invalid="raise", over="raise"):
            function(*arrays)
    except FloatingPointError as error:
        said = str(error)
        kind, _, operation = said.partition(" encountered in ")
        frames = [(f.filename, f.lineno or 0) for f in traceback.extract_tb(error.__traceback__)]
        gives = next((value for words, value in GIVES.items() if kind.startswith(words)), np.nan)
        row = _row(function, arrays)
        return Bad(Step(operation, gives, (), row, line_of(frames[::-1], FOREIGN)))
    return None


def _row(function: Callable[..., Any], arrays: Sequence[Any]) -> tuple[int, ...]:
    """Find the first row that loses a number by itself, where the arrays have rows in common."""
    sizes = {len(each) for each in arrays if np.ndim(each)}
    if len(sizes) != 1:
        return ()
    with np.errstate(all="ignore"):
        for row in range(sizes.pop()):
            alone = [each[row : row + 1] if np.ndim(each) else each for each in arrays]
            if not np.isfinite(function(*alone)).all():
                return (row,)
    return ()
