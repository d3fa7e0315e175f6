"""Times until an event: does the risk only rise, or does it fall again for what has lasted?"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from lossary.lab.diagnosis.detector import Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import Evidence

_FEWEST = 60  # events
_PENALTY = 1e-3  # of a coefficient's square, per row, so that few rows do not run away

_WIDEST = 6.0  # the logarithm of a spread of log-times

Family = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""From late log-times and whether there was an event: -log likelihood, and its slope."""


def _weibull(late: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    risk = np.exp(np.minimum(late, 50.0))
    return risk - event * late, risk - event


def _log_logistic(late: np.ndarray, event: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return (1 + event) * np.logaddexp(0, late) - event * late, (1 + event) * expit(late) - event


def late_events(evidence: Evidence) -> Sight:
    """Return by how many standard errors log-logistic times are likelier than Weibull ones."""
    event = (evidence.target > 0).astype(float)
    if event.sum() < _FEWEST:
        return unseen(f"{_FEWEST} events are needed, and there are {event.sum():.0f}")
    gain = _fitted(_weibull, evidence, event) - _fitted(_log_logistic, evidence, event)
    figure = float(gain.mean() / (gain.std() / np.sqrt(len(gain)) + 1e-300))
    said = (
        f"log-logistic times are {gain.mean():+.2%} likelier per row than Weibull times, "
        f"{figure:+.1f} standard errors from even"
    )
    return Sight(figure, said)


def _fitted(family: Family, evidence: Evidence, event: np.ndarray) -> np.ndarray:
    """Return each row's -log likelihood under the best linear model of log-times.

    What trees say of the log-times is one more feature, so that what is curved is no noise.
    """
    log_time = np.log(np.abs(evidence.target))
    features = _scaled(np.column_stack([evidence.features, evidence.curved]))
    start = np.append(np.zeros(features.shape[1]), 0.0)
    start[0] = log_time.mean()

    def each(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        late = (log_time - features @ numbers[:-1]) / np.exp(numbers[-1])
        value, slope = family(late, event)
        return value + event * numbers[-1], slope, late

    def judged(numbers: np.ndarray) -> tuple[float, np.ndarray]:
        value, slope, late = each(numbers)
        size = numbers[1:-1]
        down = -(features.T @ slope) / len(late) / np.exp(numbers[-1])
        down[1:] += 2 * _PENALTY * size
        wide = float(np.mean(event - slope * late))
        return float(value.mean() + _PENALTY * size @ size), np.append(down, wide)

    bounds = [(None, None)] * (len(start) - 1) + [(-_WIDEST, _WIDEST)]
    found = minimize(
        judged, start, jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 300}
    )
    return each(found.x)[0]


def _scaled(features: np.ndarray) -> np.ndarray:
    """Return a column of ones, and features of mean 0 and width 1; gaps lie at the mean."""
    with np.errstate(invalid="ignore"):
        width = np.nanstd(features, axis=0)
        known = (features - np.nanmean(features, axis=0)) / np.where(width > 0, width, 1.0)
    return np.column_stack([np.ones(len(features)), np.nan_to_num(known).clip(-4, 4)])


LASTING = (
    Detector(
        "late events", "the risk falls for what has lasted", 2.0, "(standard errors)",
        ("survival",), late_events,
        "log-logistic times fit these better than Weibull ones, and late events pull less",
        "the features explain little: mixed rows look as if their risk fell",
        "B", ("vuong1989", "kalbfleisch2002"),
    ),
)  # fmt: skip
