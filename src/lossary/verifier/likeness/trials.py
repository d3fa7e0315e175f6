"""What the candidate gives on a few batches of a family's own domains, at several settings."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batch import Array, Batch
from lossary.verifier.likeness.drawing import drawn
from lossary.verifier.likeness.family import Family
from lossary.verifier.likeness.mapping import Mapped

ROWS = (6, 4, 6, 4, 6)
"""Two sizes tell a mean from a sum; more would be compiled anew by some frameworks."""


@dataclass(frozen=True)
class Trial:
    """One setting of the candidate on a few batches, with what came out."""

    domains: str
    parameters: dict[str, Any]
    """Ours, as far as they are known; the others are searched."""
    subject: Any
    batches: list[Batch] = field(default_factory=list)
    arrays: list[tuple[Array, ...]] = field(default_factory=list)
    """What the formulas see: slot by slot, the classes on the last axis."""
    found: list[Array] = field(default_factory=list)
    changed: list["Trial"] = field(default_factory=list)
    """The same with one setting changed, each in turn."""


ALIKE = (6, 6, 6)
"""Rows of the batches on which a changed setting is tried."""
WITHIN = {
    "real": ("real", "-"),
    "logit": ("logit", "real"),
    "margin": ("real",),
    "scores": ("scores", "real"),
    "probability": ("probability",),
    "distribution": ("simplex",),
    "log_probability": ("log_simplex",),
    "log_amount": ("real",),
    "positive": ("positive",),
}
"""By the contract's domain of the prediction: the words of ours that lie in it."""


def trials(
    subject: Any, family: Family, mapped: Mapped, within: bool = False
) -> Iterator[list[Trial]]:
    """Yield the trials of each domain: as the loss stands first, then with one setting changed.

    `within` leaves out domains other than that of the contract.
    """
    inside = WITHIN.get(subject.contract.prediction.domain, ())
    for domains in family.domains:
        if within and domains.split()[0] not in inside:
            continue
        as_it_is = trial(subject, mapped, domains, mapped.parameters)
        if as_it_is is None:
            continue
        found = [as_it_is]
        for theirs, value, parameters in mapped.changes:
            try:
                other = subject.changed(**{theirs: value})
            except Unchangeable:
                continue
            more = trial(other, mapped, domains, parameters, ALIKE)
            found += [] if more is None else [more]
        as_it_is.changed.extend(found[1:])
        yield found


def trial(
    subject: Any,
    mapped: Mapped,
    domains: str,
    parameters: dict[str, Any],
    sizes: tuple[int, ...] = ROWS,
) -> Trial | None:
    """Draw and call; None where the loss raises, or gives no numbers, on these domains."""
    made = Trial(domains, parameters, subject)
    for seed, rows in enumerate(sizes):
        try:
            batch, arrays = drawn(subject, mapped.order, domains, seed, rows)
            found = subject.value(batch)
        except (CandidateError, IndexError, ValueError, KeyError, TypeError):
            return None
        if not np.isfinite(found).all():
            return None
        made.batches.append(batch)
        made.arrays.append(arrays)
        made.found.append(np.asarray(found, dtype=np.float64))
    return made
