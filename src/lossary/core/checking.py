"""Values held against the domains a loss declares: what is wrong, where, and how to mend it."""

import warnings
from collections.abc import Iterator
from typing import Any

from lossary.core.batch import Batch, read
from lossary.domains import Domain, Labels, weights
from lossary.errors import DomainError, SuspicionWarning

Array = Any
PASSED: set[Any] = set()
"""Losses that have seen a batch of right values in this process."""
TOLERANCES = {"float16": 2.0**-9, "bfloat16": 2.0**-6}
"""How far rounding may bring a row from summing to one; elsewhere it is 1e-3."""


def check_values(loss: Any, arrays: tuple[Array, ...], weight: Any, mask: Any) -> None:
    """Raise a DomainError for the first value that cannot be meant, of the entries that count."""
    for name, array, given, domain, batch in looked_at(loss, arrays, weight, mask):
        _inside(loss, name, array, domain, batch, given)
        _rows(loss, name, array, domain, batch, given)


def looked_at(
    loss: Any, arrays: tuple[Array, ...], weight: Any, mask: Any
) -> Iterator[tuple[str, Array, Array, Domain, Batch]]:
    """Yield what is held against a domain: its name, its values as they are computed with and as
    they were given, the domain, and the batch that says which entries count."""
    batch = read(loss, arrays, weight, mask)
    if weight is not None:
        wide = batch.backend.cast(batch.backend.taken(weight), batch.backend.wide(None))
        yield "weight", wide, weight, weights, read(loss, arrays, None, mask)
    found = zip(loss.names, batch.arrays, arrays, batch.domains, strict=True)
    yield from ((*each, batch) for each in found)


def outside(name: str, array: Array, domain: Domain, batch: Batch) -> Array:
    """Mark what lies elsewhere; entries that do not count hold safe values, but their weights."""
    wrong = domain.outside(batch.xp, array)
    if isinstance(domain, Labels):
        wrong = wrong | (array >= batch.sizes[domain.axis])
    if name == "weight" and batch.valid is not None:
        wrong = wrong & batch.valid
    return wrong


def told_outside(label: str, name: str, domain: Domain, count: Any, size: Any, first: str) -> str:
    """Say how many values lie elsewhere, where the first stands, and the mend."""
    mend = f"\nHint: {domain.mend}." if domain.mend else ""
    told = f"{count} of {size} do not, first {name}{first}"
    return f"{label}: {name} must lie in {domain}, but {told}.{mend}"


def told_sums(label: str, name: str, domain: Domain, count: Any, size: Any, first: str) -> str:
    """Say how many rows do not sum to one."""
    what = f"exp({name})" if domain.name == "log_probability" else name
    return (
        f"{label}: each row of {what} must sum to one, but {count} of {size} "
        f"do not, the first to {first}.\nHint: {domain.mend}."
    )


def told_softmax(label: str, name: str, domain: Domain) -> str:
    """Say that scores look like what a softmax has made of them."""
    return (
        f"{label}: every row of {name} sums to one, as after a softmax; this loss "
        f"applies the softmax itself.\nHint: {domain.mend}."
    )


def row_sums(array: Array, domain: Domain, batch: Batch) -> Array | None:
    """Return what should, or should not, be one: sums of the rows over classes, if there are."""
    if domain.name not in ("scores", "log_probability", "distribution") or "k" not in batch.sizes:
        return None
    logs = domain.name == "log_probability"
    return batch.xp.sum(batch.xp.exp(array) if logs else array, axis=-1)


def tolerance(precision: str) -> float:
    """Return how far from one a row may sum to, in a precision as it is written."""
    return next((far for kind, far in TOLERANCES.items() if kind in precision), 1e-3)


def _inside(loss: Any, name: str, array: Array, domain: Domain, batch: Batch, given: Array) -> None:
    wrong = batch.backend.numpy(outside(name, array, domain, batch))
    if wrong.any():
        place = tuple(int(index[0]) for index in wrong.nonzero()) if wrong.ndim else ()
        first = f"[{', '.join(map(str, place))}] = {batch.backend.numpy(given)[place]}"
        count = int(wrong.sum())
        raise DomainError(told_outside(loss.label, name, domain, count, wrong.size, first))


def _rows(loss: Any, name: str, array: Array, domain: Domain, batch: Batch, given: Array) -> None:
    """Look at whole rows: shares must sum to one, and scores should not."""
    keep = ... if batch.valid is None else batch.backend.numpy(batch.valid)
    if domain.name == "logit":
        _suspect_probabilities(loss, name, batch.backend.numpy(array)[keep])
    sums = row_sums(array, domain, batch)
    if sums is not None:
        sums, values = (batch.backend.numpy(each)[keep] for each in (sums, array))
        at_one = abs(sums - 1) <= tolerance(str(given.dtype))
        _sums_to_one(loss, name, domain, values, at_one, sums)


def _sums_to_one(loss: Any, name: str, domain: Domain, values: Any, at_one: Any, sums: Any) -> None:
    if domain.name == "scores":
        if at_one.size and at_one.all() and (values >= 0).all():
            raise DomainError(told_softmax(loss.label, name, domain))
    elif not at_one.all():
        wrong = sums[~at_one]
        first = f"{wrong.flat[0]:.6g}"
        raise DomainError(told_sums(loss.label, name, domain, wrong.size, at_one.size, first))


def _suspect_probabilities(loss: Any, name: str, values: Any) -> None:
    # A small batch of raw outputs may lie in [0, 1] by chance: 2^-16 is the odds for sixteen.
    # A network's first output may be zero throughout.
    inside = values.size >= 16 and (values >= 0).all() and (values <= 1).all()
    if inside and values.min() < values.max():
        warnings.warn(
            f"{loss.label}: all {values.size} values of {name} lie in [0, 1], as after a sigmoid; "
            f"this loss applies the sigmoid itself. Hint: hand over the network's raw output.",
            SuspicionWarning,
            stacklevel=4,
        )
