"""Who is trained on, who is tuned on, who is judged on: the same rows for every arm."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split

from lossary.errors import ArgumentError
from lossary.lab.task import Task

INNER = 0.2
_FEWEST = 30
_PER_CLASS = 2  # rows of every class per fold


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers: `train` is learnt from, `tune` chooses rates and steps, `judge` is the fold."""

    repeat: int
    fold: int
    train: np.ndarray
    tune: np.ndarray
    judge: np.ndarray


def splits(task: Task, folds: int, repeats: int, seed: int) -> Iterator[Split]:
    """Yield the folds of every repeat; classes keep their shares in each part."""
    rows, classes = np.arange(len(task.target)), None if task.amounts else task.target
    kind = KFold if task.amounts else StratifiedKFold
    for repeat in range(repeats):
        random = seed + 1000 * repeat
        outer = kind(folds, shuffle=True, random_state=random).split(rows, classes)
        for fold, (rest, judged) in enumerate(outer):
            inner = None if classes is None else classes[rest]
            train, tune = train_test_split(
                rest, test_size=INNER, random_state=random + fold, stratify=inner
            )
            yield Split(repeat, fold, train, tune, judged)


def enough(task: Task, folds: int, repeats: int) -> None:
    """Raise an ArgumentError where there are too few rows for such folds."""
    rows = len(task.target)
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
