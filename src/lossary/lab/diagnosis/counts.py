"""Counts: do they spread more than Poisson's, and are there more zeros than that explains?"""

import numpy as np

from lossary.lab.diagnosis.detector import COUNTED, Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import Evidence

_POWER = 1.5  # of the Tweedie model that says how many zeros are to be expected
_FEWEST = 100
_POISSON = 1.5  # times its variance, and it may still pass for one


def over_dispersion(evidence: Evidence) -> Sight:
    """Return Pearson's χ² for each row: how many times the variance is that of Poisson."""
    if evidence.kind != "count":
        return unseen("the target is no count")
    target, mean, exposure = _seen(evidence)
    if len(target) < _FEWEST:
        return unseen(f"{_FEWEST} rows are needed")
    each = exposure * np.square(target - mean) / mean
    error = float(each.std() / np.sqrt(len(each)))
    figure = float(each.mean())
    said = f"the variance is {figure:.2f} ± {2 * error:.2f} times that of Poisson's"
    return Sight(figure, said, figure - 2 * error > _POISSON)


def zeros(evidence: Evidence) -> Sight:
    """Return by how much the share of zeros exceeds what the mean and the spread explain."""
    target, mean, exposure = _seen(evidence)
    share = float(np.mean(target == 0))
    if len(target) < _FEWEST or share == 0:
        return Sight(0.0, "there is no zero") if share == 0 else unseen(f"{_FEWEST} rows needed")
    explained = float(_no_event(evidence.kind, target, mean, exposure).mean())
    said = f"{share:.1%} of the targets are zero; their mean and spread explain {explained:.1%}"
    return Sight(share - explained, said)


def _no_event(kind: str, target: np.ndarray, mean: np.ndarray, exposure: np.ndarray) -> np.ndarray:
    """Return the probability of zero by a negative binomial, or by a Tweedie of power 1.5."""
    square = np.square(target - mean)
    if kind == "count":
        events = mean * exposure
        spread = max(float(np.sum(np.square(exposure) * square - events) / np.sum(events**2)), 1e-9)
        return (1 + spread * events) ** (-1 / spread)
    scale = float(np.mean(square / mean**_POWER))
    return np.exp(-(mean ** (2 - _POWER)) / (scale * (2 - _POWER)))


def _seen(evidence: Evidence) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return target, fitted mean and exposure of the rows that some fold looked at."""
    seen = np.isfinite(evidence.mean)
    target = evidence.target[seen].astype(float)
    mean = np.maximum(evidence.mean[seen], target.mean() / 50)
    return target, mean, evidence.exposure[seen]


COUNTS = (
    Detector(
        "over-dispersion", "counts spread more than Poisson's", _POISSON, "(Pearson χ² per row)",
        COUNTED, over_dispersion,
        "a negative binomial likelihood learns how much more they spread",
        "the mean alone is wanted: Poisson's loss still aims at it",
        "A", ("mccullagh1989",),
    ),
    Detector(
        "zeros", "more zeros than the spread explains", 0.05, "(share of rows)", COUNTED, zeros,
        "some rows cannot be but zero: a Tweedie deviance of a power near 1, or two models, one "
        "for whether and one for how much",
        "zeros stand for what was not observed: then they are missing, and to be left out",
        "A", ("lambert1992",),
    ),
)  # fmt: skip
