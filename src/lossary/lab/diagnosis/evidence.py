"""What detectors look at: some rows of a task, and what quick models that did not see them say."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lossary.lab.diagnosis.quick import Folds, classifier, matrix, out_of_fold, regressor
from lossary.lab.diagnosis.wild import wild
from lossary.lab.tasks.folds import splits
from lossary.lab.tasks.task import Task

MOST_ROWS = 6000
_FOLDS = 5
_LOGARITHM = ("positive", "nonnegative", "count")
_SIZED = ("regression", "positive", "nonnegative")
_LARGE = 1e100  # squares of such numbers are still numbers
MANY_WILD = 0.005  # of the rows
_FEW_WILD = 3  # rows
_MOVED = 0.15  # robust standard deviations
UNEVEN = 0.05  # the share of log r² that must be foreseen before residuals are divided by it


@dataclass(frozen=True, eq=False)
class Evidence:
    """A task of few enough rows, and all that is made of it, once and only when asked for."""

    task: Task
    seed: int

    @property
    def kind(self) -> str:
        """The kind of the target."""
        return self.task.kind

    @cached_property
    def unit(self) -> float:
        """What amounts are divided by: their usual size, so that no figure hangs on their unit."""
        if self.kind not in _SIZED:
            return 1.0
        sizes = np.abs(self.task.target)
        return float(np.median(sizes[sizes > 0]))

    @cached_property
    def target(self) -> np.ndarray:
        """The target of these rows; of amounts in units of their usual size, within reason."""
        if self.kind not in _SIZED:
            return self.task.target
        least = 1 / _LARGE if self.kind == "positive" else -_LARGE
        with np.errstate(over="ignore"):
            return np.clip(self.task.target / self.unit, least, _LARGE)

    @cached_property
    def _read(self) -> tuple[np.ndarray, np.ndarray]:
        return matrix(self.task.features)

    @property
    def features(self) -> np.ndarray:
        """Features as floats, with gaps."""
        return self._read[0]

    @property
    def blank(self) -> bool:
        """Whether no feature differs, so that no model can learn anything."""
        return not (self.task.features.nunique(dropna=False) > 1).any()

    @cached_property
    def one_value(self) -> bool:
        """Whether more than half of the rows have one target: it then hides how the others lie."""
        return bool(np.mean(self.target == np.median(self.target)) > 0.5)

    @property
    def texts(self) -> np.ndarray:
        """Which columns are numbers of kinds of texts."""
        return self._read[1]

    @cached_property
    def folds(self) -> Folds:
        """The task's own folds, so that what belongs together stays together."""
        return [
            (np.concatenate([each.train, each.tune]), each.judge)
            for each in splits(self.task, _FOLDS, 1, self.seed)
        ]

    @cached_property
    def mean(self) -> np.ndarray:
        """What trees that learn the mean say of rows they did not see."""
        counted = self.kind in ("nonnegative", "count")
        how = "poisson" if counted else "squared_error"
        return self.guessed(self.target.astype(float), how, weigh=True)

    @cached_property
    def curved(self) -> np.ndarray:
        """What trees say of the logarithm of times, as if all of them had ended."""
        return self.guessed(np.log(np.abs(self.target)), "squared_error")

    @cached_property
    def scaled(self) -> np.ndarray:
        """The target on the scale of logarithms, where it lies above zero."""
        if self.kind == "positive":
            return np.log(self.target)
        return np.log1p(self.target) if self.kind in _LOGARITHM else self.target.astype(float)

    @cached_property
    def scaled_median(self) -> np.ndarray:
        """What trees that learn by absolute errors say, on that scale: wild rows move it little."""
        return self.guessed(self.scaled, "absolute_error")

    @cached_property
    def median(self) -> np.ndarray:
        """The same in units of the target."""
        if self.kind == "positive":
            return np.exp(self.scaled_median)
        return np.expm1(self.scaled_median) if self.kind in _LOGARITHM else self.scaled_median

    @cached_property
    def far(self) -> np.ndarray:
        """Which rows lie beyond what the tails of the others reach."""
        left = self.scaled - self.scaled_median
        return wild(left / self.spread_of(left)[0])

    @cached_property
    def moved(self) -> float:
        """By how many robust standard deviations those rows move the mean."""
        left = (self.target - self.median)[np.isfinite(self.median)]
        width = 1.4826 * float(np.median(np.abs(left - np.median(left))))
        if width == 0 or not self.far.any():
            return 0.0
        return abs(float(self.target.mean() - self.target[~self.far].mean())) / width

    @cached_property
    def wild(self) -> np.ndarray:
        """The same rows, where they are enough and move the mean; else none."""
        count = int(self.far.sum())
        many = count >= _FEW_WILD and count > MANY_WILD * len(self.far)
        return self.far & many & (self.moved > _MOVED)

    @cached_property
    def left(self) -> np.ndarray:
        """What is left over: target less the median, or less the mean where zeros are many."""
        return self.target - (self.mean if self.kind in ("nonnegative", "count") else self.median)

    @cached_property
    def spread(self) -> tuple[np.ndarray, float]:
        """How wide residuals lie where a row does, and how much of log r² was foreseen."""
        return self.spread_of(self.left)

    def spread_of(self, left: np.ndarray) -> tuple[np.ndarray, float]:
        """Return relative widths (1 where none can be foreseen), and the R² of log r²."""
        loud = log_square(left)
        seen = np.isfinite(loud)
        said = self.guessed(np.where(seen, loud, np.nanmean(loud)), "squared_error")
        total = np.mean(np.square(loud[seen] - loud[seen].mean())) or 1.0
        foreseen = 1 - float(np.mean(np.square(loud[seen] - said[seen])) / total)
        if foreseen < UNEVEN:
            return np.ones(len(left)), foreseen
        return np.exp((said - np.nanmean(said)) / 2), foreseen

    @cached_property
    def exposure(self) -> np.ndarray:
        """For how long, or of how many, each row was counted; 1 where none was named."""
        if self.task.weight is None or all(each.role != "exposure" for each in self.task.columns):
            return np.ones(len(self.target))
        return self.task.weight

    @cached_property
    def chance(self) -> np.ndarray:
        """Probabilities of the classes that trees which did not see a row give it."""
        k = len(self.task.classes)
        rows, texts = len(self.target), self.texts

        def learn(rows_: np.ndarray) -> Any:
            model = classifier(rows, k, texts)
            return model.fit(self.features[rows_], self.target[rows_], self._weights(rows_))

        def answer(model: Any, rows_: np.ndarray) -> np.ndarray:
            said = np.zeros((len(rows_), k))
            said[:, model.classes_.astype(int)] = model.predict_proba(self.features[rows_])
            return said

        return out_of_fold(learn, answer, self.folds, (rows, k))

    def guessed(self, target: np.ndarray, loss: str, weigh: bool = False) -> np.ndarray:
        """Return what trees say of rows they did not see, of any amount."""
        rows, texts = len(target), self.texts

        def learn(chosen: np.ndarray) -> Any:
            weight = self._weights(chosen) if weigh else None
            return regressor(loss, rows, texts).fit(self.features[chosen], target[chosen], weight)

        return out_of_fold(
            learn, lambda model, chosen: model.predict(self.features[chosen]), self.folds, (rows,)
        )

    def _weights(self, rows: np.ndarray) -> np.ndarray | None:
        return None if self.task.weight is None else self.task.weight[rows]


def log_square(left: np.ndarray) -> np.ndarray:
    """Return log r², with a floor under residuals that are zero by rounding."""
    square = np.square(left)
    return np.log(square + 1e-6 * np.nanmedian(square) + 1e-300)


def evidence(task: Task, seed: int = 0, rows: np.ndarray | None = None) -> Evidence:
    """Return the evidence of a task, or of some of its rows: of many some, drawn by chance."""
    kept = np.arange(len(task.target)) if rows is None else np.sort(rows)
    if len(kept) > MOST_ROWS:
        kept = np.sort(np.random.default_rng(seed).choice(kept, MOST_ROWS, replace=False))
    return Evidence(task if len(kept) == len(task.target) else _some(task, kept), seed)


def _some(task: Task, rows: np.ndarray) -> Task:
    columns = {
        name: values[rows]
        for name in ("target", "weight", "groups", "order")
        if (values := getattr(task, name)) is not None
    }
    return replace(task, features=task.features.iloc[rows], **columns)
