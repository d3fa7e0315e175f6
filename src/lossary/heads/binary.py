"""The head that reports two classes: one logit, and a probability where the loss has any."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.core.links import link
from lossary.core.loss import Loss
from lossary.domains import Domain, logit
from lossary.heads.chances import chances, even_score
from lossary.heads.head import Answer, Head

Array = Any
WIDE = 8.0  # logits: a probability of one in three thousand


@dataclass(frozen=True)
class Binary(Head):
    """One logit for class 1; `chance` is the loss that says how probable a logit is, if it can."""

    reads: Domain = logit
    chance: Loss | None = None
    as_class: bool = False
    """Whether the loss pools over a last axis of classes, here of one."""

    def prediction(self, xp: Any, raw: Array) -> Array:
        way = link(logit, self.reads)
        assert way is not None
        return way(xp, raw if self.as_class else raw[..., 0])

    def target(self, target: np.ndarray) -> np.ndarray:
        target = target.astype(float)
        return target[:, None] if self.as_class else target

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        if self.as_class:  # the best constant of an overlap is "all of it", where slopes vanish
            odds = np.array([np.log(target.mean() / (1 - target.mean()))])
            return odds, odds, np.ones(1)
        return np.array([-WIDE]), np.array([WIDE]), np.ones(1)

    def answer(self, raw: np.ndarray) -> Answer:
        score = raw[..., 0]
        if self.chance is None:
            return Answer(score=score)
        yes = chances(self.chance, score)
        return Answer(score=score, probability=np.stack([1 - yes, yes], axis=-1))


def boundary(head: Head) -> float:
    """Return the score above which the second of two classes is the likelier one."""
    known = isinstance(head, Binary) and head.chance is not None
    return even_score(head.chance) if known else 0.0  # type: ignore[attr-defined]
