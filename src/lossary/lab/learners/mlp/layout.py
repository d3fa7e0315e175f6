"""Where the weights of a perceptron stand in one row of numbers, and with which they begin."""

from dataclasses import dataclass
from math import prod

import torch


@dataclass(frozen=True)
class Layout:
    """A perceptron of some hidden layers of one width, SiLU between them.

    Its weights are one row: into each hidden layer (inputs, width) and its biases, then out of the
    last one (outputs, width) and its biases.
    """

    features: int
    width: int
    layers: int
    outputs: int

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """The shapes of weights and biases, in their order."""
        inputs = (self.features, *[self.width] * (self.layers - 1))
        hidden = (shape for fan in inputs for shape in ((fan, self.width), (self.width,)))
        return (*hidden, (self.outputs, self.width), (self.outputs,))

    @property
    def size(self) -> int:
        """How many numbers a network has."""
        return sum(map(prod, self.shapes))

    def parts(self, stacked: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return views of stacked networks (networks, size), one for each shape."""
        pieces = stacked.split([prod(shape) for shape in self.shapes], dim=1)
        return {
            f"{'bias' if len(shape) == 1 else 'weight'} {place // 2}": piece.unflatten(1, shape)
            for place, (piece, shape) in enumerate(zip(pieces, self.shapes, strict=True))
        }

    def begun(self, features: int, seed: int) -> torch.Tensor:
        """Return first weights; what stands before columns of zeros from `features` on is zero.

        An extra output does not change the weights of the first: losses that need two numbers per
        row start where the others do.
        """
        random = torch.Generator().manual_seed(seed)
        drawn = torch.zeros(1, self.size)
        parts = list(self.parts(drawn).values())
        for place, fan in enumerate((features, *[self.width] * (self.layers - 1))):
            weights = torch.randn(fan, self.width, generator=random) * (2 / max(fan, 1)) ** 0.5
            parts[2 * place][0, :fan] = weights
        for output in range(self.outputs):
            parts[-2][0, output] = torch.randn(self.width, generator=random) * 0.1 / self.width**0.5
        return drawn[0]

    @property
    def decays(self) -> torch.Tensor:
        """Return one where a weight decays, zero for biases."""
        marks = torch.zeros(1, self.size)
        for name, part in self.parts(marks).items():
            part[:] = float(name.startswith("weight"))
        return marks[0]
