"""What an optimizer refuses to step on: sparse gradients, other shapes, closures without a loss."""

import warnings
from typing import Any

import torch

from lossary.errors import ArgumentError, DtypeError, ShapeError, SuspicionWarning

Array = Any
PATIENCE = 10
"""After how many steps without a curvature a rule that reads one is asked about."""


def asked(rule: Any, trials: bool) -> None:
    """Hold a rule's numbers against whether several trials are meant.

    Raises:
        ArgumentError: there are numbers for several trials unasked, or for one only.
    """
    if rule.stacked and not trials:
        raise ArgumentError(
            f"{rule.label} has numbers for {rule.stacked} trials, and would move each row of a "
            f"tensor at a rate of its own.\nHint: give one number; or, where the first axis of "
            f"every tensor counts the trials, optimizer(..., trials=True)."
        )
    if trials and not rule.stacked:
        raise ArgumentError(
            f"trials=True, but {rule.label} has numbers for one.\n"
            f"Hint: {rule.label}(name=[...]), with a number for each trial."
        )


def stacked(rule: Any, weights: list[Array]) -> None:
    """Refuse tensors whose first axis does not count the trials.

    Raises:
        ShapeError: there is such a tensor.
    """
    for each in weights:
        if rule.stacked and each.shape[:1] != (rule.stacked,):
            raise ShapeError(
                f"{rule.label} has numbers for {rule.stacked} trials, but a parameter has the "
                f"shape {tuple(each.shape)}.\n"
                f"Hint: stack the weights of the trials along a first axis."
            )


def real(rule: Any, weights: list[Array]) -> None:
    """Refuse tensors that hold other than floating-point numbers.

    Raises:
        DtypeError: there is such a tensor.
    """
    for each in weights:
        if not each.is_floating_point():
            raise DtypeError(
                f"{rule.label}: a parameter holds {each.dtype}, but only floating-point numbers "
                f"can follow a slope."
            )


def held(weights: list[Array], rule: Any) -> None:
    """Refuse gradients that keep some of their entries only.

    Raises:
        DtypeError: a gradient is sparse.
    """
    for each in weights:
        if each.grad is not None and each.grad.layout is not torch.strided:
            raise DtypeError(
                f"{rule.label}: a gradient is sparse, and every entry of a weight moves at each "
                f"step.\nHint: torch.nn.Embedding(..., sparse=False) makes it dense."
            )


def answered(rule: Any, loss: Any, weights: list[Array]) -> None:
    """Hold what a closure did against what a rule needs of it.

    Raises:
        ArgumentError: it returned no loss, or made no gradient.
    """
    if not rule.needs:
        return  # as in PyTorch, where a closure may return anything
    if not isinstance(loss, torch.Tensor):
        raise ArgumentError(
            f"{rule.label}: the closure must return the loss, a tensor, but returned {loss!r}.\n"
            f"Hint: end it with `return loss`, not with a number that was taken out of it."
        )
    if all(each.grad is None for each in weights):
        raise ArgumentError(
            f"{rule.label}: the closure made no gradient.\n"
            f"Hint: it must clear the gradients, compute the loss, and call loss.backward()."
        )


def uncurved(rule: Any) -> None:
    """Warn of steps without the curvature that a rule divides by."""
    warnings.warn(
        f"{rule.label}: {PATIENCE} steps went by, and no curvature was given; without one, each "
        f"entry moves by its sign alone.\n"
        f"Hint: every ten steps or so, optimizer.step(curvature=[...]), an estimate for each "
        f"parameter, as lossary.optimizers.curvature_probe gives it.",
        SuspicionWarning,
        stacklevel=6,
    )
