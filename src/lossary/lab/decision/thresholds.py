"""Thresholds of decisions for a class or for labels, tuned for metrics that depend on them.

A row counts half as what it was, and half as what its calibrated probability says. Either alone is
worse on new rows: what a few rows were is a matter of chance, what a model says may be wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lossary.heads import Answer
from lossary.lab.decision.calibration import softened
from lossary.lab.decision.layer import Layer, Numbers
from lossary.lab.decision.reported import said_class, said_labels

Counts = Callable[[np.ndarray, np.ndarray, np.ndarray, np.ndarray], np.ndarray]


def best_threshold(
    counts: Counts,
    score: np.ndarray,
    target: np.ndarray,
    weight: np.ndarray | None = None,
    *,
    least: bool = False,
) -> float:
    """Return where to cut so that the metric is best on these rows, midway between two scores.

    `target` are zeros and ones, or chances. `counts` gives the metric from tp, fp, fn and tn;
    `least` says that less of it is better. Rows of one score are decided alike.

    >>> from functools import partial
    >>> from lossary.lab.metrics.counting import fbeta_counts
    >>> f1 = partial(fbeta_counts, 1.0)
    >>> best_threshold(f1, np.array([0.1, 0.2, 0.6, 0.8]), np.array([0, 0, 1, 1]))
    0.4
    """
    if weight is not None:
        score, target, weight = score[weight > 0], target[weight > 0], weight[weight > 0]
    order = np.argsort(-score, kind="stable")
    ranked, yes = score[order], target[order]
    each = np.ones(len(score)) if weight is None else weight[order]
    tp, fp = _sums(each * yes), _sums(each * (1 - yes))
    value = counts(tp, fp, tp[-1] - tp, fp[-1] - fp) * (-1 if least else 1)
    apart = np.concatenate([[True], ranked[1:] != ranked[:-1], [True]])
    best = int(np.where(apart, value, -np.inf).argmax())
    if best == 0:
        return float(ranked[0] + 1)
    if best == len(ranked):
        return float(ranked[-1] - 1)
    return float((ranked[best - 1] + ranked[best]) / 2)


def _sums(values: np.ndarray) -> np.ndarray:
    return np.concatenate([[0.0], np.cumsum(values)])


@dataclass(frozen=True)
class Threshold(Layer):
    """Of two classes, the second from a score on where the metric is best."""

    counts: Counts
    least: bool = False
    words: str = "the threshold is tuned on the inner hold-out for every arm"

    def tune(self, answer: Answer, target: np.ndarray, weight: np.ndarray | None) -> Numbers:
        assert answer.score is not None
        chance = softened(answer, target, weight)[:, 1]
        cut = best_threshold(self.counts, answer.score, chance, weight, least=self.least)
        return {"threshold": cut}

    def asked(self, answer: Answer, numbers: Numbers) -> np.ndarray | None:
        if answer.score is None or not numbers:
            return said_class(answer)
        return (answer.score > numbers["threshold"]).astype(np.int64)


@dataclass(frozen=True)
class Thresholds(Layer):
    """For each label a threshold, or one for all where the metric counts labels together."""

    counts: Counts
    together: bool = False

    @property
    def words(self) -> str:  # type: ignore[override]
        which = "one threshold for all labels is" if self.together else "a threshold per label is"
        return f"{which} tuned on the inner hold-out for every arm"

    def tune(self, answer: Answer, target: np.ndarray, weight: np.ndarray | None) -> Numbers:
        score, chance = answer.score, softened(answer, target, weight)
        assert score is not None
        if self.together:
            each = None if weight is None else np.repeat(weight, score.shape[1])
            return {"threshold": best_threshold(self.counts, score.ravel(), chance.ravel(), each)}
        return {"thresholds": [best_threshold(self.counts, one, seen, weight)
                               for one, seen in zip(score.T, chance.T, strict=True)]}  # fmt: skip

    def asked(self, answer: Answer, numbers: Numbers) -> np.ndarray | None:
        if answer.score is None or not numbers:
            return said_labels(answer)
        cut = numbers.get("threshold", numbers.get("thresholds"))
        return (answer.score > np.asarray(cut)).astype(np.int64)
