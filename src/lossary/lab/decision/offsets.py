"""Offsets for the classes, so that a rare class is decided for sooner: logit adjustment afterwards.

The rule for metrics that count classes alike is the largest p / π (Menon et al. 2021, section 4);
how much of it a metric wants, and an arm still needs, is one number: the power of π. Rows count as
they do for thresholds, and neighbouring powers lend each other a hand.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lossary.heads import Answer
from lossary.lab.decision.calibration import softened
from lossary.lab.decision.layer import Layer, Numbers
from lossary.lab.decision.reported import said_class

_POWERS = np.linspace(-1.0, 1.5, 11)
_LEAST = 1e-12


@dataclass(frozen=True, eq=False)
class Offsets(Layer):
    """The class of the highest log-probability minus a power of its share in training.

    `confusion` gives the metric from confusion matrices (..., k, k), targets in rows; `usual` is
    the power that is taken where several serve as well.
    """

    confusion: Callable[[np.ndarray], np.ndarray]
    shares: np.ndarray
    usual: float
    words: str = "classes get offsets by their share, tuned on the inner hold-out for every arm"

    def tune(self, answer: Answer, target: np.ndarray, weight: np.ndarray | None) -> Numbers:
        logs, k = _logs(answer), len(self.shares)
        assert logs is not None
        offsets = -_POWERS[:, None] * np.log(np.maximum(self.shares, _LEAST))
        labels = (logs + offsets[:, None, :]).argmax(axis=-1)
        chance = softened(answer, target, weight, self.shares)
        if weight is not None:
            chance = chance * weight[:, None]
        value = _smooth(self.confusion(np.stack([chance.T @ np.eye(k)[each] for each in labels])))
        best = np.flatnonzero(value >= value.max() - 1e-12)
        chosen = best[np.abs(_POWERS[best] - self.usual).argmin()]
        return {"offsets": offsets[chosen].tolist()}

    def asked(self, answer: Answer, numbers: Numbers) -> np.ndarray | None:
        logs = _logs(answer)
        if logs is None or not numbers or not np.isfinite(logs).all():
            return said_class(answer)
        return (logs + np.asarray(numbers["offsets"])).argmax(axis=-1)


def _logs(answer: Answer) -> np.ndarray | None:
    if answer.probability is None:
        return answer.score
    return np.log(np.maximum(answer.probability, _LEAST))


def _smooth(value: np.ndarray) -> np.ndarray:
    wide = np.pad(value, 1, mode="edge")
    return (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
