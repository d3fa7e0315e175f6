"""Where a number was lost: the operation, the line of code, the entry, and what went in."""

import linecache
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OURS = Path(__file__).parents[3]
"""The house itself, whose lines are nobody's loss."""


@dataclass(frozen=True)
class Step:
    """One operation of a loss, and the first entry of its result that is no number."""

    operation: str
    """As people call it: log, div, sqrt, sum."""
    gives: float
    """inf, -inf or nan."""
    inputs: tuple[float, ...]
    """What went in at that entry, as far as it can be told."""
    index: tuple[int, ...]
    """The entry of the operation's result."""
    line: str | None = None
    """The line of code, as 'losses.py:12: return -y * torch.log(p)'."""
    backward: bool = False
    """Whether it is the operation's derivative that failed, and not the operation."""

    def __str__(self) -> str:
        inputs = ", ".join(f"{each:g}" for each in self.inputs)
        what = f"the derivative of {self.operation}" if self.backward else self.operation
        given = f"{what}({inputs})" if inputs and not self.backward else what
        at = f" of {inputs}" if inputs and self.backward else ""
        return f"{given}{at} gives {self.gives:g}"


@dataclass(frozen=True)
class Bad:
    """The operation that lost the number, and the one from which it came, if that is another."""

    first: Step
    """The first operation that gives infinity or NaN although finite numbers went in."""
    nan: Step | None = None
    """The operation that made NaN out of that infinity."""


def line_of(frames: Iterable[tuple[str, int]], foreign: Sequence[str]) -> str | None:
    """Return the innermost line of code that belongs to neither us nor the framework."""
    for filename, number in frames:
        if not _passed_over(filename, foreign):
            text = linecache.getline(filename, number).strip()
            return f"{Path(filename).name}:{number}" + (f": {text}" if text else "")
    return None


def stack_of(frame: Any) -> list[tuple[str, int]]:
    """Return files and lines of a frame and its callers, the innermost first."""
    return [(each.f_code.co_filename, number) for each, number in traceback.walk_stack(frame)]


def first_lost(values: Any) -> tuple[tuple[int, ...], float] | None:
    """Return the first entry of a NumPy array that is not finite: NaN before infinity."""
    import numpy as np

    for lost in (np.isnan(values), ~np.isfinite(values)):
        if lost.any():
            index = tuple(int(each) for each in np.argwhere(lost)[0])
            return index, float(values[index])
    return None


def entries_at(
    arrays: Iterable[Any], index: tuple[int, ...], shape: tuple[int, ...]
) -> list[float]:
    """Return what stood at an entry in each of the arrays that went in, where that can be told."""
    found = []
    for array in arrays:
        if array.shape == shape:
            found.append(float(array[index]))
        elif array.size == 1:
            found.append(float(array.reshape(())))
        elif not shape:
            worst = first_lost(array)
            found.append(worst[1] if worst else float("nan"))
    return found


def _passed_over(filename: str, foreign: Sequence[str]) -> bool:
    if filename.startswith("<"):
        return not filename.startswith(("<ipython", "<doctest"))
    return str(OURS) in filename or any(f"/{each}/" in filename for each in foreign)
