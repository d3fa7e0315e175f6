"""The layers that tune nothing: amounts, order, the most likely class or level, labels as said."""

from dataclasses import dataclass
from math import inf
from typing import ClassVar

import numpy as np

from lossary.heads import Answer
from lossary.lab.decision.layer import Layer, Numbers


@dataclass(frozen=True)
class Amounts(Layer):
    """An amount as it is, but none below `low` or above `high`."""

    low: float = -inf
    high: float = inf
    words: str = ""
    tunes: ClassVar[bool] = False

    def asked(self, answer: Answer, numbers: Numbers) -> np.ndarray | None:
        return None if answer.value is None else np.clip(answer.value, self.low, self.high)


@dataclass(frozen=True)
class Order(Layer):
    """Scores, or the risk of an event: whatever puts rows in an order."""

    tunes: ClassVar[bool] = False

    def asked(self, answer: Answer, numbers: Numbers) -> np.ndarray | None:
        several = answer.score is not None and answer.score.ndim > 1
        return answer.probability if several and answer.probability is not None else answer.score


@dataclass(frozen=True)
class MostLikely(Layer):
    """The class of the highest probability, or score; each label that is likelier than not."""

    labels: bool = False
    tunes: ClassVar[bool] = False

    def asked(self, answer: Answer, numbers: Numbers) -> np.ndarray | None:
        return said_labels(answer) if self.labels else said_class(answer)


def said_class(answer: Answer) -> np.ndarray | None:
    """Return the most likely class of each row; an answer that is not finite says nothing."""
    sure = answer.score if answer.probability is None else answer.probability
    if sure is None or not np.isfinite(sure).all():
        return sure
    return sure.argmax(axis=-1) if sure.ndim > 1 else (sure > 0).astype(np.int64)


def said_labels(answer: Answer) -> np.ndarray | None:
    """Return 1 for each label that is likelier than not."""
    sure, least = (answer.score, 0.0) if answer.probability is None else (answer.probability, 0.5)
    if sure is None or not np.isfinite(sure).all():
        return sure
    return (sure > least).astype(np.int64)
