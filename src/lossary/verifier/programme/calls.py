"""Calls a loss line after line on arrays that are looked at afterwards, with all chance set."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.adapters.foreign.chance import seeded
from lossary.verifier.batch import Batch
from lossary.verifier.silence import silence

Array = Any
SEED = 11


def eager(subject: Any) -> Any:
    """Return the subject as Python runs it; a compiled function would hide what it does."""
    return replace(subject, candidate=subject.candidate.eager())


def over(subject: Any, batch: Batch, precision: str) -> tuple[list[Any], list[str | None]]:
    """Return host arrays, and the names under which they are handed over."""
    arrays = [subject.host.array(each, precision) for each in batch.values()]
    return arrays, [name if subject.argument(name).keyword else None for name in batch]


def damage(subject: Any, batch: Batch, precision: str) -> dict[str, Array]:
    """Return what arrays hold after a call, for those that have changed; nothing if it raises."""
    arrays, names = over(subject, batch, precision)
    before = [np.array(subject.host.numpy(each)) for each in arrays]
    try:
        with silence():
            subject.candidate(arrays, names)
    except CandidateError:
        return {}
    after = [subject.host.numpy(each) for each in arrays]
    pairs = zip(batch, before, after, strict=True)
    return {n: b for n, a, b in pairs if not np.array_equal(a, b, equal_nan=b.dtype.kind == "f")}


def once(subject: Any, batch: Batch, seed: int = SEED) -> Array:
    """Return the value of a single call, with every generator seeded."""
    arrays, names = over(subject, batch, "float64")
    with seeded(seed), silence():
        return subject.host.numpy(unset(subject).candidate.result(arrays, names)[0])


def unset(subject: Any) -> Any:
    """Return the loss as it is called by its users: what it draws, it draws anew each time."""
    return replace(subject, candidate=replace(subject.candidate, seed=None))


def settled(subject: Any) -> Any:
    """Return the loss with all chance set before every call, where it draws any."""
    if subject.contract.kind != "loss" or subject.host.name == "jax":
        return subject  # JAX hands its keys over
    try:
        with seeded(SEED):
            first, again = (subject.value(subject.typical) for _ in range(2))
        drawn = not same(first, again) and by_chance(subject, subject.typical)
    except CandidateError:
        return subject
    return replace(subject, candidate=replace(subject.candidate, seed=SEED)) if drawn else subject


def same(one: Array, other: Array) -> bool:
    """Say whether two results are the same to a few roundings, which threads may reorder."""
    return np.shape(one) == np.shape(other) and bool(
        np.allclose(one, other, rtol=1e-9, atol=1e-12, equal_nan=True)
    )


def steady(asks: Callable[[Batch], Array], batch: Batch) -> bool:
    """Say whether the same seed gives the same again."""
    found = []
    for _ in range(2):
        with seeded(SEED):
            found.append(asks(batch))
    return same(*found)


def by_chance(subject: Any, batch: Batch) -> bool:
    """Say whether the value hangs on chance: with another seed it differs, with the same it not."""
    once(subject, batch)  # a first call may run the loss twice, to see which precision it needs
    other = once(subject, batch, SEED + 1)
    same_seed = [once(subject, batch) for _ in range(2)]
    return same(*same_seed) and not same(same_seed[0], other)
