"""Makes a counter-example small: fewer rows, rounder numbers, as long as it still shows."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch

TRIES = 60


def shrunk(subject: Any, batch: Batch, shows: Callable[[Batch], Any]) -> Batch:
    """Return the smallest batch found on which `shows` still holds; the batch itself if none."""
    left = TRIES
    smaller = True
    while smaller and left > 0:
        smaller = False
        for candidate in _smaller(subject, batch):
            left -= 1
            if _still(shows, candidate):
                batch, smaller = candidate, True
                break
            if left <= 0:
                break
    return batch


def _still(shows: Callable[[Batch], Any], batch: Batch) -> bool:
    try:
        return bool(shows(batch))
    except (CandidateError, IndexError, ValueError):
        return False


def _smaller(subject: Any, batch: Batch) -> Iterator[Batch]:
    """Yield simpler batches, the boldest first: one row, half the rows, rounder numbers."""
    names = [a.name for a in subject.contract.arguments if a.axes[:1] == ("n",)]
    rows = len(batch[names[0]]) if names else 0
    if rows > 1:
        yield from (subject.rows(batch, slice(i, i + 1)) for i in range(min(rows, 6)))
        yield subject.rows(batch, slice(0, rows // 2))
        yield subject.rows(batch, slice(rows // 2, rows))
    for name, array in batch.items():
        if array.dtype.kind == "f":
            for digits in (0, 1, 2):
                rounder = np.round(array, digits)
                if not np.array_equal(rounder, array, equal_nan=True):
                    yield batch.with_(name, rounder)
