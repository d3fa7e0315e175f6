"""A loss as `keras.losses.Loss`: Keras' order of arguments, reductions, names and configuration."""

import re
from collections.abc import Callable
from typing import Any, Self

import keras

from lossary.adapters.keras.call import Call, read, suited
from lossary.adapters.keras.checking import look
from lossary.adapters.keras.reductions import OURS, known, reduced
from lossary.core.dictionaries import from_dict
from lossary.core.loss import Loss
from lossary.errors import GradientError

Array = Any


@keras.saving.register_keras_serializable(package="lossary")
class KerasLoss(keras.losses.Loss):
    """Train a Keras model by any loss with a slope, on each of Keras' backends.

    >>> import numpy as np, lossary
    >>> loss = KerasLoss(lossary.Quantile(level=0.9))
    >>> round(float(loss(np.asarray([[2.0]]), np.asarray([[1.0]]))), 3)  # y_true, y_pred: too low
    0.9

    Called as Keras calls: `loss(y_true, y_pred, sample_weight=None)`. The target may lack the last
    axis of one that `Dense(1)` puts out, or have one too many, and labels may come as floats;
    nothing else is broadcast. A sample's weight counts for all its entries. What a Keras mask
    leaves out is not felt. A label that is none gives NaN.

    Args:
        loss: the loss, with its parameters.
        reduction: by Keras' names. "mean_with_sample_weight", the default, is the house's mean:
            sum(weight · loss) / sum(weight). "sum_over_batch_size" (also called "mean"), Keras'
            own default, divides by the count instead. "sum" adds up and "none" returns what each
            sample costs; as with Keras' losses, a last axis of entries is averaged first.
        name: how Keras' logs call it; `huber` for Huber.
        dtype: in which precision to compute, `keras.config.floatx()` if not given; the loss
            itself never uses less than float32.

    Raises:
        ArgumentError: it is no loss, takes other arrays than one prediction and one target, or
            the reduction is none of Keras'.
        GradientError: the loss has no slope; `KerasMetric` judges by it.
    """

    def __init__(
        self,
        loss: Loss,
        reduction: str | None = OURS,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.loss = suited(loss)
        if not loss.trainable:
            raise GradientError(
                f"{loss.label} is for judging, not for training: it has no slope.\n"
                f"Hint: compile(metrics=[KerasMetric({loss!r})]) judges by it."
            )
        super().__init__(name=name or called(loss), dtype=dtype)
        self.reduction = known(reduction)  # Keras 3.4 would not know each of them

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Array:
        call = self._reader(y_true, y_pred, sample_weight)
        look(self.loss, call, y_true)
        return reduced(self.loss, call, self.reduction)

    def call(self, y_true: Any, y_pred: Any) -> Array:
        """Return what each sample costs, as Keras asks of a loss."""
        return reduced(self.loss, self._reader(y_true, y_pred), "none")

    def _reader(
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> Callable[[Loss], Call]:
        return lambda loss: read(loss, y_true, y_pred, sample_weight, self.dtype)

    def get_config(self) -> dict[str, Any]:
        """Return all that makes this loss again, as plain data."""
        loss = self.loss.to_dict()
        return {
            "loss": loss,
            "reduction": self.reduction,
            "name": self.name,
            "dtype": self.dtype,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make the loss that `get_config` wrote down.

        Raises:
            FormatError, NotFoundError: of another version, or of a loss that is not imported.
        """
        return cls(**config | {"loss": from_dict(config["loss"])})

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.loss!r}, reduction={self.reduction!r})"


def called(loss: Loss) -> str:
    """Return the name for Keras' logs: "gaussian_nll" for GaussianNLL, "sum" for a sum."""
    name = loss.label if loss.label.isidentifier() else type(loss).__name__
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
