"""AdamW over a flat tensor, with a learning rate for every weight: many networks in one step."""

import math

import torch


class AdamW:
    """Loshchilov & Hutter 2019, algorithm 2, as PyTorch writes it; epsilon outside the root.

    The learning rate rises over the first twentieth of the steps and falls to zero as a cosine.
    """

    def __init__(
        self, weights: torch.Tensor, rates: torch.Tensor, decays: torch.Tensor, steps: int
    ) -> None:
        self.weights, self.rates, self.steps, self.step_count = weights, rates, steps, 0
        self.shrink = rates * decays * 0.01
        self.mean = torch.zeros_like(weights)
        self.square = torch.zeros_like(weights)
        self.mean_decay, self.square_decay, self.epsilon = 0.9, 0.999, 1e-8

    def step(self, slopes: torch.Tensor) -> None:
        """Change the weights in place."""
        share = _schedule(self.step_count, self.steps)
        self.step_count += 1
        self.mean.lerp_(slopes, 1 - self.mean_decay)
        self.square.mul_(self.square_decay).addcmul_(slopes, slopes, value=1 - self.square_decay)
        root = math.sqrt(1 - self.square_decay**self.step_count)
        size = share * root / (1 - self.mean_decay**self.step_count)
        change = self.mean / self.square.sqrt().add_(self.epsilon * root)
        self.weights.addcmul_(self.weights, self.shrink, value=-share)
        self.weights.addcmul_(change, self.rates, value=-size)


def _schedule(step: int, steps: int) -> float:
    """Return the share of the full learning rate at a step."""
    warm = max(1, steps // 20)
    if step < warm:
        return (step + 1) / warm
    return 0.5 * (1 + math.cos(math.pi * (step - warm) / max(1, steps - warm)))
