"""What CatBoost asks of a custom metric: a number for some raw scores, after each round."""

from typing import Any, Self

import numpy as np

from lossary.adapters.catboost.slopes import Slopes
from lossary.adapters.estimators.judges import Judge, Seen
from lossary.errors import ArgumentError

Array = np.ndarray
_MOST = np.finfo(float).max


class Judging:
    """A judge as CatBoost asks it; the slopes are shown the same scores, and say whose they are.

    The rows that train are judged after every `period` rounds, and after the last one.
    """

    no_jit = True  # as for the slopes

    def __init__(self, judge: Judge, slopes: Slopes, period: int, rounds: int) -> None:
        self.judge, self.slopes, self.period, self.rounds = judge, slopes, period, rounds
        self.round, self.last = 0, 0.0
        self.error: Exception | None = None
        """What went wrong: CatBoost tells an error in its own words only."""

    def __deepcopy__(self, memo: object) -> Self:
        return self  # as for the slopes

    def evaluate(self, approxes: Any, label: Array, weight: Array | None) -> tuple[float, float]:
        """Return the judge's number, and the weight one."""
        try:
            return self._evaluated(approxes[0], label, weight), 1.0
        except Exception as error:
            self.error = error
            raise

    def _evaluated(self, approx: Array, label: Array, weight: Array | None) -> float:
        raw, seen, trains = self.slopes.told(approx, label, weight)
        if not trains:
            return judged(self.judge, raw, seen)
        if self.round % self.period == 0 or self.round == self.rounds - 1:
            self.last = judged(self.judge, raw, seen)
        self.round += 1
        return self.last

    def is_max_optimal(self) -> bool:
        """Say whether the largest number is the best."""
        return self.judge.greater_is_better

    def get_final_error(self, error: float, weight: float) -> float:
        """Return the number itself: it is a mean already."""
        return error


def named(judge: Judge, slopes: Slopes, period: int, rounds: int) -> Judging:
    """Return a metric that CatBoost logs under the judge's name, which it takes from the class."""
    return type(judge.name, (Judging,), {})(judge, slopes, period, rounds)


def judged(judge: Judge, raw: Array, seen: Seen) -> float:
    """Return what a judge says; infinity as the largest number, for CatBoost can write no other.

    Raises:
        ArgumentError: it says NaN, by which no round can be told from another.
    """
    found = judge.judged(raw, seen)
    if np.isnan(found):
        raise ArgumentError(
            f"{judge.name} is NaN for raw scores from {raw.min():.3g} to {raw.max():.3g}.\n"
            f"Hint: another eval_metric, or a smaller learning_rate."
        )
    return float(np.clip(found, -_MOST, _MOST))
