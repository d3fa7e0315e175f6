"""How the metric hangs on one parameter, and how far from its best value it may be set.

Other parameters vary from trial to trial as well. In every bin of values the trial counts that the
inner hold-out would have selected there, so that the others are tuned as far as the trials allow.
What is left of their influence is noise, against which the parameter must be told apart before any
value is called worse.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from lossary.lab.verdict.contest import Contest
from lossary.lab.verdict.differences import between
from lossary.lab.verdict.trials import Trials, edges, matters, profile, trials_of
from lossary.records import (
    ArmRecord,
    LearnerRecord,
    SensitivityPointRecord,
    SensitivityRecord,
    SpaceRecord,
)


def sensitivity(
    contest: Contest, learners: Sequence[LearnerRecord]
) -> tuple[SensitivityRecord, ...]:
    """Return a curve for every arm and every number that was tuned in it, where trials suffice."""
    spaces = {each.name: each.space for each in learners}
    arms = [contest.arm(name) for name in contest.trained]
    return tuple(
        record for arm in arms for record in _of_arm(contest, arm, spaces.get(arm.learner, ()))
    )


def _of_arm(
    contest: Contest, arm: ArmRecord, space: Sequence[SpaceRecord]
) -> Iterator[SensitivityRecord]:
    scales = {each.name: each.scale for each in (*space, *arm.space)}
    names = dict.fromkeys(key for fold in arm.folds for each in fold.trials for key in each.setting)
    for name in names:
        trials = trials_of(arm, name, contest.sign, scales.get(name, "linear"))
        ends = edges(trials)
        if len(ends) > 2:
            yield _record(contest, arm.name, name, trials, ends)


def _record(
    contest: Contest, arm: str, parameter: str, trials: Trials, ends: np.ndarray
) -> SensitivityRecord:
    bins = np.searchsorted(ends[1:-1], trials.axis)
    curve = profile(trials, bins)
    level = _levelled(curve)
    low, high = _span(contest, curve, ends) if matters(trials, contest.level) else ends[[0, -1]]
    points = tuple(
        SensitivityPointRecord(
            value=_middle(trials, bins == place),
            metric=contest.sign * float(np.nanmean(level[:, place])),
            spread=_deviation(level[:, place]),
            trials=int((bins == place).sum()),
        )
        for place in range(len(ends) - 1)
    )
    return SensitivityRecord(arm, parameter, trials.scale, points, float(high - low))


def _levelled(curve: np.ndarray) -> np.ndarray:
    """Take out that some folds are harder than others: all bins of a fold move together."""
    return curve - np.nanmean(curve, axis=1, keepdims=True) + np.nanmean(curve)


def _span(contest: Contest, curve: np.ndarray, ends: np.ndarray) -> tuple[float, float]:
    """Return from where to where no bin is shown worse than the best by more than the region."""
    best = int(np.argmin(np.nanmean(_levelled(curve), axis=0)))

    def as_good(place: int) -> bool:
        both = np.isfinite(curve[:, [place, best]]).all(1)
        if not both.any():
            return False
        behind = between(curve[both, place], curve[both, best], contest.ratio)
        return not behind.posterior(contest.rope)[0] >= contest.level

    low = high = best
    while low > 0 and as_good(low - 1):
        low -= 1
    while high < len(ends) - 2 and as_good(high + 1):
        high += 1
    return ends[low], ends[high + 1]


def _middle(trials: Trials, chosen: np.ndarray) -> float:
    middle = float(np.mean(trials.axis[chosen]))
    return 10**middle if trials.scale == "log" else middle


def _deviation(values: np.ndarray) -> float:
    values = values[np.isfinite(values)]
    return float(np.std(values, ddof=1)) if len(values) > 1 else float("nan")
