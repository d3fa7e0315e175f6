"""Heads that report one of k ordered levels: border by border, as classes, or as an amount."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossary.core.links import link
from lossary.core.loss import Loss
from lossary.domains import Domain, logit
from lossary.heads.behind import Behind
from lossary.heads.binary import WIDE
from lossary.heads.chances import chances
from lossary.heads.classes import Many
from lossary.heads.head import Answer, Head

Array = Any


@dataclass(frozen=True)
class Cumulative(Head):
    """One logit for each border between two levels: is it above? (frank2001)

    The k - 1 chances must fall from border to border. Where they do not, they are put in order,
    which never takes them further from the truth (chernozhukov2009).
    """

    k: int = 3
    reads: Domain = logit
    chance: Loss | None = None

    @property
    def outputs(self) -> int:
        return self.k - 1

    def prediction(self, xp: Any, raw: Array) -> Array:
        way = link(logit, self.reads)
        assert way is not None
        return way(xp, raw)

    def target(self, target: np.ndarray) -> np.ndarray:
        return (target[:, None] > np.arange(self.k - 1)).astype(float)

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        borders = self.k - 1
        return np.full(borders, -WIDE), np.full(borders, WIDE), np.ones(borders)

    def answer(self, raw: np.ndarray) -> Answer:
        if self.chance is None:
            # A score of one is sure to be above; what lies between the margins counts in part.
            return Answer(value=np.clip((raw + 1) / 2, 0, 1).sum(axis=-1), score=_paths(raw))
        above = -np.sort(-chances(self.chance, raw), axis=-1)
        share = -np.diff(above, axis=-1, prepend=1.0, append=0.0)
        score = raw[..., 0] if self.k == 2 else share
        return Answer(value=above.sum(axis=-1), score=score, probability=share)


@dataclass(frozen=True)
class OrderedClasses(Many):
    """One score per level, of a loss that does not know their order; the expected level too."""

    def answer(self, raw: np.ndarray) -> Answer:
        found = super().answer(raw)
        if found.probability is None:
            return replace(found, value=raw.argmax(axis=-1).astype(float))
        return replace(found, value=found.probability @ np.arange(self.k))


@dataclass(frozen=True)
class LevelNumber(Behind):
    """The number of the level as an amount; the nearest level decides."""

    k: int = 3

    def answer(self, raw: np.ndarray) -> Answer:
        value = self.inner.answer(raw).value
        assert value is not None
        near = -((value[..., None] - np.arange(self.k)) ** 2) / 2
        return Answer(value=value, score=_as_classes(near))


def _paths(raw: np.ndarray) -> np.ndarray:
    """Return a score for each level: the sum of those of the borders below it."""
    return _as_classes(np.concatenate([0 * raw[..., :1], raw.cumsum(axis=-1)], axis=-1))


def _as_classes(score: np.ndarray) -> np.ndarray:
    """Return the scores of classes as they are reported: of two, the difference."""
    return score[..., 1] - score[..., 0] if score.shape[-1] == 2 else score
