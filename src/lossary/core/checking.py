"""Values held against the domains a loss declares: what is wrong, where, and how to mend it."""

import warnings
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
    batch = read(loss, arrays, weight, mask)
    if weight is not None:
        unweighted = read(loss, arrays, None, mask)
        given = batch.backend.cast(batch.backend.taken(weight), batch.backend.wide(None))
        _inside(loss, "weight", given, weights, unweighted, weight)
    for name, array, given, domain in zip(
        loss.names, batch.arrays, arrays, batch.domains, strict=True
    ):
        _inside(loss, name, array, domain, batch, given)
        _rows(loss, name, array, domain, batch, str(given.dtype))


def _inside(loss: Any, name: str, array: Array, domain: Domain, batch: Batch, given: Array) -> None:
    wrong = domain.outside(batch.xp, array)
    if isinstance(domain, Labels):
        wrong = wrong | (array >= batch.sizes[domain.axis])
    if name == "weight" and batch.valid is not None:
        wrong = wrong & batch.valid
    wrong = batch.backend.numpy(wrong)
    if wrong.any():
        place = tuple(int(index[0]) for index in wrong.nonzero()) if wrong.ndim else ()
        value = batch.backend.numpy(given)[place]
        raise DomainError(
            f"{loss.label}: {name} must lie in {domain}, but {int(wrong.sum())} of {wrong.size} "
            f"do not, first {name}[{', '.join(map(str, place))}] = {value}."
            + (f"\nHint: {domain.mend}." if domain.mend else "")
        )


def _rows(loss: Any, name: str, array: Array, domain: Domain, batch: Batch, precision: str) -> None:
    """Look at whole rows: shares must sum to one, and scores should not."""
    keep = ... if batch.valid is None else batch.backend.numpy(batch.valid)
    values = batch.backend.numpy(array)
    if domain.name == "logit":
        _suspect_probabilities(loss, name, values[keep])
    elif domain.name in ("scores", "log_probability", "distribution") and "k" in batch.sizes:
        logs = domain.name == "log_probability"
        sums = batch.backend.numpy(batch.xp.sum(batch.xp.exp(array) if logs else array, axis=-1))
        near = next((far for kind, far in TOLERANCES.items() if kind in precision), 1e-3)
        _sums_to_one(loss, name, domain, values[keep], abs(sums[keep] - 1) <= near, sums[keep])


def _sums_to_one(loss: Any, name: str, domain: Domain, values: Any, at_one: Any, sums: Any) -> None:
    if domain.name == "scores":
        if at_one.size and at_one.all() and (values >= 0).all():
            raise DomainError(
                f"{loss.label}: every row of {name} sums to one, as after a softmax; this loss "
                f"applies the softmax itself.\nHint: {domain.mend}."
            )
    elif not at_one.all():
        what = f"exp({name})" if domain.name == "log_probability" else name
        wrong = sums[~at_one]
        raise DomainError(
            f"{loss.label}: each row of {what} must sum to one, but {wrong.size} of {at_one.size} "
            f"do not, the first to {wrong.flat[0]:.6g}.\nHint: {domain.mend}."
        )


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
