"""Lessons whose networks have one shape, trained together: every step moves all their trials."""

from collections.abc import Callable, Sequence
from time import perf_counter

import torch

from lossary.lab.learners.learner import Effort, Learnt, Lesson
from lossary.lab.learners.mlp.adamw import AdamW
from lossary.lab.learners.mlp.average import Average
from lossary.lab.learners.mlp.compiled import stack
from lossary.lab.learners.mlp.encoding import encoded
from lossary.lab.learners.mlp.given import Given
from lossary.lab.learners.mlp.layout import Layout
from lossary.lab.learners.mlp.rows import Rows, widened
from lossary.lab.learners.mlp.slopes import Slopes
from lossary.lab.learners.mlp.track import Track, better_half, started

SHOWN = 1024
"""Training rows on which a learning curve's loss is measured."""


class Block:
    """A training of lessons that have as many trials, outputs, and rows in a step."""

    def __init__(
        self, lessons: Sequence[Lesson], effort: Effort, batch: int, hidden: tuple[int, int]
    ) -> None:
        self.lessons, self.effort, self.count = lessons, effort, 0
        parts = [encoded(each.bench.dense) for each in lessons]
        self.rows = Rows(lessons, [each.train for each in parts], batch, effort.steps)
        self.shown, width = self.rows.first(SHOWN), self.rows.features.shape[1]
        self.tune = [widened(each.tune, width) for each in parts]
        self.judge = [widened(each.judge, width) for each in parts]
        self.layout = Layout(width, *hidden, lessons[0].head.outputs)
        self.all = [
            track
            for place, (lesson, part) in enumerate(zip(lessons, parts, strict=True))
            for track in started(lesson, place, self.layout, part.train.shape[1])
        ]
        self.tracks, self.halvings = self.all, list(effort.halvings)
        self.home = torch.tensor([track.place for track in self.tracks])
        weights = torch.stack([track.kept for track in self.tracks])
        self.stack = stack(self.layout, weights, self.home)
        self.slopes, self.average = _slopes(self.tracks), Average(weights)
        self.optimizer = self._optimizer()

    def run(self, tick: Callable[[float], None]) -> list[list[Learnt]]:
        """Train and judge; `tick` hears which share of the way is done."""
        checks = self.effort.checks
        for check in range(checks + 1):
            began = perf_counter()
            self.advance(round(self.effort.steps * check / checks))
            self._look()
            if not self._afford((perf_counter() - began) / len(self.tracks)):
                break
            if check < checks and self.halvings and check >= self.halvings[0] * checks:
                self.halvings.pop(0)
                self._halve()
            tick(check / checks)
        tick(1.0)
        return [
            [self._learnt(each) for each in self.all if each.place == place]
            for place in range(len(self.lessons))
        ]

    def advance(self, end: int) -> None:
        """Take the steps from where it stands up to `end`."""
        for count in range(self.count, end):
            features, target, weight = self.rows.batch(count)
            outputs = self.stack.forward(features)
            told = None if weight is None else weight[self.home]
            self.stack.backward(features, self.slopes(outputs, target[self.home], told))
            self.optimizer.step()
            self.average.follow(self.optimizer.judged)
        self.count = end

    def _look(self) -> None:
        """Judge every network on the tuning rows."""
        features, target, weight = self.shown
        weights = self.average.weights
        judged = stack(self.layout, weights, self.home)
        told = None if weight is None else weight[self.home]
        losses = self.slopes.values(judged.outputs(features), target[self.home], told)
        for place in range(len(self.lessons)):
            mine = torch.nonzero(self.home == place).flatten().tolist()
            outputs = self._outputs(weights[mine], self.tune[place])
            raw = self.slopes.only(mine).moved(outputs)
            for net, each in zip(mine, raw, strict=True):
                self.tracks[net].look(self.count, losses[net], each, weights[net])

    def _afford(self, seconds: float) -> bool:
        """Book the seconds of each trial; say whether they may spend more."""
        for track in self.tracks:
            track.seconds += seconds
        if self.tracks[0].seconds < self.effort.cap or self.count == self.effort.steps:
            return True
        for track in self.tracks:
            track.stopped = track.stopped or "capped"
        return False

    def _halve(self) -> None:
        """Stop the worse half of every lesson's trials, and close the ranks of the others."""
        kept: list[int] = []
        for place in range(len(self.lessons)):
            mine = torch.nonzero(self.home == place).flatten().tolist()
            best = better_half([self.tracks[net] for net in mine])
            for net in mine:
                if self.tracks[net] in best:
                    kept.append(net)
                else:
                    self.tracks[net].stopped = self.tracks[net].stopped or "halved"
        places = torch.tensor(kept)
        self.tracks, self.home = [self.tracks[net] for net in kept], self.home[places]
        self.stack, self.slopes = self.stack.only(places), self.slopes.only(kept)
        self.optimizer.only(places, self.stack)
        self.average.only(places)

    def _optimizer(self) -> AdamW | Given:
        settings = [track.setting for track in self.tracks]
        given = self.lessons[0].optimizer
        if given is None:
            return AdamW(self.stack, settings, self.effort.steps)
        return Given(given, self.stack, settings, self.effort.steps)

    def _learnt(self, track: Track) -> Learnt:
        slopes, weights = _slopes([track]), track.kept[None]
        parts = (self._outputs(weights, part[track.place]) for part in (self.tune, self.judge))
        return track.learnt(*(slopes.moved(outputs)[0] for outputs in parts))

    def _outputs(self, weights: torch.Tensor, features: torch.Tensor) -> torch.Tensor:
        """Return outputs (networks, rows, outputs) of one lesson's rows."""
        nets = stack(self.layout, weights, torch.zeros(len(weights), dtype=torch.long))
        return nets.outputs(features[None])


def _slopes(tracks: Sequence[Track]) -> Slopes:
    return Slopes(
        tracks[0].lesson.head,
        [track.loss for track in tracks],
        [track.lesson.unit for track in tracks],
        [track.start for track in tracks],
    )
