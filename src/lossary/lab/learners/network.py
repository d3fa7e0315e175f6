"""Several small perceptrons with one start and one stream of rows, trained side by side."""

import torch

WIDTH = 64


class Perceptrons:
    """`copies` networks of two hidden layers, all equal at first, run as one batched product.

    Weights and slopes of all of them lie in one flat tensor each, so that an optimizer steps once.
    An extra output does not change the weights of the first: losses that need two numbers per row
    start where the others do.
    """

    def __init__(self, features: int, outputs: int, copies: int, seed: int) -> None:
        random = torch.Generator().manual_seed(seed)
        first = torch.randn(features, WIDTH, generator=random) * (2 / max(features, 1)) ** 0.5
        second = torch.randn(WIDTH, WIDTH, generator=random) * (2 / WIDTH) ** 0.5
        last = [torch.randn(WIDTH, generator=random) * 0.1 / WIDTH**0.5 for _ in range(outputs)]
        starts = (first, torch.zeros(1, WIDTH), second, torch.zeros(1, WIDTH),
                  torch.stack(last, dim=1), torch.zeros(1, outputs))  # fmt: skip
        stacked = [each.expand(copies, *each.shape) for each in starts]
        self.copies = copies
        self.flat = torch.cat([each.reshape(-1) for each in stacked])
        self.slopes = torch.zeros_like(self.flat)
        self.layers: list[torch.Tensor] = []
        self.decays = torch.zeros_like(self.flat)
        self.owner = torch.zeros(len(self.flat), dtype=torch.long)
        place = 0
        for each in stacked:
            end = place + each.numel()
            layer = self.flat[place:end].view(each.shape).requires_grad_()
            layer.grad = self.slopes[place:end].view(each.shape)
            self.layers.append(layer)
            self.decays[place:end] = float(each.shape[1] > 1)  # weights decay, biases do not
            copy = torch.arange(copies).repeat_interleave(each.numel() // copies)
            self.owner[place:end] = copy
            place = end

    def __call__(self, features: torch.Tensor) -> torch.Tensor:
        """Return outputs (copies, rows, outputs) of features (rows, features)."""
        first, bias, second, other, last, end = self.layers
        hidden = torch.nn.functional.silu(features @ first + bias)
        hidden = torch.nn.functional.silu(torch.baddbmm(other, hidden, second))
        return torch.baddbmm(end, hidden, last)

    def copy_weights(self, copy: int) -> list[torch.Tensor]:
        """Return the weights of one network as they are now."""
        return [layer[copy].detach().clone() for layer in self.layers]


def outputs_of(weights: list[torch.Tensor], features: torch.Tensor) -> torch.Tensor:
    """Run one network, from weights that were kept."""
    first, bias, second, other, last, end = weights
    hidden = torch.nn.functional.silu(features @ first + bias)
    hidden = torch.nn.functional.silu(hidden @ second + other)
    return hidden @ last + end
