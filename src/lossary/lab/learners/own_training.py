"""One trial of the user's own module: its steps, its outputs, its loss."""

from typing import Any

import numpy as np
import torch

from lossary.backends import backend_named
from lossary.core.averaged import Averaged
from lossary.lab.learners.calling import called
from lossary.lab.learners.learner import Effort, Lesson
from lossary.lab.learners.mlp.rows import order
from lossary.lab.learners.own_stepping import Stepping
from lossary.lab.learners.own_task import OwnTask
from lossary.lab.learners.start import entrywise, start

Array = np.ndarray
_PIECE = 1024


class Training:
    """A module that learns. Outputs begin at the loss's best constant, with slopes of size one."""

    def __init__(self, lesson: Lesson, place: int, effort: Effort) -> None:
        task, bench = lesson.bench.task, lesson.bench
        assert isinstance(task, OwnTask)
        rows = bench.split.train
        self.places, self.rows = task.places(rows), task.source.rows
        self.head, self.unit, self.loss = lesson.head, lesson.unit, lesson.losses[place]
        target, weight = bench.target(rows), bench.weight(rows)
        weight = None if weight is None else weight / weight.mean()
        felt = slice(None) if weight is None else weight > 0
        each = None if weight is None else weight[felt]
        self.start = start(self.loss, self.unit, self.head, target[felt], each)
        self.wanted = torch.from_numpy(np.ascontiguousarray(self.head.target(target)))
        self.weight = None if weight is None else torch.from_numpy(weight)
        self.module = task.source.made(self.head.outputs, lesson.seed)
        self.stepping = Stepping(
            self.module, lesson.optimizer, lesson.settings[place], effort.steps
        )
        batch = min(effort.batch or len(rows), len(rows))
        self.order = order(len(rows), batch, effort.steps, lesson.seed)

    def step(self, number: int) -> None:
        """Take one step, on the rows whose turn it is."""
        if not self.module.training:
            self.module.train()
        chosen = self.order[number].long()
        value = self.value(self.outputs(self.places[chosen.numpy()]), chosen)
        (value / self.start.slope).backward()
        self.stepping.step(value)

    def outputs(self, places: Array) -> torch.Tensor:
        """Return what the module puts out for some rows of the dataset."""
        return called(self.module, self.rows.inputs(places), len(places), self.head.outputs)

    def value(self, outputs: torch.Tensor, chosen: torch.Tensor) -> torch.Tensor:
        """Return the loss of some training rows; rows of weight two count as two."""
        prediction = self.head.prediction(backend_named("torch").xp, self.moved(outputs))
        wanted, told = self.wanted[chosen], None
        if self.unit != 1.0:
            prediction, wanted = prediction / self.unit, wanted / self.unit
        if self.weight is not None:
            told = entrywise(self.loss, self.weight[chosen], prediction.shape)
        if isinstance(self.loss, Averaged):
            return self.loss(prediction, wanted, weight=told, reduction="sum") / len(chosen)
        return self.loss(prediction, wanted, weight=told)

    def moved(self, outputs: torch.Tensor) -> torch.Tensor:
        """Return raw outputs, as the head reads them: wide, as targets may be large and close."""
        centre, step = torch.from_numpy(self.start.centre), torch.from_numpy(self.start.step)
        return centre + step * outputs.cpu().double()

    def raw(self, places: Array) -> Array:
        """Return raw outputs, of shape (rows, outputs), with the weights to judge by."""
        with self.stepping.judged():
            return self._raw(places)

    def final(self, weights: dict[str, Any], places: Array) -> Array:
        """Return raw outputs with weights that were kept; nothing can be learnt after that."""
        self.module.load_state_dict(weights)
        return self._raw(places)

    @torch.no_grad()
    def _raw(self, places: Array) -> Array:
        self.module.eval()
        pieces = np.split(places, range(_PIECE, len(places), _PIECE))
        return np.concatenate([self.moved(self.outputs(each)).numpy() for each in pieces])

    @torch.no_grad()
    def shown(self, rows: int) -> float:
        """Return the loss of the first training rows."""
        self.module.eval()
        chosen = torch.arange(min(rows, len(self.places)))
        return float(self.value(self.outputs(self.places[: len(chosen)]), chosen))

    def weights(self) -> dict[str, Any]:
        """Return a copy of the weights to judge by."""
        with self.stepping.judged():
            return {name: each.clone() for name, each in self.module.state_dict().items()}
