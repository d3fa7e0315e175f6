"""What watches a trial that advances by itself: the best check by the metric, and when to stop."""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import nan
from time import perf_counter

import numpy as np

from lossary.lab.learners.learner import Effort, Learnt, Referee
from lossary.records import PointRecord

Array = np.ndarray
SHOWN = 1024
"""Training rows on which a learning curve's loss is measured."""


@dataclass(eq=False)
class Lookout:
    """Remembers the raw outputs of the tuning rows at the best check; the metric alone decides.

    After `patience` steps without a better one, or when the time is up, `over` says so.
    """

    referee: Referee
    effort: Effort
    patience: float
    tick: Callable[[float], None]
    tune: Array = field(default_factory=lambda: np.zeros(0))
    inner: float = nan
    step: int = 0
    curve: list[PointRecord] = field(default_factory=list)
    stopped: str = ""
    over: bool = False
    began: float = field(default_factory=perf_counter)

    def due(self, step: int) -> bool:
        """Say whether the metric looks at the tuning rows after so many steps."""
        steps, checks = self.effort.steps, min(self.effort.checks, self.effort.steps)
        return step in (0, steps) or step * checks // steps > (step - 1) * checks // steps

    def look(self, step: int, loss: float, tune: Array) -> None:
        """Judge raw outputs of the tuning rows, of shape (rows, outputs)."""
        finite = bool(np.isfinite(tune).all())
        score = self.referee.score(tune) if finite else nan
        self.curve.append(PointRecord(step, loss, score))
        if not step or self.referee.improves(score, self.inner):
            self.tune, self.inner, self.step = tune.copy(), score, step
        self.over |= step - self.step >= self.patience
        if not finite:
            self.over, self.stopped = True, f"diverged: outputs are not finite at step {step}"
        self.tick(step / self.effort.steps)

    def late(self) -> bool:
        """Say whether the trial is to stop now, for whatever reason."""
        if self.seconds > self.effort.cap:
            self.over, self.stopped = True, "capped"
        return self.over

    @property
    def seconds(self) -> float:
        """How long the trial has run."""
        return perf_counter() - self.began

    def learnt(self, judge: Array) -> Learnt:
        """Return what the trial came to, given raw outputs of the judged rows at the best check."""
        curve = tuple(self.curve)
        return Learnt(self.inner, self.step, self.tune, judge, curve, self.seconds, self.stopped)
