"""The rows of several lessons in one place, and in which order each step sees them."""

from collections.abc import Sequence

import numpy as np
import torch

from lossary.lab.learners.learner import Lesson

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]


class Rows:
    """Training rows of lessons; columns that a lesson lacks are zero, which nothing feels.

    `order[lesson]` has the places of the rows that each step sees.
    """

    def __init__(
        self, lessons: Sequence[Lesson], parts: Sequence[np.ndarray], batch: int, steps: int
    ) -> None:
        width = max(part.shape[1] for part in parts)
        self.features = torch.cat([widened(part, width) for part in parts])
        self.target = torch.cat([_target(each) for each in lessons])
        weights = [each for each in map(_weight, lessons) if each is not None]
        self.weight = torch.cat(weights) if weights else None
        begins = np.cumsum([0, *map(len, parts)]).tolist()
        orders = [
            begin + order(len(part), batch, steps, each.seed)
            for begin, part, each in zip(begins[:-1], parts, lessons, strict=True)
        ]
        self.order = torch.stack(orders, dim=1)
        self.begins = begins

    def batch(self, step: int) -> Batch:
        """Return features, targets and weights (lessons, rows, ...) of a step."""
        return self._of(self.order[step])

    def first(self, count: int) -> Batch:
        """Return those of the first rows of every lesson, as far as all have them."""
        count = min(count, *np.diff(self.begins).tolist())
        starts = torch.tensor(self.begins[:-1])[:, None]
        return self._of(starts + torch.arange(count))

    def _of(self, places: torch.Tensor) -> Batch:
        flat, shape = places.reshape(-1), places.shape
        told = None if self.weight is None else self.weight[flat].view(shape)
        features = self.features.index_select(0, flat).unflatten(0, shape)
        return features, self.target.index_select(0, flat).unflatten(0, shape), told


def widened(features: np.ndarray, width: int) -> torch.Tensor:
    """Add columns of zeros."""
    found = torch.as_tensor(features)
    return torch.nn.functional.pad(found, (0, width - found.shape[1])).contiguous()


def order(rows: int, batch: int, steps: int, seed: int) -> torch.Tensor:
    """Return which rows each step sees: every row once before any is seen again."""
    random = torch.Generator().manual_seed(seed + 1)
    needed = steps * batch
    epochs = [
        torch.randperm(rows, generator=random, dtype=torch.int32) for _ in range(-(-needed // rows))
    ]
    return torch.cat(epochs)[:needed].view(steps, batch)


def _target(lesson: Lesson) -> torch.Tensor:
    bench = lesson.bench
    target = lesson.head.target(bench.target(bench.split.train))
    return torch.from_numpy(np.ascontiguousarray(target))


def _weight(lesson: Lesson) -> torch.Tensor | None:
    """Return what rows weigh, one on average."""
    bench = lesson.bench
    weight = bench.weight(bench.split.train)
    return None if weight is None else torch.from_numpy(np.asarray(weight, float) / weight.mean())
