"""Which arms can be told apart: paired differences, an interval that knows that folds overlap, words."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

from lossary.records import StandingRecord, VerdictRecord

CONSTANT = "the best constant"
LEVEL = 0.95


def interval(
    differences: np.ndarray, judged_share: float, level: float, comparisons: int = 1
) -> tuple[float, float]:
    """Return the Nadeau–Bengio corrected interval of a mean difference over J folds.

    The plain interval of the mean would take the folds as independent, but they share training rows:
    the variance of the mean is not s²/J but s² (1/J + judged/trained) [nadeau2003]. With several
    comparisons all intervals hold together at `level` (Bonferroni).
    """
    folds = len(differences)
    mean = float(differences.mean())
    correction = 1 / folds + judged_share / (1 - judged_share)
    error = float(differences.std(ddof=1)) * np.sqrt(correction)
    reach = float(stats.t.ppf(1 - (1 - level) / (2 * comparisons), folds - 1)) * error
    return mean - reach, mean + reach


def verdict(
    scores: dict[str, np.ndarray],
    greater_is_better: bool,
    folds: int,
    metric: str,
    preferred: Sequence[str],
    level: float = LEVEL,
) -> VerdictRecord:
    """Rank the arms by their mean score and say which cannot be told apart from the first.

    `scores` holds one number per fold and repeat for each arm, in one order; `preferred` names the
    arms as the rules would have them, the best reason first.
    """
    sign = -1.0 if greater_is_better else 1.0
    order = sorted(scores, key=lambda name: _last_if_nan(sign * scores[name].mean()))
    leader = order[0]
    standings = []
    for name in order:
        worse = sign * (scores[name] - scores[leader])
        low, high = (
            interval(worse, 1 / folds, level, len(scores) - 1) if name != leader else (0.0, 0.0)
        )
        standings.append(
            StandingRecord(
                name, float(scores[name].mean()), float(scores[name].std(ddof=1)),
                float(worse.mean()), low, high, bool(low <= 0.0),
            )
        )  # fmt: skip
    together = [each.arm for each in standings if each.together]
    beats = CONSTANT not in together
    sentence, advice = _words(standings, together, metric, preferred)
    return VerdictRecord(leader, level, tuple(standings), beats, sentence, advice)


def _last_if_nan(value: float) -> float:
    return float("inf") if np.isnan(value) else float(value)


def _words(
    standings: list[StandingRecord], together: list[str], metric: str, preferred: Sequence[str]
) -> tuple[str, str]:
    """Say it in a sentence, and what to do."""
    leader, others = standings[0], [each for each in standings if each.arm != CONSTANT]
    reached = f"{metric} {leader.mean:.4g}"
    if leader.arm == CONSTANT or CONSTANT in together:
        first = "" if leader.arm == CONSTANT else f" ({leader.arm}: {reached})"
        return (
            f"No loss can be told to beat the best constant prediction{first}.",
            "Look at the features before the loss: nothing was learnt from them that lasts.",
        )
    best = next((name for name in preferred if name in together), leader.arm)
    if len(others) == 1:
        return f"{leader.arm} reaches {reached} and beats the best constant prediction.", ""
    if len(together) == len(others):
        said = f"No difference: none of the {len(others)} losses can be told apart ({reached} at best)."
        return said, f"Take {best}: nothing beats it here, and its reason is the best."
    beaten = [each for each in standings if not each.together and each.arm != CONSTANT]
    gap = f"{beaten[0].arm} is worse by {beaten[0].difference:.3g}"
    if len(together) == 1:
        said = f"{leader.arm} is best ({reached}): {gap}, and no other comes closer."
        return said, f"Take {leader.arm}."
    rest = ", ".join(name for name in together if name != leader.arm)
    said = f"{leader.arm} leads ({reached}), but cannot be told apart from {rest}; {gap}."
    return (
        said,
        f"Take {best}: nothing beats it here, and of those in front its reason is the best.",
    )
