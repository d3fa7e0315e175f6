"""Whether arrays of one number a row met as column and row: each with each, n times n of them."""

from collections.abc import Iterator
from itertools import combinations, product
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.adapters.foreign.memory import largest, traceable
from lossary.verifier.batch import Batch
from lossary.verifier.batches import rows
from lossary.verifier.batches.structure import alone, near
from lossary.verifier.programme.calls import eager, over

ROWS = 3
"""Nine pairs are enough to tell their mean from the mean of three rows."""
SIZES = (48, 192)
"""Rows whose squares are more than the entries of a few rows of anything else."""


def crossed(subject: Any) -> tuple[Batch, tuple[str, ...]] | None:
    """Return a batch whose value is that of all pairs of rows, and the arguments that crossed.

    Those are held against every row of the others. None where the value is not that of pairs.
    """
    found = [_on(subject, subject.draw(seed, n=ROWS)) for seed in (0, 1)]
    first, second = found
    return None if first is None or second is None or first[1] != second[1] else first


def tabled(subject: Any) -> bool:
    """Say whether rows met in a table of n times n that was averaged, whatever met there.

    Such a value follows from those of single rows and of rows two by two; that it is no product of
    two means, as under weights that balance a batch, only the size of the arrays tells.
    """
    try:
        few, many = (_largest(subject, size) for size in SIZES)
        return many >= max(SIZES[1] ** 2, 10 * few) and all(
            _of_twos(subject, subject.draw(seed, n=ROWS)) for seed in (0, 1)
        )
    except CandidateError:
        return False


def _of_twos(subject: Any, batch: Batch) -> bool:
    value, singles = subject.number(batch), alone(subject, batch)
    if singles is None or not np.isfinite(value) or _among(value, singles):
        return False
    found = list(singles)
    for i, j in combinations(range(ROWS), 2):
        both = subject.number(rows.taken(subject, batch, np.array([i, j])))
        found.append(4 * both - singles[i] - singles[j])
    return near(value, np.sum(found) / ROWS**2, float(np.abs(found).sum()) / ROWS**2)


def _largest(subject: Any, size: int) -> int:
    subject = eager(subject)
    arrays, names = over(subject, subject.draw(n=size), "float32")
    if subject.host.name == "jax":
        traceable(subject.candidate, arrays, names)
    return largest(subject.candidate, arrays, names)


def _on(subject: Any, batch: Batch) -> tuple[Batch, tuple[str, ...]] | None:
    try:
        value, singles = subject.number(batch), alone(subject, batch)
        if singles is None or not np.isfinite(value) or _among(value, singles):
            return None
        for some in parts(rows.names(subject)):
            found = [subject.number(each) for each in _pairs(subject, batch, some)]
            if np.isfinite(found).all() and _among(value, found):
                return batch, some
    except CandidateError:
        return None
    return None


def parts(names: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the ways to part arguments in two, as the smaller part without the first argument."""
    for size in range(1, len(names)):
        yield from combinations(names[1:], size)


def _pairs(subject: Any, batch: Batch, some: tuple[str, ...]) -> Iterator[Batch]:
    """Yield batches of one row: each row of some arguments beside each row of the others."""
    for i, j in product(range(ROWS), repeat=2):
        alone, beside = rows.single(subject, batch, i), rows.single(subject, batch, j)
        yield Batch({**alone, **{name: beside[name] for name in some}})


def _among(value: float, found: Any) -> bool:
    """Say whether the value is the mean or the sum of these, or a sum divided by the rows."""
    size, total = float(np.abs(found).sum()), float(np.sum(found))
    return any(near(value, total / by, size / by) for by in (1, ROWS, len(found)))
