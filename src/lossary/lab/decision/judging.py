"""The judge of a fold: from an answer to the metric, by a tuned threshold where there is one."""

from dataclasses import dataclass

import numpy as np

from lossary.heads import Answer
from lossary.lab.decision.thresholds import best_threshold
from lossary.lab.metrics.facts import Metric
from lossary.lab.tasks.task import Task


@dataclass(frozen=True)
class Judge:
    """A metric made ready for k classes (0 for amounts); no amount below `floor` is reported."""

    metric: Metric
    k: int
    floor: float

    @property
    def tunes(self) -> bool:
        """Whether the decision's threshold is part of what is learnt."""
        return self.metric.counts is not None and self.k == 2

    def score(self, answer: Answer, target: np.ndarray, threshold: float = 0.0) -> float:
        """Return the metric; NaN where the answer is not finite."""
        given = self._asked(answer, threshold)
        if not np.isfinite(given).all():
            return float("nan")
        return self.metric.function(target, given, self.k)

    def threshold(self, answer: Answer, target: np.ndarray) -> float:
        """Return the score above which a row is said to be of class 1; zero if none is tuned."""
        if not self.tunes or answer.score is None or not np.isfinite(answer.score).all():
            return 0.0
        assert self.metric.counts is not None
        return best_threshold(self.metric.counts, answer.score, target)

    def _asked(self, answer: Answer, threshold: float) -> np.ndarray:
        """Return of an answer what the metric asks for."""
        metric = self.metric
        if metric.answer == "value":
            assert answer.value is not None
            return np.maximum(answer.value, self.floor) if metric.floor else answer.value
        if metric.answer == "probability" or (metric.answer == "ordering" and self.k > 2):
            assert answer.probability is not None
            return answer.probability
        assert answer.score is not None
        if metric.answer == "ordering" or not np.isfinite(answer.score).all():
            return answer.score
        if answer.score.ndim > 1:
            return answer.score.argmax(axis=-1)
        return (answer.score > threshold).astype(np.int64)


def judge_of(task: Task, target: np.ndarray) -> Judge:
    """Return the judge of a task, its floor a hundredth of the mean of the training targets."""
    floor = float(target.mean()) / 100 if task.amounts else 0.0
    return Judge(task.metric, len(task.classes), floor)
