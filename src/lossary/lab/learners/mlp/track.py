"""What is known of one trial on one fold while it trains: its best check, its curve, its end."""

from dataclasses import dataclass, field

import torch

from lossary.core.loss import Loss
from lossary.lab.learners.learner import Learnt, Lesson, Setting
from lossary.lab.learners.mlp.layout import Layout
from lossary.lab.learners.start import Start, start
from lossary.records import PointRecord

LEAST = 2
"""So many trials are never halved."""


@dataclass(eq=False)
class Track:
    """One trial of the lesson at a place; `kept` are its weights at the metric's best check."""

    lesson: Lesson
    place: int
    number: int
    start: Start
    kept: torch.Tensor
    inner: float = float("nan")
    step: int = 0
    seconds: float = 0.0
    stopped: str = ""
    curve: list[PointRecord] = field(default_factory=list)

    @property
    def loss(self) -> Loss:
        """What it learns by."""
        return self.lesson.losses[self.number]

    @property
    def setting(self) -> Setting:
        """What it was given."""
        return self.lesson.settings[self.number]

    def look(self, step: int, loss: float, raw: torch.Tensor, weights: torch.Tensor) -> None:
        """Judge raw outputs on the tuning rows; keep the weights if they were never better."""
        score = float("nan")
        if torch.isfinite(raw).all():
            score = self.lesson.referee.of(self.loss).score(raw.numpy())
        elif not self.stopped:
            self.stopped = f"diverged: its outputs are not finite at step {step}"
        self.curve.append(PointRecord(step, loss, score))
        if self.lesson.referee.improves(score, self.inner):
            self.inner, self.step, self.kept = score, step, weights.clone()

    def learnt(self, tune: torch.Tensor, judge: torch.Tensor) -> Learnt:
        """Return what it came to, given its raw outputs with the weights that were kept."""
        return Learnt(
            inner=self.inner,
            step=self.step,
            tune=tune.numpy(),
            judge=judge.numpy(),
            curve=tuple(self.curve),
            seconds=self.seconds,
            stopped=self.stopped,
        )


def started(lesson: Lesson, place: int, layout: Layout, features: int) -> list[Track]:
    """Return the trials of a lesson before their first step: equal weights, each loss's start.

    The lesson has `features` columns of its own; those behind them are zero.
    """
    bench, rows = lesson.bench, lesson.bench.split.train
    target, weight = bench.target(rows), bench.weight(rows)
    starts = {
        loss: start(loss, lesson.unit, lesson.head, target, weight)
        for loss in dict.fromkeys(lesson.losses)
    }
    first = layout.begun(features, lesson.seed)
    return [
        Track(lesson, place, number, starts[loss], first)
        for number, loss in enumerate(lesson.losses)
    ]


def better_half(tracks: list[Track]) -> list[Track]:
    """Return the better half of a lesson's trials by the metric, and no fewer than two."""
    ranked: list[Track] = []
    for track in tracks:
        improves = track.lesson.referee.improves
        worse = (at for at, each in enumerate(ranked) if improves(track.inner, each.inner))
        ranked.insert(next(worse, len(ranked)), track)
    return ranked[: max(LEAST, -(-len(tracks) // 2))]
