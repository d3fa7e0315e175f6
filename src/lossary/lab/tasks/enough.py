"""Are there rows enough for a study? Where not, the reason and the mend are told."""

import numpy as np

from lossary.errors import ArgumentError
from lossary.lab.tasks.folds import splits
from lossary.lab.tasks.task import Task

_FEWEST = 30
_PER_CLASS = 2  # rows of every class per fold
_TO_LEARN, _TO_JUDGE = 10, 3  # rows of a part, where groups or an order draw the lines


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
    _rare(task, folds)
    if task.weight is not None and np.count_nonzero(task.weight) < max(_FEWEST, 5 * folds):
        raise ArgumentError(
            f"{task.table.name}: {np.count_nonzero(task.weight)} rows have a weight above zero; "
            f"{max(_FEWEST, 5 * folds)} are the least on {folds} folds."
        )
    if task.groups is not None:
        _groups(task.groups, folds)
    if task.order is not None:
        _order(task.order, folds)
    if task.groups is not None or task.order is not None:
        _parts(task, folds, repeats, seed)


def _rare(task: Task, folds: int) -> None:
    """Refuse classes, levels, labels and events that folds cannot be given a share of."""
    least = max(_PER_CLASS * folds, 5)
    if task.kind == "survival":
        events = int((task.target > 0).sum())
        if events < 2 * least:
            raise ArgumentError(
                f"target {task.name!r}: {events} rows had their event, but {folds} folds need "
                f"{2 * least}. Take fewer folds, or follow the rows for longer."
            )
    elif task.kind == "multilabel":
        counts = np.minimum(task.target.sum(axis=0), (1 - task.target).sum(axis=0))
        _refuse_rare(task, "label", counts, least, folds, "Leave it out of the target")
    elif not task.amounts:
        counts = np.bincount(task.target, minlength=len(task.classes))
        if task.kind == "ordinal":  # an answer between two levels needs no rows of either
            _refuse_rare(task, "level", counts, folds, folds, "Join it with the level beside it")
        else:
            mend = "Leave its rows out, join it with another class"
            _refuse_rare(task, "class", counts, least, folds, mend)


def _refuse_rare(
    task: Task, what: str, counts: np.ndarray, least: int, folds: int, mend: str
) -> None:
    rare = int(counts.argmin())
    if counts[rare] < least:
        raise ArgumentError(
            f"target {task.name!r}: {what} {task.classes[rare]!r} has {counts[rare]} rows, but "
            f"{folds} folds need {least}. {mend}, or take fewer folds."
        )


def _groups(groups: np.ndarray, folds: int) -> None:
    found = len(np.unique(groups))
    if found < folds + 1:
        raise ArgumentError(
            f"groups: {found} different groups are too few for {folds} folds, which need "
            f"{folds + 1}. "
            + (f"Take folds={found - 1}." if found > 2 else "Name another column, or none.")
        )


def _order(order: np.ndarray, folds: int) -> None:
    found = len(np.unique(order))
    if found < 2 * (folds + 1):
        raise ArgumentError(
            f"order: {found} different times are too few for {folds} folds, each trained on what "
            f"came before; {2 * (folds + 1)} are needed. Take fewer folds, or a finer time."
        )


def _parts(task: Task, folds: int, repeats: int, seed: int) -> None:
    """Refuse folds of which groups or an order leave a part with too little to learn or judge."""
    for split in splits(task, folds, repeats, seed):
        learnt = task.target[split.train]
        for part, least in zip(split.parts, (_TO_LEARN, _TO_JUDGE, _TO_JUDGE), strict=True):
            if len(part) < least:
                raise ArgumentError(
                    f"{task.table.name}: groups and order leave a part of fold {split.fold + 1} "
                    f"with {len(part)} rows; {least} are the least. Take fewer folds."
                )
        if _lacks(task, learnt):
            raise ArgumentError(
                f"target {task.name!r}: fold {split.fold + 1} would train on rows without "
                f"{_lacks(task, learnt)}, as groups or the order draw the lines. Take fewer folds, "
                f"or leave what is rare out."
            )


def _lacks(task: Task, learnt: np.ndarray) -> str:
    """Say what the rows of a part do not show at all."""
    if task.kind == "survival":
        return "" if (learnt > 0).any() else "any event"
    if task.kind == "multilabel":
        missing = np.flatnonzero((learnt.min(axis=0) == 1) | (learnt.max(axis=0) == 0))
    elif task.amounts or task.kind == "ordinal":
        return "" if learnt.min() < learnt.max() else "any difference"
    else:
        missing = np.flatnonzero(np.bincount(learnt, minlength=len(task.classes)) == 0)
    return f"{task.classes[missing[0]]!r}" if len(missing) else ""
