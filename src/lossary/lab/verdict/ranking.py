"""Which arms can be told apart, over folds that overlap; and the verdict in words."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from lossary.lab.metrics.facts import Metric
from lossary.lab.verdict.words import CONSTANT, said
from lossary.records import StandingRecord, VerdictRecord

LEVEL = 0.95


def interval(
    differences: np.ndarray, judged_share: float, level: float, comparisons: int = 1
) -> tuple[float, float]:
    """Return the Nadeau–Bengio corrected interval of a mean difference over J folds.

    Folds share training rows, so that the variance of their mean is not s²/J but, at the least,
    s² (1/J + judged/trained) [nadeau2003, corrected resampled t-test]. Several intervals hold
    together at `level` (Bonferroni): of six equal losses one would else seem beaten too often.
    """
    folds = len(differences)
    mean, deviation = float(differences.mean()), float(differences.std(ddof=1))
    correction = 1 / folds + judged_share / (1 - judged_share)
    quantile = float(stats.t.ppf(1 - (1 - level) / (2 * comparisons), folds - 1))
    reach = quantile * deviation * correction**0.5
    return mean - reach, mean + reach


def verdict(
    scores: dict[str, np.ndarray], metric: Metric, folds: int, preferred: Sequence[str]
) -> VerdictRecord:
    """Rank the arms by their mean score and say which cannot be told apart from the first.

    `scores` holds one number per fold and repeat for each arm, in one order; `preferred` names the
    arms as the rules would have them, the best reason first.
    """
    sign = -1.0 if metric.greater_is_better else 1.0
    worse = {name: sign * each for name, each in scores.items()}
    order = sorted(worse, key=lambda name: float(np.nan_to_num(worse[name].mean(), nan=np.inf)))
    standings = []
    for name in order:
        behind = worse[name] - worse[order[0]]
        low, high = interval(behind, 1 / folds, LEVEL, max(1, len(scores) - 1))
        standings.append(
            StandingRecord(
                arm=name,
                mean=float(scores[name].mean()),
                deviation=float(scores[name].std(ddof=1)),
                difference=float(behind.mean()),
                low=low,
                high=high,
                together=low <= 0,  # false for an arm that failed, which is NaN
            )
        )
    together = [each.arm for each in standings if each.together]
    words = said(standings, together, metric.name, preferred)
    return VerdictRecord(order[0], LEVEL, tuple(standings), CONSTANT not in together, *words)
