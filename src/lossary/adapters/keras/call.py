"""What Keras hands over, read as a loss declares it: order, labels, weights and masks."""

from dataclasses import dataclass
from typing import Any

import keras

from lossary.adapters.keras.shapes import fitted, spread
from lossary.core.composition import Reading, Sum
from lossary.core.loss import Loss
from lossary.errors import ArgumentError

try:
    from keras.src.backend import get_keras_mask  # there is no public way to ask for it
except ImportError:  # an older Keras: the mask was an attribute of the tensor

    def get_keras_mask(x: Any) -> Any:
        return getattr(x, "_keras_mask", None)


Array = Any


@dataclass(frozen=True)
class Call:
    """One call in our order: tensors of Keras' backend, shaped as the loss declares."""

    prediction: Array
    target: Array
    weight: Array | None
    mask: Array | None
    axes: int
    """How many axes of the prediction are those of the entries."""
    labels: bool
    """Whether the target holds labels."""

    @property
    def arrays(self) -> tuple[Array, Array]:
        return self.prediction, self.target

    @property
    def counted(self) -> dict[str, Array | None]:
        return {"weight": self.weight, "mask": self.mask}

    @property
    def count(self) -> Array:
        """How many entries the mask leaves, whatever they weigh."""
        ops, dtype = keras.ops, self.prediction.dtype
        if self.mask is not None:
            return ops.sum(ops.cast(self.mask, dtype))
        sizes = ops.shape(self.prediction)[: self.axes]
        return ops.cast(ops.prod(ops.convert_to_tensor(sizes, dtype="int32")), dtype)


def suited(loss: Any) -> Loss:
    """Return the loss if Keras can call it, with one prediction and one target.

    Raises:
        ArgumentError: it is no loss of ours, or it takes more arrays than Keras hands over.
    """
    if not isinstance(loss, Loss):
        raise ArgumentError(
            f"expected a loss such as lossary.Huber(delta=2.0), but got {loss!r}.\n"
            f"Hint: call a class to make a loss of it; Keras' own losses go to compile as they are."
        )
    if len(loss.names) != 2:
        raise ArgumentError(
            f"{loss.label} takes {len(loss.names)} arrays ({', '.join(loss.names)}), and Keras "
            f"hands over two.\nHint: call it in a train_step of your own."
        )
    return loss


def terms(loss: Any) -> list[tuple[float, Any]]:
    """Take a sum apart: one weight for a sample may mean another number of entries to each term."""
    if isinstance(loss, Sum):
        return list(zip(loss.factors, loss.terms, strict=True))
    if isinstance(loss, Reading) and isinstance(loss.loss, Sum):
        return [(factor, term.reading(loss.given)) for factor, term in terms(loss.loss)]
    return [(1.0, loss)]


def read(loss: Loss, y_true: Any, y_pred: Any, sample_weight: Any, dtype: str) -> Call:
    """Bring Keras' arguments into our order, kinds and shapes; nothing else is broadcast.

    A weight or a mask may lack the entries' last axes: one number for each sample counts for all
    of the sample's entries.

    Raises:
        ShapeError: the loss chooses between classes, and the prediction has but one.
    """
    ops, mask = keras.ops, get_keras_mask(y_pred)
    prediction = ops.convert_to_tensor(y_pred, dtype=dtype)
    given = ops.convert_to_tensor(y_true)
    target, place = fitted(loss, tuple(prediction.shape), given)
    labels = loss.domains[place][1].integer
    target = _labels(target) if labels else ops.cast(target, dtype)
    axes = len(prediction.shape) - loss.sentences[place].inputs[0].trailing(loss.entries)
    if sample_weight is not None:
        sample_weight = ops.convert_to_tensor(sample_weight, dtype=dtype)
        sample_weight = spread(sample_weight, prediction, axes)
    if mask is not None:
        mask = spread(ops.cast(mask, "bool"), prediction, axes)
    return Call(prediction, target, sample_weight, mask, axes, labels)


def _labels(target: Array) -> Array:
    """Make integers of labels that Keras hands over as floats; what is no label becomes -1."""
    ops = keras.ops
    if not keras.backend.is_float_dtype(target.dtype):
        return ops.cast(target, "int32")
    whole = ops.where(ops.equal(target, ops.floor(target)), target, -1.0)
    return ops.cast(whole, "int32")
