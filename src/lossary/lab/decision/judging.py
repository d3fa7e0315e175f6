"""The judge of a fold: from an answer to the metric, by what is tuned after training, if anything.

Whatever is tuned is tuned on rows that were not trained on, and for every arm alike.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.heads import Answer
from lossary.lab.decision.calibration import Calibrated
from lossary.lab.decision.curves import Survival
from lossary.lab.decision.cuts import Cuts
from lossary.lab.decision.decision import Decision
from lossary.lab.decision.layer import Layer
from lossary.lab.decision.offsets import Offsets
from lossary.lab.decision.reported import Amounts, MostLikely, Order
from lossary.lab.decision.rescaling import Rescaled
from lossary.lab.decision.thresholds import Threshold, Thresholds
from lossary.lab.metrics.facts import AMOUNTS, MULTILABEL, ORDINAL, Metric
from lossary.lab.metrics.survival import Curves, followed, kaplan_meier
from lossary.lab.tasks.task import Task

_FLOOR = 0.01  # of the mean training target: no smaller amount is reported where zero is forbidden
_TIMES, _FROM, _TO = 50, 0.1, 0.9


@dataclass(frozen=True, eq=False)
class Judge:
    """A metric made ready for k classes, levels or labels, and the layer before it."""

    metric: Metric
    k: int
    layer: Layer

    @property
    def tunes(self) -> bool:
        """Whether anything is tuned after training."""
        return self.layer.tunes

    @property
    def words(self) -> str:
        """How answers become what the metric judges; "" where they are taken as they are."""
        return self.layer.words

    def decide(
        self, answer: Answer, target: np.ndarray, weight: np.ndarray | None = None
    ) -> Decision:
        """Tune on these rows, none of which was trained on; nothing where the answer is broken."""
        if not self.tunes or not _finite(answer):
            return Decision()
        return self.decision(self.layer.tune(answer, target, weight))

    def decision(self, numbers: dict[str, Any]) -> Decision:
        """Return the decision that was kept as a dictionary."""
        return Decision(numbers, self.layer.words if numbers else "")

    def score(
        self,
        answer: Answer,
        target: np.ndarray,
        weight: np.ndarray | None = None,
        decision: Decision | None = None,
    ) -> float:
        """Return the metric, NaN where the answer is not finite or does not tell what is asked."""
        asked = self.layer.asked(answer, decision.numbers if decision else {})
        read = asked.survival if isinstance(asked, Curves) else asked
        if read is None or not np.isfinite(read).all():
            return float("nan")
        return self.metric.function(target, asked, self.k, weight)

    def applied(self, answer: Answer, decision: Decision) -> Answer:
        """Return the answer as it is after what was tuned, to be looked at."""
        return self.layer.applied(answer, decision.numbers)


def judge_of(
    task: Task,
    learnt: np.ndarray,
    learnt_weight: np.ndarray | None = None,
    *,
    rescales: bool = False,
) -> Judge:
    """Return the judge of a task, made ready from the targets that were learnt from.

    `rescales` is for arms whose loss aims at another mean than the metric wants, as on logarithms:
    amounts are then brought to the right mean, where the metric asks for one.
    """
    return judge_for(
        task.metric, task.kind, len(task.classes), learnt, learnt_weight, rescales=rescales
    )


def judge_for(
    metric: Metric,
    kind: str,
    k: int,
    learnt: np.ndarray,
    learnt_weight: np.ndarray | None = None,
    *,
    rescales: bool = False,
) -> Judge:
    """Return the judge of a metric for a kind of target, of k classes, levels or labels."""
    layer = _layer(metric, kind, k, learnt, learnt_weight)
    if rescales and isinstance(layer, Amounts) and metric.elicits == "mean":
        layer = Rescaled(layer.low, layer.high)
    return Judge(metric, k, layer)


def _layer(
    metric: Metric, kind: str, k: int, learnt: np.ndarray, weight: np.ndarray | None
) -> Layer:
    if metric.answer == "value":
        return _amounts(metric, kind, learnt, weight)
    if metric.answer in ("ordering", "risk"):
        return Order()
    if metric.answer == "survival":
        return _survival(learnt, weight)
    if metric.answer == "probability":
        return Calibrated(_shares(kind, k, learnt, weight), kind == MULTILABEL)
    if metric.answer == "level":
        return _cuts(k, 2 if metric.elicits == "level agreement" else 1, learnt, weight)
    if kind == ORDINAL and metric.elicits == "class":
        return _cuts(k, 0, learnt, weight)
    return _label(metric, kind, k, _shares(kind, k, learnt, weight))


def _cuts(k: int, power: int, learnt: np.ndarray, weight: np.ndarray | None) -> Layer:
    mean = float(np.average(learnt, weights=weight))
    spread = float(np.sqrt(np.average(np.square(learnt - mean), weights=weight)))
    return Cuts(k, power, mean, spread)


def _label(metric: Metric, kind: str, k: int, shares: np.ndarray) -> Layer:
    if kind == MULTILABEL:
        if metric.counts is None:
            return MostLikely(labels=True)
        return Thresholds(metric.counts, together=metric.name == "f1_micro")
    if k == 2:
        if metric.counts is None:
            return MostLikely()
        return Threshold(metric.counts, least=not metric.greater_is_better)
    if metric.confusion is not None:
        return Offsets(metric.confusion, shares, float(metric.elicits == "balanced class"))
    return MostLikely()


def _amounts(metric: Metric, kind: str, learnt: np.ndarray, weight: np.ndarray | None) -> Layer:
    assert kind in AMOUNTS
    high = 1.0 if kind == "proportion" else np.inf
    if metric.floor:
        low = float(np.average(learnt, weights=weight)) * _FLOOR
        return Amounts(low, high, "no amount below 1 % of the mean training target is reported")
    if kind == "proportion":
        return Amounts(0.0, high, "no share below 0 or above 1 is reported")
    return Amounts()


def _survival(learnt: np.ndarray, weight: np.ndarray | None) -> Layer:
    times = np.abs(learnt)
    grid = np.linspace(np.quantile(times, _FROM), np.quantile(times, _TO), _TIMES)
    return Survival(grid, kaplan_meier(times, learnt > 0, weight), followed(learnt, weight))


def _shares(kind: str, k: int, learnt: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
    if kind == MULTILABEL:
        return np.average(learnt, axis=0, weights=weight)
    counts = np.bincount(learnt, weight, k)
    return counts / counts.sum()


def _finite(answer: Answer) -> bool:
    given = (answer.value, answer.score, answer.probability)
    return all(each is None or bool(np.isfinite(each).all()) for each in given)
