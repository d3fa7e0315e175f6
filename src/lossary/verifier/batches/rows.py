"""Takes a batch apart into its rows, and makes new batches of them."""

from dataclasses import replace
from typing import Any

import numpy as np

from lossary.verifier.batch import Array, Batch

SEEDS = range(1, 8)


def names(subject: Any) -> tuple[str, ...]:
    """Return the arguments that hold one entry, or several, for each row."""
    return tuple(a.name for a in subject.contract.arguments if a.axes[:1] == ("n",))


def learnt(subject: Any) -> tuple[str, ...]:
    """Return those of them that a model predicts."""
    roles = {a.name for a in subject.contract.roles("prediction")}
    return tuple(name for name in names(subject) if name in roles)


def given(subject: Any) -> tuple[str, ...]:
    """Return those of them that a model does not predict: targets, weights, masks."""
    return tuple(name for name in names(subject) if name not in learnt(subject))


def no_rows(subject: Any) -> str | None:
    """Say why a loss has no rows to take apart, or None."""
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    if "n" in subject.contract.sizes:
        return f"it takes batches of {subject.contract.sizes['n']} rows only"
    home = str(getattr(subject.candidate.given, "__module__", ""))
    if home.startswith("keras.") and subject.contract.prediction.axes == ("n",):
        return "Keras takes the mean over the last axis, and here that is the only one"
    return None if learnt(subject) else "no axis of the prediction counts rows"


def count(subject: Any, batch: Batch) -> int:
    return len(batch[names(subject)[0]])


def single(subject: Any, batch: Batch, row: int) -> Batch:
    return subject.rows(batch, slice(row, row + 1))


def taken(subject: Any, batch: Batch, order: Array) -> Batch:
    """Return these rows, in this order; a row may come twice."""
    return batch.each(lambda array: array[np.asarray(order, dtype=int)], names(subject))


def doubled(subject: Any, batch: Batch) -> Batch:
    rows = np.arange(count(subject, batch))
    return taken(subject, batch, np.concatenate([rows, rows]))


def other(subject: Any, batch: Batch) -> Batch:
    """Draw a batch of as many rows, none of which is the same as in this one where it can be."""
    found = dict(batch)
    for seed in SEEDS:
        drawn = subject.draw(seed, **_sizes(subject, batch))
        for name in names(subject):
            same = [np.array_equal(a, b) for a, b in zip(found[name], batch[name], strict=True)]
            found[name] = found[name].copy()
            found[name][same] = drawn[name][same]
    return Batch(found)


def _sizes(subject: Any, batch: Batch) -> dict[str, int]:
    """Return how long a batch is along rows and steps."""
    found = {"n": count(subject, batch)}
    for each in subject.contract.arguments:
        if "t" in each.axes:
            found["t"] = batch[each.name].shape[each.axes.index("t")]
    return found


def put(batch: Batch, source: Batch, which: tuple[str, ...], row: int) -> Batch:
    """Return the batch with one row of some arguments taken from another batch."""
    arrays = dict(batch)
    for name in which:
        arrays[name] = arrays[name].copy()
        arrays[name][row] = source[name][row]
    return Batch(arrays)


def repeated(subject: Any, batch: Batch, axis: str) -> Batch:
    """Return the batch with everything twice along one axis, in all arguments that have it."""
    places = {a.name: a.axes.index(axis) for a in subject.contract.arguments if axis in a.axes}
    return Batch(
        {
            name: np.concatenate([array, array], axis=places[name]) if name in places else array
            for name, array in batch.items()
        }
    )


def plain(subject: Any, name: str) -> Any:
    """Return the loss without one argument in its contract: it is left out of every call."""
    arguments = tuple(a for a in subject.contract.arguments if a.name != name)
    return replace(subject, contract=subject.contract.but(arguments=arguments))
