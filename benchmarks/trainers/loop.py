"""A plain loop: one `torch.nn.Sequential` after another, each with `torch.optim.AdamW`."""

from typing import Any

import torch

from benchmarks.trainers.row import DECAY, Course, Row, Trainer

WAYS: dict[str, dict[str, Any]] = {
    "plain loop": {"foreach": False},
    "plain loop, fused AdamW": {"fused": True},
}


def trainers(row: Row, course: Course, threads: int) -> dict[str, Trainer]:
    """Return a loop for each way of AdamW."""
    return {name: _trainer(course, way) for name, way in WAYS.items()}


def exact(course: Course, place: int, steps: int) -> torch.Tensor:
    """Train one configuration in double precision, and return its weights."""
    one = _One(course, place, {"foreach": False}, torch.float64)
    one.advance(steps)
    return one.weights


def _trainer(course: Course, way: dict[str, Any]) -> Trainer:
    each = [_One(course, place, way, torch.float32) for place in range(len(course.begun))]

    def advance(end: int) -> None:
        for one in each:
            one.advance(end)

    return Trainer(advance, lambda: torch.stack([one.weights for one in each]))


class _One:
    """The training of one configuration."""

    def __init__(self, course: Course, place: int, way: dict[str, Any], kind: torch.dtype) -> None:
        self.course, self.place, self.kind, self.done = course, place, kind, 0
        self.lesson = int(course.block.home[place])
        self.net = _net(course, place).to(kind)
        matrices = [each for each in self.net.parameters() if each.ndim == 2]
        biases = [each for each in self.net.parameters() if each.ndim == 1]
        groups = [{"params": matrices, "weight_decay": DECAY},
                  {"params": biases, "weight_decay": 0.0}]  # fmt: skip
        self.optimizer = torch.optim.AdamW(groups, lr=float(course.rates[place]), **way)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, course.share)
        self.factor = float(course.factor[place])

    def advance(self, end: int) -> None:
        for step in range(self.done, end):
            rows = self.course.block.rows.order[step, self.lesson]
            features = self.course.block.rows.features[rows].to(self.kind)
            target = self.course.target[rows].to(self.kind)
            self.optimizer.zero_grad()
            loss = torch.nn.functional.mse_loss(self.net(features)[:, 0], target)
            (self.factor * loss).backward()
            self.optimizer.step()
            self.schedule.step()
        self.done = end

    @property
    def weights(self) -> torch.Tensor:
        """The weights as ours stand."""
        *hidden, last, bias = self.net.parameters()
        turned = [each.T if each.ndim == 2 else each for each in hidden]
        return torch.cat([each.detach().reshape(-1) for each in (*turned, last, bias)])


def _net(course: Course, place: int) -> torch.nn.Sequential:
    """Return a network with the first weights of ours, turned as PyTorch has them."""
    *hidden, last, bias = (each[place] for each in course.block.layout.parts(course.begun).values())
    layers: list[torch.nn.Module] = []
    for weight, shift in zip(hidden[::2], hidden[1::2], strict=True):
        layers += [_linear(weight.T, shift), torch.nn.SiLU()]
    return torch.nn.Sequential(*layers, _linear(last, bias))


def _linear(weight: torch.Tensor, bias: torch.Tensor) -> torch.nn.Linear:
    layer = torch.nn.Linear(*reversed(weight.shape))
    layer.weight.data, layer.bias.data = weight.clone().contiguous(), bias.clone()
    return layer
