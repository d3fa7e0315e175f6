"""From what networks put out to the slopes of their losses in it: one call for each loss."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import torch

from lossary.backends import backend_named
from lossary.core.averaged import Averaged
from lossary.core.loss import Loss
from lossary.heads import Head
from lossary.lab.learners.start import Start, entrywise


class Slopes:
    """The losses of stacked networks, each with its own parameters, unit and start.

    Networks that learn by equal losses share a call. A formula with one array of parameters for
    all networks would be one call always; but it rounds otherwise than a kernel, so that a network
    would feel the others.
    """

    def __init__(
        self, head: Head, losses: Sequence[Loss], units: Sequence[float], starts: Sequence[Start]
    ) -> None:
        self.head, self.losses, self.units, self.starts = head, losses, units, starts
        self.pooled = not isinstance(losses[0], Averaged)
        self.centre = _stacked([each.centre for each in starts])
        self.step = _stacked([each.step for each in starts])
        self.scale = self.step / _stacked([np.array([each.slope]) for each in starts])
        self.unit = None if set(units) == {1.0} else torch.tensor(units, dtype=torch.float64)
        self.groups = {
            loss: torch.tensor([place for place, each in enumerate(losses) if each == loss])
            for loss in dict.fromkeys(losses)
        }

    def only(self, places: Sequence[int]) -> "Slopes":
        """Return those of the networks at some places."""
        losses = [self.losses[place] for place in places]
        units = [self.units[place] for place in places]
        return Slopes(self.head, losses, units, [self.starts[place] for place in places])

    def moved(self, outputs: torch.Tensor) -> torch.Tensor:
        """Move outputs to where the losses are best; wide, as targets may be large and close."""
        return self.centre + self.step * outputs.double()

    def __call__(
        self, outputs: torch.Tensor, target: torch.Tensor, weight: torch.Tensor | None
    ) -> torch.Tensor:
        """Return, for outputs (networks, rows, outputs), the slopes of each network's mean loss.

        Target and weight have networks and rows in front. At the start, slopes are of size one.
        """
        raw = self.moved(outputs).requires_grad_()
        prediction = self._prediction(raw)
        with torch.no_grad():
            slopes = self._slopes(prediction.detach(), self._in_unit(target), weight)
        (found,) = torch.autograd.grad(prediction, raw, slopes)
        return (found * (self.scale / outputs.shape[1])).float()

    def values(
        self, outputs: torch.Tensor, target: torch.Tensor, weight: torch.Tensor | None
    ) -> list[float]:
        """Return the mean loss of every network."""
        prediction = self._prediction(self.moved(outputs))
        each = self._singly(prediction, self._in_unit(target), weight)
        return [float(loss(*arrays, weight=told)) for loss, *arrays, told in each]

    def _prediction(self, raw: torch.Tensor) -> torch.Tensor:
        return self._in_unit(self.head.prediction(backend_named("torch").xp, raw))

    def _in_unit(self, array: torch.Tensor) -> torch.Tensor:
        if self.unit is None:
            return array
        return array / self.unit.reshape(-1, *[1] * (array.ndim - 1))

    def _slopes(
        self, prediction: torch.Tensor, target: torch.Tensor, weight: torch.Tensor | None
    ) -> torch.Tensor:
        """Return the slopes of every network's sum; where it pools its rows, of rows times it."""
        if self.pooled:
            rows, each = prediction.shape[1], self._singly(prediction, target, weight)
            pulls = [loss.gradient(*of, weight=told, reduction="mean") for loss, *of, told in each]
            return rows * torch.stack(pulls)
        if weight is not None:
            weight = entrywise(self.losses[0], weight, prediction.shape)
        if len(self.groups) == 1:
            return self.losses[0].gradient(prediction, target, weight=weight)
        found = torch.empty_like(prediction)
        for loss, places in self.groups.items():
            told = None if weight is None else weight[places]
            found[places] = loss.gradient(prediction[places], target[places], weight=told)
        return found

    def _singly(
        self, prediction: torch.Tensor, target: torch.Tensor, weight: torch.Tensor | None
    ) -> Iterator[tuple[Any, ...]]:
        """Yield each network's loss, prediction, target and weight."""
        for place, loss in enumerate(self.losses):
            told = None
            if weight is not None:
                told = entrywise(loss, weight[place], prediction[place].shape)
            yield loss, prediction[place], target[place], told


def _stacked(rows: Sequence[np.ndarray]) -> torch.Tensor:
    return torch.from_numpy(np.stack(rows).astype(float))[:, None]
