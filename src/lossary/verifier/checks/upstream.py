"""Check 14: what comes back from above is multiplied in, entry by entry."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.batches import hints
from lossary.verifier.batches.structure import near
from lossary.verifier.batches.unreduced import unreduced
from lossary.verifier.finding import Finding, fail
from lossary.verifier.numeric import numeric_slope
from lossary.verifier.rule import check

FEW = 64
"""Entries that are differentiated numerically; the quick way above does for nearly all losses."""


def _framework(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    return None if subject.host.slopes else "no framework passes a gradient back here"


@check(
    number=14,
    reason="A loss is multiplied by term weights, loss scales and masks: a backward pass that"
    " forgets them trains another sum than the one that was written.",
    rule="FAIL where three times the value does not give three times the gradient, or where"
    " entries that are weighted differently do not carry their own weights back.",
    evidence=("Liger-Kernel#1298", "Liger-Kernel#968", "pytorch#94226", "DirectML#739"),
    applies=_framework,
)
def upstream(subject: Any) -> Iterable[Finding]:
    """A weighted value has the weighted gradient."""
    for each in _forms(subject):
        batch = each.typical
        shape = np.shape(each.value(batch))
        plain = each.slope(batch)
        if plain is None or not np.isfinite(plain).all():
            continue
        found = list(_tripled(each, batch, plain, shape)) or list(_uneven(each, batch, shape))
        if found:
            yield from found
            return


def _forms(subject: Any) -> Iterable[Any]:
    """Yield the loss as it stands, and with one value for each entry."""
    yield subject
    entries = unreduced(subject)
    if entries is not None and entries is not subject:
        yield entries


def _tripled(subject: Any, batch: Batch, plain: Array, shape: Any) -> Iterable[Finding]:
    three = np.full(shape, 3.0)
    found = subject.slope(batch, upstream=three)
    if found is not None and not near(found, 3 * plain):
        at = int(np.argmax(np.abs(found - 3 * plain)))
        yield fail(
            f"Three times the loss has not three times its gradient: {found.flat[at]:.4g} where"
            f" {3 * plain.flat[at]:.4g} is right.",
            subject.example(subject.call_slope(batch, upstream=three), expected=3 * plain),
            cause="a backward pass written by hand that forgets the gradient from above",
            mend="return grad_output * slope from backward",
        )


def _uneven(subject: Any, batch: Batch, shape: Any) -> Iterable[Finding]:
    if not shape or int(np.prod(shape)) < 2:
        return
    weights = np.linspace(0.5, 2.0, int(np.prod(shape))).reshape(shape)
    found = subject.slope(batch, upstream=weights)
    if found is None or _by_entries(subject, batch, weights, found):
        return
    name = subject.contract.prediction.name
    if batch[name].size > FEW or hints.together(subject):
        return
    right = numeric_slope(
        lambda a: float(np.sum(weights * subject.value(batch.with_(name, a)))), batch[name]
    )
    off = np.abs(found - right.value) > 20 * right.error + 1e-5 * np.abs(right.value).max()
    if (off & ~right.kink).any():
        at = int(np.argmax(np.where(right.kink, 0, np.abs(found - right.value))))
        yield fail(
            f"Entries with weights of their own do not carry them back: {found.flat[at]:.4g} at"
            f" entry {at}, where {right.value.flat[at]:.4g} is right.",
            subject.example(subject.call_slope(batch, upstream=weights), expected=right.value),
            cause="a backward pass that takes one entry, or the mean, of the gradient from above",
            mend="multiply each entry's slope by its own grad_output",
        )


def _by_entries(subject: Any, batch: Batch, weights: Array, found: Array) -> bool:
    """Say whether the gradient is right where every entry of the value hangs on its own entries."""
    try:
        ones = subject.slope(batch, upstream=np.ones_like(weights))
    except CandidateError:
        return True
    if ones is None:
        return True
    if weights.shape != ones.shape[: weights.ndim]:
        return False
    return near(found, weights.reshape(weights.shape + (1,) * (ones.ndim - weights.ndim)) * ones)
