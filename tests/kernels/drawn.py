"""Losses and tensors for the tests of PyTorch's kernels, and the definition to compare with."""

from typing import Any

import torch

import lossary

FOCAL = lossary.SigmoidFocal()
LOSSES = (
    FOCAL,
    lossary.Quantile(level=0.8),
    lossary.GaussianNLL(),
    lossary.CrossEntropy(smoothing=0.1),
    lossary.Dice(),
)
"""One of each kind that has kernels; none that sees no difference between its arguments."""
REDUCTIONS = ("mean", "sum", "none")


def drawn(loss: Any, rows: int = 6, dtype: Any = torch.float64, seed: int = 0) -> tuple[Any, ...]:
    """Draw a prediction, a target, a weight and a mask that fit the loss."""
    torch.manual_seed(seed)
    if isinstance(loss, lossary.GaussianNLL):
        prediction, target = torch.randn(rows, 2, dtype=dtype), torch.rand(rows, dtype=dtype)
    elif isinstance(loss, lossary.CrossEntropy):
        prediction, target = torch.randn(rows, 5, dtype=dtype), torch.randint(0, 5, (rows,))
    elif isinstance(loss, lossary.Dice):
        prediction, target = torch.rand(rows, 2, 3, dtype=dtype), torch.randint(0, 3, (rows, 2))
    else:
        prediction, target = torch.randn(rows, 3, dtype=dtype), torch.rand(rows, 3, dtype=dtype)
    return prediction, target, torch.rand(target.shape, dtype=dtype), torch.rand(target.shape) > 0.3


def by_definition(function: Any, *given: Any, **named: Any) -> Any:
    """Call a function with kernels switched off."""
    with lossary.use_kernels(False):
        return function(*given, **named)
