"""Stacked networks by the definition: forward and back through every layer, on PyTorch alone."""

import torch

from lossary.lab.learners.mlp.layout import Layout

PIECE = 512
"""Rows that go through a network at once where nothing is learnt: their layers fit near caches."""


class Stack:
    """Networks of one layout; `weights` and `slopes` are (networks, size).

    Each reads the rows of a lesson: `lesson` says of which. What a network computes does not depend
    on the networks beside it, but for the rounding of batched products.
    """

    def __init__(self, layout: Layout, weights: torch.Tensor, lesson: torch.Tensor) -> None:
        self.layout, self.weights, self.lesson = layout, weights, lesson
        self.slopes = torch.zeros_like(weights)
        self.kept: list[tuple[torch.Tensor, torch.Tensor]] = []

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        """Return outputs (networks, rows, outputs) of features (lessons, rows, features)."""
        inner = features[self.lesson]
        *hidden, last, bias = self.layout.parts(self.weights).values()
        self.kept = []
        for weight, shift in zip(hidden[::2], hidden[1::2], strict=True):
            raw = torch.baddbmm(shift[:, None], inner, weight)
            self.kept.append((inner, raw))
            inner = torch.nn.functional.silu(raw)
        self.last = inner
        return torch.baddbmm(bias[:, None], inner, last.transpose(1, 2))

    def outputs(self, features: torch.Tensor) -> torch.Tensor:
        """Return the same of many rows, in pieces; no backward pass can follow."""
        pieces = [self.forward(each) for each in features.split(PIECE, dim=1)]
        return torch.cat(pieces, dim=1)

    def backward(self, features: torch.Tensor, told: torch.Tensor) -> None:
        """Fill `slopes` from the slopes in the outputs of the last forward pass."""
        *hidden, last, bias = self.layout.parts(self.slopes).values()
        *before, out, _ = self.layout.parts(self.weights).values()
        last[:], bias[:] = told.transpose(1, 2) @ self.last, told.sum(1)
        back = told @ out
        for place in reversed(range(self.layout.layers)):
            inner, raw = self.kept[place]
            share = raw.sigmoid()
            back = back * share * (1 + raw * (1 - share))
            hidden[2 * place][:] = inner.transpose(1, 2) @ back
            hidden[2 * place + 1][:] = back.sum(1)
            if place:
                back = back @ before[2 * place].transpose(1, 2)

    def only(self, places: torch.Tensor) -> "Stack":
        """Return the networks at some places, as they are."""
        return type(self)(self.layout, self.weights[places], self.lesson[places])
