"""How wide residuals lie: does it grow with the amount, and can it be foreseen beyond that?"""

import numpy as np

from lossary.lab.diagnosis.detector import ABOVE, AMOUNTS, ONE_VALUE, Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import UNEVEN, Evidence

_FEWEST = 60
_POINTS, _TOGETHER = 40, 10  # of rows side by side at most, and rows in one at least
_SMALL = 0.05  # of the mean: below it, logarithms of fitted amounts are noise
_ALIKE = 0.05  # the standard deviation of the logarithms of fitted amounts
_LEAST = 0.5  # below this power, squares are as good


def variance_law(evidence: Evidence) -> Sight:
    """Return the power of the mean with which the variance grows: a slope between logarithms.

    Each point is some rows of nearly one fitted amount, as a single row that is zero would tell its
    own mean: its square is that of the amount.
    """
    level = _level(evidence)
    seen = np.isfinite(level) & ~evidence.wild
    seen &= level > _SMALL * np.mean(evidence.target[~evidence.wild])
    if seen.sum() < _FEWEST:
        return unseen(f"fewer than {_FEWEST} rows have a fitted amount above zero")
    square = evidence.exposure[seen] * np.square(evidence.left[seen])
    x, y = _points(level[seen], square)
    if x.std() < _ALIKE:
        return unseen("the fitted amounts hardly differ")
    x = x - x.mean()
    power = float(x @ y / (x @ x))
    left = y - y.mean() - power * x
    error = float(np.sqrt(left @ left / (len(x) - 2) / (x @ x)))
    said = f"the variance grows as the mean to the power of {power:.2f} ± {2 * error:.2f}"
    return Sight(power, said, power - 2 * error > _LEAST)


def _points(level: np.ndarray, square: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return logarithms of the level and of the mean square of rows that lie side by side."""
    order = np.argsort(level, kind="stable")
    parts = np.array_split(order, min(_POINTS, len(order) // _TOGETHER))
    means = np.array([(level[rows].mean(), square[rows].mean()) for rows in parts])
    means = means[means[:, 1] > 0]
    return np.log(means[:, 0]), np.log(means[:, 1])


def uneven(evidence: Evidence) -> Sight:
    """Return how much of log r² can be foreseen from the features, beyond the variance law."""
    if len(evidence.target) < 4 * _FEWEST:
        return unseen(f"{4 * _FEWEST} rows are needed")
    if evidence.one_value:
        return unseen(ONE_VALUE)
    law = variance_law(evidence) if evidence.kind in ABOVE else unseen("")
    width, foreseen = evidence.spread_of(_lawful(evidence, law)) if law.sure else evidence.spread
    low, high = np.nanquantile(width, (0.1, 0.9))
    said = f"{max(foreseen, 0):.0%} of the differences in log r² can be foreseen"
    said += ", beyond what the amount tells" if law.sure else ""
    if foreseen > UNEVEN:
        said += f"; rows at the 90 % end are {high / low:.2g} times as noisy as at the 10 % end"
    return Sight(foreseen, said)


def standard(evidence: Evidence) -> np.ndarray:
    """Return what is left over, divided by how wide it lies: by the variance law, or foreseen."""
    law = variance_law(evidence) if evidence.kind in ABOVE else unseen("")
    return _lawful(evidence, law) if law.sure else evidence.left / evidence.spread[0]


def _lawful(evidence: Evidence, law: Sight) -> np.ndarray:
    level = _level(evidence)
    level = np.maximum(level, _SMALL * np.nanmean(level))
    return np.sqrt(evidence.exposure) * evidence.left / level ** (law.figure / 2)


def _level(evidence: Evidence) -> np.ndarray:
    return evidence.median if evidence.kind == "positive" else evidence.mean


WIDTHS = (
    Detector(
        "variance law", "variance grows with the mean", _LEAST, "(power of the mean)", ABOVE,
        variance_law,
        "take the deviance of that variance: near 1 Poisson, between 1 and 2 Tweedie, near 2 "
        "gamma; all of them aim at the mean as the squared error does, and weigh rows better",
        "large amounts matter for themselves, and the metric is dominated by them",
        "A", ("mccullagh1989", "gneiting2011"),
    ),
    Detector(
        "uneven noise", "noise that can be foreseen", UNEVEN, "(R² of log r²)",
        (*AMOUNTS, "proportion"), uneven,
        "rows differ in how noisy they are: a loss that learns the noise too (Gaussian NLL), or "
        "quantiles, trusts the quiet rows more",
        "there are few rows: what tells the noise is then fitted to chance",
        "B", ("nix1994", "breusch1979"),
    ),
)  # fmt: skip
