"""PyTorch's own stacking: `torch.func.vmap` of `grad`, and AdamW written for stacked weights."""

import torch

from benchmarks.trainers.row import DECAY, Course, Row, Trainer

SLOW, SLOWER, EPSILON = 0.9, 0.999, 1e-8


def trainers(row: Row, course: Course, threads: int) -> dict[str, Trainer]:
    """Return the one contestant."""
    stacked = _Stacked(course)
    return {"torch.func.vmap": Trainer(stacked.advance, stacked.shown)}


class _Stacked:
    """All configurations in one batched gradient, and in one batched step."""

    def __init__(self, course: Course) -> None:
        self.course, self.done, self.home = course, 0, course.block.home
        parts = course.block.layout.parts(course.begun)
        self.weights = {name: each.clone() for name, each in parts.items()}
        self.means = {name: torch.zeros_like(each) for name, each in parts.items()}
        self.squares = {name: torch.zeros_like(each) for name, each in parts.items()}
        self.slopes = torch.func.vmap(torch.func.grad(_loss))

    def advance(self, end: int) -> None:
        for step in range(self.done, end):
            features, target = self.course.batch(step)
            slopes = self.slopes(
                self.weights, features[self.home], target[self.home], self.course.factor
            )
            self._move(slopes, step)
        self.done = end

    def shown(self) -> torch.Tensor:
        return torch.cat([each.flatten(1) for each in self.weights.values()], dim=1)

    def _move(self, slopes: dict[str, torch.Tensor], step: int) -> None:
        rates = self.course.share(step) * self.course.rates
        rise, lift = 1 - SLOWER ** (step + 1), 1 - SLOW ** (step + 1)
        for name, weight in self.weights.items():
            mean, square = self.means[name], self.squares[name]
            mean.lerp_(slopes[name], 1 - SLOW)
            square.mul_(SLOWER).addcmul_(slopes[name], slopes[name], value=1 - SLOWER)
            rate = rates.view(-1, *[1] * (weight.ndim - 1))
            if name.startswith("weight"):
                weight.mul_(1 - rate * DECAY)
            weight.sub_(rate / lift * mean / ((square / rise).sqrt() + EPSILON))


def _loss(
    weights: dict[str, torch.Tensor],
    features: torch.Tensor,
    target: torch.Tensor,
    factor: torch.Tensor,
) -> torch.Tensor:
    *hidden, last, bias = weights.values()
    for weight, shift in zip(hidden[::2], hidden[1::2], strict=True):
        features = torch.nn.functional.silu(features @ weight + shift)
    return factor * torch.mean(((features @ last.T + bias)[:, 0] - target) ** 2)
