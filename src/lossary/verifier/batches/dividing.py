"""Names what a mean divides by: entries, rows, valid entries, the sum of the weights."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints, leaving_out, rows
from lossary.verifier.batches.extra import extras
from lossary.verifier.batches.leaving_out import LeavingOut
from lossary.verifier.batches.structure import alone, near, structure


def name_of(subject: Any, batch: Batch, by: float, entries: int) -> str | None:
    """Name a denominator, or return None where it is none of those that are meant."""
    n = rows.count(subject, batch)
    known = {"the number of entries": float(entries), "the number of rows": float(n)}
    target = subject.contract.target
    if target is not None:
        known["the number of targets"] = float(batch[target.name].size)
    known["the number of predictions"] = float(batch[subject.contract.prediction.name].size)
    for each in extras(subject, "weight", "mask"):
        if each.name in batch:
            total = float(np.sum(batch[each.name]))
            known["the sum of the weights" if each.kind == "weight" else "the valid entries"] = (
                total
            )
    return next((name for name, count in known.items() if count and near(by, count)), None)


def wrong(subject: Any, batch: Batch, by: float, entries: int) -> str | None:
    """Name a denominator that no mean has, or return None where it may be one."""
    n = rows.count(subject, batch)
    prediction = subject.contract.prediction
    sizes = dict(zip(prediction.axes, batch[prediction.name].shape, strict=False))
    found = {"1, so that nothing is averaged": 1.0, "the square of the number of rows": n * n}
    found |= {"rows times entries": n * entries, "the square of the entries": entries**2}
    found |= {f"the size of the axis {axis}": size for axis, size in sizes.items() if axis != "n"}
    return next((name for name, count in found.items() if near(by, float(count))), None)


def sentence(subject: Any, kind: str) -> str:
    """Describe how rows, and the entries of a row, come together."""
    words = {True: "a mean", False: "a sum"}
    inner = [
        f"{words[mean]} over {axis}" for axis in _inner(subject)
        if (mean := _mean_along(subject, axis)) is not None
    ]  # fmt: skip
    tail = f", each of them {' and '.join(inner)}" if inner else ""
    return f"The value is a {kind} over the rows{tail}."


def _inner(subject: Any) -> list[str]:
    """Return the axes within a row that all arguments of rows have."""
    held = [a.axes[1:] for a in subject.contract.arguments if a.name in rows.names(subject)]
    shared = [axis for axis in held[0] if all(axis in axes for axes in held)]
    return [axis for axis in shared if not axis.isdigit() and axis not in subject.contract.sizes]


def exchanged(subject: Any) -> str | None:
    """Name the feature axis that is averaged where rows are summed, by a code that names axis 0."""
    if not re.search(r"(dim|axis)=0|\.sum\(0\)", hints.source(subject)):
        return None
    inner = [axis for axis in _inner(subject) if axis in ("d", "k")]
    return next((axis for axis in inner if _mean_along(subject, axis)), None)


def _mean_along(subject: Any, axis: str) -> bool | None:
    batch = subject.typical
    try:
        here = subject.number(batch)
        there = subject.number(rows.repeated(subject, batch, axis))
    except CandidateError:
        return None
    if near(there, here):
        return True
    return False if near(there, 2 * here) else None


def left_in(subject: Any) -> Iterator[tuple[LeavingOut, Batch, float, float, int]]:
    """Yield the ways in which entries are left out, where the mean divides by all the same."""
    for way in leaving_out.ways(subject):
        plain = rows.plain(way.subject, way.words) if way.extra else way.subject
        batch = plain.draw(n=6)
        out = np.zeros(way.shape(batch), dtype=bool)
        nothing = way.without(batch, out)
        out[1:5] = True
        half = way.without(batch, out)
        each = alone(way.subject, nothing)
        if each is None or hints.together(subject) or structure(subject).kind == "batch":
            continue
        kept = [each[0], each[5]]
        full, value = way.subject.gives(nothing), way.subject.gives(half)
        if any(isinstance(found, str) or np.size(found) != 1 for found in (full, value)):
            continue
        size = float(np.abs(each).sum())
        mean = near(full, np.mean(each), size / 6) and not near(full, np.sum(each), size)
        if mean and near(value, sum(kept) / 6, size / 6) and not near(value, np.mean(kept)):
            yield way, half, float(value), float(np.mean(kept)), 4
