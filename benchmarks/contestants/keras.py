"""Keras's losses, on TensorFlow."""

from collections.abc import Callable
from typing import Any

import keras

from benchmarks.rows import Row

Function = Callable[[Any, Any], Any]


def others(row: Row) -> dict[str, Function]:
    """List Keras's loss of the same number."""
    loss, shelf = row.loss, keras.losses
    crossed = (
        shelf.SparseCategoricalCrossentropy(from_logits=True)
        if row.labels
        else shelf.CategoricalCrossentropy(
            from_logits=True, label_smoothing=getattr(loss, "smoothing", 0.0)
        )
    )
    theirs = {
        "SquaredError": lambda: shelf.MeanSquaredError(),
        "AbsoluteError": lambda: shelf.MeanAbsoluteError(),
        "Huber": lambda: shelf.Huber(delta=loss.delta),
        "BinaryCrossEntropy": lambda: shelf.BinaryCrossentropy(from_logits=True),
        "CrossEntropy": lambda: crossed,
        "SigmoidFocal": lambda: shelf.BinaryFocalCrossentropy(
            apply_class_balancing=True, alpha=loss.alpha, gamma=loss.gamma, from_logits=True
        ),
        "Dice": lambda: shelf.Dice(axis=(1, 2, 3)),
    }[row.name]()
    return {f"keras {type(theirs).__name__}": lambda p, t: theirs(t, p)}
