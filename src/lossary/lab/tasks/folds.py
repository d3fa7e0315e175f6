"""Who is trained on, who is tuned on, who is judged on: the same rows for every arm."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold

from lossary.lab.tasks.forward import forward, newest
from lossary.lab.tasks.grouping import dealt
from lossary.lab.tasks.strata import strata
from lossary.lab.tasks.task import Task

INNER = 0.2
Parts = Iterator[tuple[np.ndarray, np.ndarray]]


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers: `train` is learnt from, `tune` chooses rates and steps, `judge` is the fold."""

    repeat: int
    fold: int
    train: np.ndarray
    tune: np.ndarray
    judge: np.ndarray

    @property
    def parts(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The rows to train, to tune and to judge on."""
        return self.train, self.tune, self.judge

    def weights_seed(self, seed: int) -> int:
        """Return the seed of first weights and of the order of rows: one for all arms here."""
        return seed + 1_000_000 * self.repeat + 1_000 * self.fold


def splits(
    task: Task, folds: int, repeats: int, seed: int, rows: np.ndarray | None = None
) -> Iterator[Split]:
    """Yield the folds of every repeat, of all rows or of some.

    Strata keep their shares in each part, and groups stay together. Where rows have an order there
    is one repeat, training is on the past alone, and the rows to tune on are the last of it.
    """
    rows = np.arange(len(task.target)) if rows is None else rows
    if task.order is not None:
        for fold, (past, judged) in enumerate(forward(task, rows, folds)):
            yield Split(0, fold, *inner(task, past, seed), judged)
        return
    for repeat in range(repeats):
        random = seed + 1000 * repeat
        for fold, (rest, judged) in enumerate(_divided(task, rows, folds, random)):
            yield Split(repeat, fold, *inner(task, rest, random + fold), judged)


def inner(task: Task, rows: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Divide rows once more: four parts to train, one to tune on, by the same rules."""
    return _one_part(task, rows, INNER, seed)


def hold_out(task: Task, share: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Set rows aside that no choice may see, the newest where rows have an order.

    Gives the rows to work on, and those held out: none where there are too few (see `too_few`).
    """
    rows = np.arange(len(task.target))
    if too_few(task, share):
        return rows, rows[:0]
    return _one_part(task, rows, share, seed)


def too_few(task: Task, share: float) -> str:
    """Say why no rows can be held out, or nothing where they can."""
    rows, rare = len(task.target), _rarest(task)
    if rows < _ROWS:
        return f"nothing is held out: {rows:,} rows are needed for the folds ({_ROWS:,} would do)"
    if rare is not None and rare[1] * share < _RARE:
        return f"nothing is held out: {rare[1]:,} rows of {rare[0]} are needed for the folds"
    if task.groups is not None and len(np.unique(task.groups)) * share < _GROUPS:
        return "nothing is held out: there are too few groups"
    return ""


def said(task: Task, folds: int = 0, held: int = 0) -> str:
    """Say in one sentence how rows are divided; `held` of them are held out."""
    into = f"{folds} folds" if folds else "folds"
    if task.order is not None:
        how = f"rows in their order make {into}: training is on what came before, never after"
    else:
        how = f"rows are drawn into {into}, {_WORDS.get(task.kind, 'amounts alike')} in each"
    if task.groups is not None:
        how += "; rows of one group are never parted"
    which = " the newest" if task.order is not None else ""
    return how + (f"; {held:,} rows,{which} seen by no choice, are held out" if held else "")


_WORDS = {
    "binary": "the shares of the classes alike", "multiclass": "the shares of the classes alike",
    "ordinal": "the shares of the levels alike", "multilabel": "the labels alike",
    "survival": "the share of events alike",
}  # fmt: skip
_ROWS, _RARE, _GROUPS = 1000, 20, 4


def _rarest(task: Task) -> tuple[str, int] | None:
    """Return what is rarest of classes, labels or events, and how many rows it has."""
    if task.kind == "survival":
        return "events", int((task.target > 0).sum())
    if task.kind == "multilabel":
        counts = np.minimum(task.target.sum(axis=0), (1 - task.target).sum(axis=0))
    elif task.kind in ("binary", "multiclass"):
        counts = np.bincount(task.target, minlength=len(task.classes))
    else:
        return None
    return task.classes[int(counts.argmin())], int(counts.min())


def _one_part(
    task: Task, rows: np.ndarray, share: float, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the rest, and about this share of the rows."""
    if task.order is not None:
        return newest(task, rows, share)
    parts = max(2, round(1 / share))
    if task.groups is not None:
        parts = min(parts, len(np.unique(task.groups[rows])))
    return next(_divided(task, rows, parts, seed))


def _divided(task: Task, rows: np.ndarray, parts: int, seed: int) -> Parts:
    """Yield the rest and each part, drawn by chance: strata even, groups together."""
    of_rows = strata(task, rows, parts)
    if task.groups is not None:
        part = dealt(task.groups[rows], of_rows, parts, seed)
        yield from ((rows[part != each], rows[part == each]) for each in range(parts))
        return
    kind = StratifiedKFold if of_rows.max() else KFold
    for rest, drawn in kind(parts, shuffle=True, random_state=seed).split(rows, of_rows):
        yield rows[rest], rows[drawn]
