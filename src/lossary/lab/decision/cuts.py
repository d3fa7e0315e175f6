"""Cut-points: from an expected level, which lies between levels, to a level, as a metric likes it.

Expected levels lie closer together than levels do. The kappa of squares wants them as far apart, as
it sets mistakes against chance; plain mistakes want them less so. Hence one number, the stretch:
with 0 levels are rounded, with 1 expected levels get the mean and spread that levels had in
training. On real tables this served new rows better than cuts placed freely, whichever way these
were tuned: five cuts follow chance in a few hundred rows, one stretch does not.
"""

from dataclasses import dataclass

import numpy as np

from lossary.heads import Answer
from lossary.lab.decision.layer import Layer, Numbers
from lossary.lab.decision.reported import said_class

_STRETCHES = (0.0, 0.25, 0.5, 0.75, 1.0)
_LEAST = 1e-12


@dataclass(frozen=True)
class Cuts(Layer):
    """The level of an expected level by cuts; of probabilities, the best level by themselves.

    `mean` and `spread` are those of levels in training. `power` is that of how many levels an
    answer is off: 0 where all mistakes are alike; with 2, agreement beyond chance is asked for.
    """

    k: int
    power: int
    mean: float
    spread: float
    words: str = "cut-points between levels are tuned on the inner hold-out for every arm"

    def tune(self, answer: Answer, target: np.ndarray, weight: np.ndarray | None) -> Numbers:
        value = expected(answer)
        if self._told(answer) or value is None:
            return {}
        stretches = (1.0,) if self.power == 2 else _STRETCHES
        tried = [self._cuts(value, weight, each) for each in stretches]
        best = min(tried, key=lambda cuts: self._off(target, cut(value, cuts), weight))
        return {"cuts": best.tolist()}

    def asked(self, answer: Answer, numbers: Numbers) -> np.ndarray | None:
        if self._told(answer):
            return self._from_chances(answer)
        value = expected(answer)
        if value is None or not np.isfinite(value).all():
            return value
        return cut(value, np.asarray(numbers.get("cuts", np.arange(self.k - 1) + 0.5)))

    def _cuts(self, value: np.ndarray, weight: np.ndarray | None, stretch: float) -> np.ndarray:
        middle = np.average(value, weights=weight)
        spread = np.sqrt(np.average(np.square(value - middle), weights=weight))
        wider = 1 + stretch * (self.spread / max(spread, _LEAST) - 1)
        return middle + (np.arange(self.k - 1) + 0.5 - self.mean) / max(wider, _LEAST)

    def _off(self, target: np.ndarray, level: np.ndarray, weight: np.ndarray | None) -> float:
        off = np.abs(target - level)
        return float(np.average(off if self.power else off > 0, weights=weight))

    def _told(self, answer: Answer) -> bool:
        """Say whether probabilities tell the best level by themselves."""
        return answer.probability is not None and self.power < 2

    def _from_chances(self, answer: Answer) -> np.ndarray | None:
        chance = answer.probability
        assert chance is not None
        if self.power == 0 or not np.isfinite(chance).all():
            return said_class(answer)
        return (np.cumsum(chance, axis=1)[:, :-1] < 0.5).sum(axis=1)


def cut(value: np.ndarray, cuts: np.ndarray) -> np.ndarray:
    """Return the level of each row: how many cuts it lies above.

    >>> cut(np.array([0.2, 1.4, 9.0]), np.array([0.5, 1.5])).tolist()
    [0, 1, 2]
    """
    return np.searchsorted(cuts, value, side="left").astype(np.int64)


def expected(answer: Answer) -> np.ndarray | None:
    """Return the expected level, or the likeliest where nothing else is told."""
    if answer.value is not None:
        return answer.value
    if answer.probability is not None:
        return answer.probability @ np.arange(answer.probability.shape[1])
    return None if answer.score is None else answer.score.argmax(axis=-1).astype(float)
