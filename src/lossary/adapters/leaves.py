"""The best value of each leaf, for losses whose slope jumps: a weighted quantile of the kinks."""

from typing import Any

import numpy as np

Array = np.ndarray


def leaf_values(
    loss: Any, raw: Array, target: Array, weight: Array | None, leaf: Array, leaves: int
) -> Array:
    """Return, of shape (leaves,), what to add to raw scores so that each leaf's loss is smallest.

    The loss of a row falls at one rate up to its kink and rises at another from there on. The sum
    over a leaf is smallest at the first kink where the rates of what lies below outweigh the
    others'; where all between two kinks is best, in the middle.
    """
    kink, falls, rises = kinks(loss, target, weight)
    apart = np.asarray(kink - raw, dtype=float)
    order = np.argsort(apart)
    order = order[np.argsort(leaf[order].astype(_small(leaves)), kind="stable")]
    counts = np.bincount(leaf, minlength=leaves)
    ends = np.cumsum(counts)
    sorted_leaf, apart = leaf[order], apart[order]
    # What a leaf's slope is just above each of its kinks, up to the part of the others.
    climbed = np.cumsum((falls + rises)[order])
    before = np.concatenate([[0.0], climbed])[ends - counts]
    needed = before + np.bincount(leaf, weights=falls, minlength=leaves)
    # Sums of many numbers are even up to rounding only.
    slack = 1e-12 * np.abs(climbed[-1]) if len(climbed) else 0.0
    enough = climbed >= needed[sorted_leaf] - slack
    more = climbed > needed[sorted_leaf] + slack
    first = np.minimum(_firsts(enough, sorted_leaf, ends, leaves), ends - 1)
    then = np.minimum(_firsts(more, sorted_leaf, ends, leaves), ends - 1)
    found = np.zeros(leaves)
    some = counts > 0
    found[some] = (apart[first[some]] + apart[then[some]]) / 2
    return found


def kinks(loss: Any, target: Array, weight: Array | None) -> tuple[Array, Array, Array]:
    """Return each row's kink, the rate at which its loss falls below it, and rises above it.

    The kink is the raw score where the slope jumps: at the target, if no loss says else.
    """
    told = [term.kink for term in getattr(loss, "terms", (loss,)) if hasattr(term, "kink")]
    kink = np.asarray(told[0](np, target, target) if told else target, dtype=float)
    falls = -loss.gradient(kink - 1, target, weight=weight)
    return kink, falls, loss.gradient(kink + 1, target, weight=weight)


def _firsts(marks: Array, leaf: Array, ends: Array, leaves: int) -> Array:
    """Return the place of the first mark in each leaf; its end where there is none."""
    places = np.flatnonzero(marks)
    found = ends.copy()
    own = leaf[places]
    new = np.concatenate([[True], own[1:] != own[:-1]]) if len(own) else np.zeros(0, bool)
    found[own[new]] = places[new]
    return found


def _small(leaves: int) -> Any:
    """Return the smallest integers that number the leaves: sixteen bits are sorted fastest."""
    return np.int16 if leaves < 2**15 else np.int64
