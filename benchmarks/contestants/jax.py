"""optax's losses; a plain formula where it has none that can be compiled."""

from collections.abc import Callable
from typing import Any

import optax

from benchmarks.rows import Row

Function = Callable[[Any, Any], Any]


def others(row: Row) -> dict[str, Function]:
    """List who else has this loss."""
    loss, entries = row.loss, optax.losses
    if row.name == "CrossEntropy":
        return _cross_entropy(loss, row)
    function = {
        "SquaredError": entries.squared_error,
        "AbsoluteError": lambda p, t: abs(p - t),  # optax has none
        "Huber": lambda p, t: entries.huber_loss(p, t, delta=loss.delta),
        "BinaryCrossEntropy": entries.sigmoid_binary_cross_entropy,
        "SigmoidFocal": lambda p, t: entries.sigmoid_focal_loss(
            p, t, alpha=loss.alpha, gamma=loss.gamma
        ),
        # optax.losses.dice_loss of probabilities asks for their sum, and so cannot be compiled.
        "Dice": _dice,
    }[row.name]
    name = {"Dice": "three sums", "AbsoluteError": "abs(p - t)"}.get(row.name, "optax")
    return {name: lambda p, t: function(p, t).mean()}


def _cross_entropy(loss: Any, row: Row) -> dict[str, Function]:
    entries, smoothing = optax.losses, loss.smoothing
    if row.labels and not smoothing:
        return {
            "optax": lambda p, t: entries.softmax_cross_entropy_with_integer_labels(p, t).mean()
        }

    def smoothed(p: Any, t: Any) -> Any:
        from jax.nn import one_hot

        shares = one_hot(t, p.shape[-1], dtype=p.dtype) if row.labels else t
        if smoothing:
            shares = optax.smooth_labels(shares, smoothing)
        return entries.softmax_cross_entropy(p, shares).mean()

    return {"optax": smoothed}


def _dice(p: Any, t: Any) -> Any:
    axes = (1, 2, 3)
    return 1 - 2 * (p * t).sum(axes) / (p.sum(axes) + t.sum(axes))
