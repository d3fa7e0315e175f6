"""Keras' reductions by Keras' names: what is summed, and what it is divided by."""

from collections.abc import Callable
from typing import Any

import keras

from lossary.adapters.keras.call import Call, terms
from lossary.adapters.keras.replicas import across, over_replicas, replicas, shown
from lossary.errors import AdditivityError, ArgumentError, nearest

Array = Any
OURS = "mean_with_sample_weight"
MEANS = (OURS, "sum_over_batch_size", "mean")
"""The last two are Keras' two names for one."""
REDUCTIONS = (*MEANS, "sum", "none")


def known(reduction: Any) -> Any:
    """Return the reduction if Keras has it; None is Keras' other word for "none".

    Raises:
        ArgumentError: Keras has no such reduction.
    """
    if reduction is None or reduction in REDUCTIONS:
        return reduction
    raise ArgumentError(f"reduction={reduction!r}: {nearest(str(reduction), REDUCTIONS)}")


def reduced(loss: Any, call: Callable[[Any], Call], reduction: str | None) -> Array:
    """Return what Keras would make of the losses of these entries; `call` reads them for a loss.

    Raises:
        AdditivityError: there are several replicas, and so reduced the loss needs all their rows.
    """
    if replicas() > 1 and not _adds_up(loss, reduction):
        raise AdditivityError(
            f"{loss.label} with reduction={reduction!r} would see the rows of one replica only.\n"
            f"Hint: reduction={OURS!r} sees those of all."
        )
    if reduction in MEANS:
        mean = across if reduction == OURS else over_count
        return shown(sum(factor * mean(term, call(term)) for factor, term in terms(loss)))
    found = per_sample(loss, call(loss))
    return keras.ops.sum(found) if reduction == "sum" else found


def per_sample(loss: Any, call: Call) -> Array:
    """Return the weighted losses; where they reach to the last axis, they are averaged over it."""
    entries = loss(*call.arrays, **call.counted, reduction="none")
    if call.axes == len(call.prediction.shape) == len(entries.shape) > 1:
        return keras.ops.mean(entries, axis=-1)
    return entries


def over_count(loss: Any, call: Call) -> Array:
    """Divide by how many entries there are, not by what they weigh, as Keras does unless told.

    A ratio of sums has no such count: weights enter its sums, and it stays what it is.
    """
    if not loss.averaged:
        return across(loss, call)
    total = loss(*call.arrays, **call.counted, reduction="sum")
    return keras.ops.divide_no_nan(over_replicas(total), over_replicas(call.count))


def _adds_up(loss: Any, reduction: str | None) -> bool:
    """Say whether replicas that each reduce their own rows make up the whole."""
    averaged = all(term.averaged for _, term in terms(loss))
    return reduction == OURS or (loss.additive and (averaged or reduction in MEANS))
