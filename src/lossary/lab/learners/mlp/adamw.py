"""AdamW over stacked networks, each with a learning rate and a decay of its own, in one pass."""

from collections.abc import Sequence

import torch

from lossary.lab.learners.learner import Setting
from lossary.lab.learners.mlp.compiled import Compiled, library
from lossary.lab.learners.mlp.schedule import share
from lossary.lab.learners.mlp.stack import Stack

SLOW, SLOWER, EPSILON = 0.9, 0.999, 1e-8


class AdamW:
    """Loshchilov & Hutter 2019, algorithm 2, as PyTorch writes it; biases do not decay."""

    def __init__(self, stack: Stack, settings: Sequence[Setting], steps: int) -> None:
        self.stack, self.steps, self.count = stack, steps, 0
        self.rates = torch.tensor([each["learning_rate"] for each in settings])
        self.decays = torch.tensor([each["weight_decay"] for each in settings])
        self.marks = stack.layout.decays
        self.mean = torch.zeros_like(stack.weights)
        self.square = torch.zeros_like(stack.weights)

    @property
    def judged(self) -> torch.Tensor:
        """The weights to judge: those that are stepped."""
        return self.stack.weights

    def step(self) -> None:
        """Change the stack's weights in place, by its slopes."""
        part = share(self.count, self.steps)
        self.count += 1
        lift, rise = 1 / (1 - SLOW**self.count), 1 / (1 - SLOWER**self.count)
        if isinstance(self.stack, Compiled):
            self._by_kernel(part, lift, rise)
        else:
            self._by_definition(part, lift, rise)

    def only(self, places: torch.Tensor, stack: Stack) -> None:
        """Go on with the networks at some places, which are now in another stack."""
        self.stack = stack
        self.rates, self.decays = self.rates[places], self.decays[places]
        self.mean, self.square = self.mean[places], self.square[places]

    def _by_definition(self, part: float, lift: float, rise: float) -> None:
        weights, slopes, rates = self.stack.weights, self.stack.slopes, self.rates[:, None]
        self.mean.lerp_(slopes, 1 - SLOW)
        self.square.mul_(SLOWER).addcmul_(slopes, slopes, value=1 - SLOWER)
        change = self.mean / (self.square * rise).sqrt().add_(EPSILON)
        weights.mul_(1 - part * rates * self.decays[:, None] * self.marks)
        weights.addcmul_(change, rates, value=-part * lift)

    def _by_kernel(self, part: float, lift: float, rise: float) -> None:
        stack = self.stack
        arrays = (stack.weights, stack.slopes, self.mean, self.square)
        more = (self.rates, self.decays, self.marks)
        library().adamw(
            *stack.weights.shape,
            *(each.data_ptr() for each in (*arrays, *more)),
            *(part, SLOW, SLOWER, lift, rise, EPSILON),
        )
