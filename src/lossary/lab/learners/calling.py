"""The user's own module called with a batch: on its device, in its precision, its shape checked."""

from typing import Any

import torch

from lossary.errors import ArgumentError, ShapeError


def called(module: torch.nn.Module, inputs: tuple[Any, ...], rows: int, k: int) -> torch.Tensor:
    """Return what a module puts out for some rows, of shape (rows, k).

    Raises:
        ArgumentError: it fails, or gives no tensor.
        ShapeError: it gives another shape.
    """
    like = next(module.parameters(), torch.empty(0))
    placed = [_placed(each, like) for each in inputs]
    try:
        found = module(*placed)
    except (RuntimeError, TypeError, ValueError, IndexError) as error:
        given = ", ".join(map(_said, placed))
        raise ArgumentError(
            f"your module cannot read a batch of x, {given}: {error}.\nHint: it is called as "
            f"module(x) with what the dataset gives, many rows in front."
        ) from error
    if not isinstance(found, torch.Tensor):
        raise ArgumentError(
            f"your module gave a {type(found).__name__}: expected a tensor of shape ({rows}, {k})."
        )
    if k == 1 and found.shape == (rows,):
        return found[:, None]
    if found.shape != (rows, k):
        raise ShapeError(
            f"your module gave the shape {tuple(found.shape)} for {rows} rows, but ({rows}, {k}) "
            f"was expected.\nHint: model(outputs) says how many numbers are wanted for each row."
        )
    return found


def _placed(given: Any, like: torch.Tensor) -> Any:
    """Return tensors where the module is; double precision becomes the module's own."""
    if isinstance(given, torch.Tensor):
        double = given.dtype == torch.float64
        return given.to(like.device, like.dtype if double else given.dtype)
    if isinstance(given, dict):
        return {name: _placed(each, like) for name, each in given.items()}
    if isinstance(given, tuple | list):
        return type(given)(_placed(each, like) for each in given)
    return given


def _said(given: Any) -> str:
    if isinstance(given, torch.Tensor):
        return f"a tensor of shape {tuple(given.shape)} and {given.dtype}".replace("torch.", "")
    return f"a {type(given).__name__}"
