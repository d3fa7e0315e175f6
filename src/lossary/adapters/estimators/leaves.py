"""The best value of each leaf, for losses whose slope jumps: a weighted quantile of the kinks."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.estimators.leaf_passes import bucket_of, picked, tallied

Array = np.ndarray
_SLACK = 1e-12  # of a leaf's sum: sums of many rates are even up to rounding only
_BITS = 13  # of a distance: its sign, its exponent, and which sixteenth; the counts fit a cache


@dataclass(frozen=True, eq=False)
class LeafRule:
    """Where each row's loss is smallest, and what it costs to miss that: the same for all trees.

    The loss of a row falls at one rate up to its kink and rises at another from there on. The sum
    over a leaf is smallest at the first kink where the rates of what lies below outweigh the
    others'; where all between two kinks is best, in the middle. A row of no weight is not felt.
    """

    kink: Array
    jumps: Array
    """By how much each slope jumps at its kink, of shape (n,), or (1,) if all do alike."""
    levels: Array
    """Which share of that it falls at before; of shape (n,) or (1,) too."""

    @classmethod
    def of(cls, loss: Any, target: Array, weight: Array | None) -> "LeafRule":
        """Return the rule for rows of these targets and weights, of shape (n,)."""
        kink, falls, rises = kinks(loss, target, weight)
        jumps = falls + rises
        levels = np.divide(falls, jumps, out=np.zeros_like(jumps), where=jumps > 0)
        told = levels[jumps > 0]
        # Weights round falls and jumps by themselves.
        alike = len(told) and np.ptp(told) <= 4 * np.finfo(float).eps
        straight = np.ascontiguousarray  # as kernels read them
        return cls(straight(kink), straight(_alike(jumps)), told[:1] if alike else levels)

    def values(self, raw: Array, leaf: Array, leaves: int) -> Array:
        """Return, of shape (leaves,), what to add to raw scores so that each leaf's loss is least.

        `leaf` numbers the rows' leaves. An empty leaf, or one without weight, is given zero.
        """
        # Rows are first counted into buckets, so that only those near the answer are sorted.
        raw = np.ascontiguousarray(raw, dtype=float)
        leaf = np.ascontiguousarray(leaf, dtype=np.int32)
        bits = int(np.clip(np.log2(max(len(raw), 1) / leaves), 1, _BITS))
        filled = tallied(self.kink, raw, leaf, self.jumps, leaves << bits, bits)
        filled = filled.reshape(leaves, -1)
        total = filled.sum(axis=1)
        some = total > 0
        unit = np.where(some, total, 1.0)
        needed = self._needed(leaf, leaves) / unit if len(self.levels) > 1 else self.levels
        needed = np.broadcast_to(needed, leaves)
        filled /= unit[:, None]
        ends = np.cumsum(filled, axis=1)
        first, then = _around(filled, ends, needed)
        near = self._near(raw, leaf, np.stack([first, then]), leaves << bits, bits)
        climbed = near.climbed(ends - filled, unit)
        level = needed[near.groups >> bits][near.group]
        low = near.after(climbed < level - _SLACK, first)
        high = near.after(climbed <= level + _SLACK, then)
        return np.where(some, (low + np.where(np.isnan(high), low, high)) / 2, 0.0)

    def _needed(self, leaf: Array, leaves: int) -> Array:
        return np.bincount(leaf, weights=self.levels * self.jumps, minlength=leaves)

    def _near(self, raw: Array, leaf: Array, buckets: Array, places: int, bits: int) -> "_Near":
        """Put the rows of a few buckets in order: by bucket, and by distance."""
        groups = np.unique(buckets)
        number = np.zeros(places, dtype=np.int32)
        number[groups] = np.arange(1, len(groups) + 1)
        rows = picked(self.kink, raw, leaf, number > 0, bits)
        apart = self.kink[rows] - raw[rows]
        group = number[bucket_of(apart, leaf[rows], bits)] - 1
        order = np.argsort(apart)
        order = order[np.argsort(group[order].astype(_small(len(groups))), kind="stable")]
        rows, apart, group = rows[order], apart[order], group[order]
        jumps = self.jumps if len(self.jumps) == 1 else self.jumps[rows]
        starts = np.searchsorted(group, np.arange(len(groups) + 1))
        return _Near(apart, np.broadcast_to(jumps, apart.shape), group, groups, starts)


def kinks(loss: Any, target: Array, weight: Array | None) -> tuple[Array, Array, Array]:
    """Return each row's kink, the rate at which its loss falls below it, and rises above it.

    The kink is the raw score where the slope jumps: at the target, if no loss says else.
    """
    told = [term.kink for term in getattr(loss, "terms", (loss,)) if hasattr(term, "kink")]
    kink = np.asarray(told[0](np, target, target) if told else target, dtype=float)
    step = 1 + np.abs(kink)  # one alone is lost beside a large kink
    falls = -loss.gradient(kink - step, target, weight=weight)
    return kink, falls, loss.gradient(kink + step, target, weight=weight)


@dataclass(frozen=True, eq=False)
class _Near:
    """Rows of a few buckets, by bucket and by distance."""

    apart: Array
    jumps: Array
    group: Array
    """Which of the buckets a row is in."""
    groups: Array
    """The buckets' own numbers, in order."""
    starts: Array
    """Where each bucket begins; last, where all end."""

    def climbed(self, before: Array, unit: Array) -> Array:
        """Return the share of its leaf's jumps that lies at or below each row.

        `before` is the share below each bucket, of shape (leaves, buckets of one).
        """
        own = unit[self.groups // before.shape[1]]
        total = np.concatenate([[0.0], np.cumsum(self.jumps / own[self.group])])
        return total[1:] + (before.ravel()[self.groups] - total[self.starts[:-1]])[self.group]

    def after(self, short: Array, buckets: Array) -> Array:
        """Return the distance of the first row of each bucket that is not short, else NaN."""
        missed = np.bincount(self.group, weights=short, minlength=len(self.groups)).astype(int)
        found = np.append(self.apart, np.nan)[self.starts[:-1] + missed]
        found[self.starts[:-1] + missed == self.starts[1:]] = np.nan
        return found[np.searchsorted(self.groups, buckets)]


def _around(filled: Array, ends: Array, needed: Array) -> tuple[Array, Array]:
    """Return the bucket where each leaf has what it needs, and the one where it has more."""
    at = len(filled[0]) * np.arange(len(filled))
    enough = (ends >= needed[:, None] - _SLACK) & (filled > 0)
    more = ends > needed[:, None] + _SLACK
    first = at + enough.argmax(axis=1)
    return first, np.where(more.any(axis=1), at + more.argmax(axis=1), first)


def _alike(rates: Array) -> Array:
    """Return one rate for all where they do not differ."""
    return rates[:1] if len(rates) and (rates == rates[0]).all() else rates


def _small(count: int) -> Any:
    """Return the integers to number so many: those of sixteen bits are sorted fastest."""
    return np.int16 if count < 2**15 else np.int64
