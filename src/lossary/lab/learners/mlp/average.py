"""The weights that are judged: a running average, which evens out the last steps' noise."""

import torch

MEMORY = 0.99
"""How slowly it forgets: about the last hundred steps count."""


class Average:
    """An exponential moving average of stacked weights, young where it began."""

    def __init__(self, weights: torch.Tensor) -> None:
        self.weights, self.count = weights.clone(), 0

    def follow(self, weights: torch.Tensor) -> None:
        """Move towards the weights after a step."""
        self.count += 1
        memory = min(MEMORY, (1 + self.count) / (10 + self.count))
        self.weights.lerp_(weights, 1 - memory)

    def only(self, places: torch.Tensor) -> None:
        """Go on with the networks at some places."""
        self.weights = self.weights[places]
