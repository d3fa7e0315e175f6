"""Finds what a loss reads one step ahead, as a language model's labels beside its logits."""

from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import rows


def ahead(subject: Any, batch: Batch, entries: tuple[str, ...], mask: str) -> tuple[str, ...]:
    """Name the arguments whose step t + 1 goes with step t of the prediction.

    There the prediction's last step never matters, and neither does their first.
    """
    first = subject.contract.prediction.name
    if "t" not in entries or _counts(subject, batch, first, -1, mask):
        return ()
    if not _counts(subject, batch, first, 0, mask):
        return ()
    given = [a.name for a in subject.contract.arguments if a.role != "prediction"]
    along = [n for n in given if n in batch and set(entries) <= set(subject.argument(n).axes)]
    return tuple(name for name in along if not _counts(subject, batch, name, 0, mask))


def later(out: Array, axis: int) -> Array:
    """Return what is left out one step later; the first step stays as it is."""
    moved = np.moveaxis(np.roll(out, 1, axis), axis, 0).copy()
    moved[0] = False
    return np.moveaxis(moved, 0, axis)


def _counts(subject: Any, batch: Batch, name: str, step: int, mask: str) -> bool:
    """Say whether the value hangs on one step of an argument."""
    axis = subject.argument(name).axes.index("t")
    array = np.moveaxis(batch[name].copy(), axis, 0)
    if name == mask:
        array[step] = 1 - array[step].astype(array.dtype)
    else:
        drawn = rows.other(rows.plain(subject, mask), batch)[name]
        array[step] = np.moveaxis(drawn, axis, 0)[step]
    try:
        here = subject.value(batch)
        there = subject.value(batch.with_(name, np.moveaxis(array, 0, axis)))
    except CandidateError:
        return True
    return not np.array_equal(here, there, equal_nan=True)
