"""Are there rows enough for a study? Where not, the reason and the mend are told."""

import numpy as np

from lossary.errors import ArgumentError
from lossary.lab.tasks.task import Task

_FEWEST = 30
_PER_CLASS = 2  # rows of every class per fold


def enough(task: Task, folds: int, repeats: int, seed: int) -> None:
    """Raise an ArgumentError where there are too few rows for such folds."""
    rows = len(task.target)
    if seed < 0:
        raise ArgumentError(f"seed={seed}: a seed is zero or more.")
    if folds < 2 or repeats < 1:
        raise ArgumentError(f"folds={folds}, repeats={repeats}: at least 2 and 1 are needed.")
    if rows < max(_FEWEST, 5 * folds):
        raise ArgumentError(
            f"{task.table.name}: {rows} rows with a known {task.name} are too few to tell losses "
            f"apart on {folds} folds; {max(_FEWEST, 5 * folds)} are the least."
        )
    if task.amounts:
        return
    counts = np.bincount(task.target, minlength=len(task.classes))
    rare = int(counts.argmin())
    if counts[rare] < max(_PER_CLASS * folds, 5):
        raise ArgumentError(
            f"target {task.name!r}: class {task.classes[rare]!r} has {counts[rare]} rows, but "
            f"{folds} folds need {max(_PER_CLASS * folds, 5)}. Leave its rows out, join it with "
            f"another class, or take fewer folds."
        )
