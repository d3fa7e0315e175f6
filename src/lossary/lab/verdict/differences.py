"""A mean difference over folds that overlap: its corrected interval, test and posterior."""

from dataclasses import dataclass, replace
from math import isnan, nan, sqrt

import numpy as np
from scipy import stats

_ROUNDING = 1e-12
"""Scores that differ by less, relative to their size, differ by rounding only."""


@dataclass(frozen=True)
class Difference:
    """What J differences over folds say of the true one: a Student t about `mean`, J − 1 degrees.

    Folds share training rows, so that the squared error of their mean is not s²/J but, at the
    least, s² (1/J + judged/trained) [nadeau2003, corrected resampled t-test]. Read the other way
    round, the same t is the posterior of the true difference [corani2015, correlated t-test].
    `scale` is NaN where a single fold, or a failed one, leaves it open; 0 where all are the same.
    """

    mean: float
    scale: float
    folds: int

    @property
    def freedom(self) -> int:
        """Degrees of freedom."""
        return max(self.folds - 1, 1)

    @property
    def known(self) -> bool:
        """Whether there is anything to say: no fold failed, and there are two at least."""
        return not isnan(self.scale)

    def interval(self, level: float, comparisons: float = 1) -> tuple[float, float]:
        """Return the two-sided interval; of several, all hold together at `level` (Bonferroni)."""
        reach = self.scale * float(stats.t.ppf(1 - (1 - level) / (2 * comparisons), self.freedom))
        return self.mean - reach, self.mean + reach

    @property
    def p(self) -> float:
        """The probability of a difference at least as large, either way, where there is none."""
        if not self.known or self.mean == 0:
            return 1.0 if self.known else nan
        return 2 * self._above(0.0) if self.mean < 0 else 2 * self._below(0.0)

    def posterior(self, rope: float) -> tuple[float, float, float]:
        """Return the probabilities that the true difference is above `rope`, within it, below."""
        if not self.known:
            return nan, nan, nan
        above, below = self._above(rope), self._below(-rope)
        return above, max(0.0, 1.0 - above - below), below

    def _above(self, bound: float) -> float:
        if self.scale == 0:
            return float(self.mean > bound)
        return float(stats.t.sf((bound - self.mean) / self.scale, self.freedom))

    def _below(self, bound: float) -> float:
        return replace(self, mean=-self.mean)._above(-bound)


def between(one: np.ndarray, other: np.ndarray, ratio: float) -> Difference:
    """Return what scores over the same folds say of `one` − `other`.

    `ratio` is judged rows to learnt rows: 1/4 for five folds.
    """
    rounding = _ROUNDING * float(np.max([np.abs(one), np.abs(other)]))
    differences, folds = one - other, len(one)
    mean = float(differences.mean())
    deviation = float(differences.std(ddof=1)) if folds > 1 else nan
    mean, deviation = (0.0 if abs(each) <= rounding else each for each in (mean, deviation))
    return Difference(mean, deviation * sqrt(1 / folds + ratio), folds)
