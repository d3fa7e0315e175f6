"""Big batches that are cut among ranks and micro-batches, and a small network that meets them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import torch

import lossary
from lossary.adapters.torch import module

ROWS, NUMBERS, OUTPUTS = 8, 5, 4


def network():
    """Return the same small network on every rank; what is linear would hide a wrong gradient."""
    torch.manual_seed(3)
    layers = torch.nn.Linear(NUMBERS, 6), torch.nn.Tanh(), torch.nn.Linear(6, OUTPUTS)
    return torch.nn.Sequential(*layers).double()


def _numbers(seed, *shape):
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


def _labels(seed, *shape):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(OUTPUTS, shape, generator=generator)


def _mask(seed, *shape):
    """Leave out much of the front and little of the back, so that no two cuts count as many."""
    share = torch.linspace(0.2, 0.95, ROWS, dtype=torch.float64).reshape(
        -1, *([1] * len(shape[1:]))
    )
    drawn = torch.rand(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))
    return drawn < share


@dataclass(frozen=True)
class Case:
    """A loss, what of the network's output it reads, and the rest of its big batch."""

    loss: Any
    target: torch.Tensor
    weight: torch.Tensor | None = None
    mask: torch.Tensor | None = None
    read: Callable[[torch.Tensor], torch.Tensor] = lambda output: output
    own_target: bool = False
    """Whether the target is made by the network, too, as in contrastive learning."""
    given: torch.Tensor = field(default_factory=lambda: _numbers(0, ROWS, NUMBERS))

    def arrays(self, model, rows):
        """Return what a call of the loss takes, of some of the rows."""
        prediction = self.read(model(self.given[rows]))
        target = model(self.target[rows]) if self.own_target else self.target[rows]
        return prediction, target

    def counting(self, rows):
        """Return the keywords of that call."""
        pairs = (("weight", self.weight), ("mask", self.mask))
        return {name: each[rows] for name, each in pairs if each is not None}


_AMOUNTS = _numbers(1, ROWS, OUTPUTS)
_WEIGHT = _numbers(2, ROWS, OUTPUTS).abs()
_QUANTILE, _RMSE = lossary.Quantile(level=0.9), lossary.RootMeanSquaredError()

CASES = {
    "Quantile": Case(_QUANTILE, _AMOUNTS, _WEIGHT, _mask(4, ROWS, OUTPUTS)),
    "CrossEntropy": Case(
        lossary.CrossEntropy(class_weight=(1.0, 2.0, 0.5, 3.0)),
        _labels(13, ROWS),
        mask=_mask(6, ROWS),
    ),
    "Dice": Case(lossary.Dice(), _labels(7, ROWS), mask=_mask(8, ROWS), read=torch.sigmoid),
    "RootMeanSquaredError": Case(_RMSE, _AMOUNTS, _WEIGHT, _mask(9, ROWS, OUTPUTS)),
    "Sum": Case(0.3 * _QUANTILE + 0.7 * _RMSE, _AMOUNTS, mask=_mask(10, ROWS, OUTPUTS)),
    "InfoNCE": Case(
        lossary.InfoNCE(temperature=0.5),
        _numbers(11, ROWS, NUMBERS),
        _WEIGHT[:, 0],
        _mask(12, ROWS),
        own_target=True,
    ),
}
"""Of each kind one: entries, classes, ratios of sums by class and in all, a sum, pairs of rows."""

QUOTIENTS = ("Quantile", "CrossEntropy")
ADDITIVE = tuple(name for name in CASES if name != "InfoNCE")


class Judged(torch.nn.Module):
    """The network and a loss that learns its own shape and scale with it."""

    def __init__(self, **settings):
        super().__init__()
        self.network = network()
        self.judge = module(lossary.Barron(), learn=("alpha", "scale"), **settings).double()

    def forward(self, case, rows):
        return self.judge(*case.arrays(self.network, rows), **case.counting(rows))


def slices(sizes):
    """Return where the parts of these sizes lie, one after the other."""
    ends = [sum(sizes[:place]) for place in range(len(sizes) + 1)]
    return [slice(*pair) for pair in pairwise(ends)]


def gradients(model):
    """Return the gradients of all parameters in a row, and forget them."""
    found = torch.cat([each.grad.reshape(-1) for each in model.parameters()]).clone()
    model.zero_grad()
    return found


def whole(case, model=None):
    """Return value and gradient of the big batch in one process, by the definition."""
    model = model or network()
    rows = slice(0, ROWS)
    with lossary.use_kernels(False):
        value = case.loss(*case.arrays(model, rows), **case.counting(rows))
        value.backward()
    return value.detach(), gradients(model)
