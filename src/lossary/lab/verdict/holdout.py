"""The last word: the arm to take against the default, on rows that no choice has ever seen."""

from collections.abc import Callable, Mapping

import numpy as np

from lossary.records import HoldoutRecord

Judge = Callable[[np.ndarray], float]


def held_out(
    judges: Mapping[str, Judge],
    recommended: str,
    compared: str,
    rows: int,
    greater_is_better: bool,
    *,
    groups: np.ndarray | None = None,
    level: float = 0.95,
    seed: int = 0,
    resamples: int = 999,
) -> HoldoutRecord:
    """Return the scores of all arms on the hold-out, and by how much `compared` is worse there.

    Args:
        judges: for each arm, what gives the metric on some of the rows (numbers, with repeats).
        recommended: the arm that the verdict would take.
        compared: the one that most would have taken.
        rows: how many rows there are.
        greater_is_better: whether more of the metric is better.
        groups: for each row the group that it belongs to; groups are drawn whole.
        level: of the bootstrap interval (percentiles; both arms on the same drawn rows).
        seed: of the draws.
        resamples: how often rows are drawn; a draw on which the metric has no value is left out.
    """
    all_rows, sign = np.arange(rows), 1.0 if greater_is_better else -1.0
    members = _members(all_rows if groups is None else np.asarray(groups))

    def gain(drawn: np.ndarray) -> float:
        chosen = np.concatenate([members[each] for each in drawn])
        return sign * (judges[recommended](chosen) - judges[compared](chosen))

    count, random = len(members), np.random.default_rng(seed)
    draws = resamples if recommended != compared else 1
    drawn = [gain(random.integers(count, size=count)) for _ in range(draws)]
    known = np.array([each for each in drawn if np.isfinite(each)] or [np.nan])
    low, high = np.quantile(known, ((1 - level) / 2, (1 + level) / 2))
    difference = gain(np.arange(count))
    scores = {name: float(judge(all_rows)) for name, judge in judges.items()}
    return HoldoutRecord(
        rows, scores, recommended, compared, float(difference), float(low), float(high), level
    )


def _members(groups: np.ndarray) -> list[np.ndarray]:
    """Return the rows of each group."""
    numbers = np.unique(groups, return_inverse=True)[1]
    order = np.argsort(numbers, kind="stable")
    return np.split(order, np.cumsum(np.bincount(numbers))[:-1])
