"""The few shapes that Keras writes differently: an axis of one, and one number for each sample."""

from typing import Any

import keras

from lossary.core.loss import Loss
from lossary.errors import ShapeError

Array = Any
Shape = tuple[Any, ...]
SOFTMAX = ("scores", "log_probability")
"""Predictions that share the mass of one among the classes: a single class has it all, always."""


def fitted(loss: Loss, shape: Shape, target: Array) -> tuple[Array, int]:
    """Return the target as one of the loss's sentences reads it, and the sentence's place.

    A last axis of one may be missing or too many. A target that fits neither way is returned as
    it is: the loss itself says what is wrong, and how to mend it.

    Raises:
        ShapeError: the loss chooses between classes, and the prediction has but one.
    """
    found = [
        (edited, place, sizes.get("k"))
        for edited in _edits(target)
        for place, sentence in enumerate(loss.sentences)
        if (sizes := sentence.bind((shape, tuple(edited.shape)))) is not None
    ]
    if not found:
        return target, 0
    if found[0][2] == 1 and loss.domains[0][0].name in SOFTMAX:
        raise ShapeError(
            f"{loss.label} chooses between classes, but the prediction has one: the loss would be "
            f"zero whatever the network says.\nHint: Dense(2) scores two classes; "
            f"BinaryCrossEntropy() reads the one output of Dense(1)."
        )
    # Labels of one class say nothing: what looks like them is that class's own yes or no.
    told = [each for each in found if each[2] != 1 or not loss.domains[each[1]][1].integer]
    return (told or found)[0][:2]


def _edits(target: Array) -> list[Array]:
    """Return the target as it is, without its last axis of one, and with one more."""
    shorter = [target[..., 0]] if tuple(target.shape)[-1:] == (1,) else []
    return [target, *shorter, target[..., None]]


def spread(array: Array, prediction: Array, axes: int) -> Array:
    """Give each entry the number of its sample; what does not fit is left for the loss to tell."""
    entries = tuple(prediction.shape)[:axes]
    if array.shape[-1:] == (1,) and not _begins(entries, tuple(array.shape)):
        array = array[..., 0]
    given = tuple(array.shape)
    if len(given) == axes or not _begins(entries, given):
        return array
    array = array[(..., *[None] * (axes - len(given)))]
    return keras.ops.broadcast_to(array, keras.ops.shape(prediction)[:axes])


def _begins(entries: Shape, shape: Shape) -> bool:
    # None is a size that a traced TensorFlow function does not know yet.
    same = (None in pair or pair[0] == pair[1] for pair in zip(entries, shape, strict=False))
    return len(shape) <= len(entries) and all(same)
