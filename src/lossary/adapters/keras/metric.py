"""A loss as `keras.metrics.Metric`: sums over all batches, finished once at the end of an epoch."""

from typing import Any, Self

import keras

from lossary.adapters.keras.call import read, suited, terms
from lossary.adapters.keras.loss import called
from lossary.core.dictionaries import from_dict
from lossary.core.loss import Loss
from lossary.errors import AdditivityError

Array = Any
Shape = tuple[Any, ...]


@keras.saving.register_keras_serializable(package="lossary")
class KerasMetric(keras.metrics.Metric):
    """Judge a Keras model by any additive loss: the loss of all rows seen, not a mean of means.

    >>> import numpy as np, lossary
    >>> metric = KerasMetric(lossary.RootMeanSquaredError())
    >>> metric.update_state(np.asarray([[1.0], [1.0]]), np.asarray([[4.0], [1.0]]))
    >>> metric.update_state(np.asarray([[1.0]]), np.asarray([[1.0]]))  # a last batch of one row
    >>> round(float(metric.result()), 4)  # sqrt(9 / 3), where the mean of two roots is 1.06
    1.7321

    Shapes, labels and masks are read as by `KerasLoss`. Keras weighs what stands in
    `compile(weighted_metrics=[...])`, and not what stands in `compile(metrics=[...])`.

    Args:
        loss: the loss, with its parameters.
        name: how Keras' logs call it; `huber` for Huber.
        dtype: in which precision to compute, `keras.config.floatx()` if not given.

    Raises:
        ArgumentError: it is no loss, or takes other arrays than one prediction and one target.
        AdditivityError: the loss compares the rows of a batch with each other.
    """

    _direction = "down"  # read by EarlyStopping and ModelCheckpoint

    def __init__(self, loss: Loss, name: str | None = None, dtype: Any = None) -> None:
        self.loss = suited(loss)
        if not loss.additive:
            raise AdditivityError(
                f"{loss.label} compares the rows of a batch with each other, so batches do not "
                f"add up to an epoch.\nHint: evaluate it once, on predictions of all rows."
            )
        super().__init__(name=name or called(loss), dtype=dtype)
        self._totals: list[Any] = []
        self._missing: list[Any] = []
        if loss.averaged:
            self._build([()] * loss.width)

    def _build(self, shapes: list[Shape]) -> None:
        """Make the variables; those of a ratio of sums have a place for each class."""
        dtype = "float32" if self.dtype in ("float16", "bfloat16") else self.dtype
        for place, shape in enumerate(shapes):
            for name, kept in (("total", self._totals), ("missing", self._missing)):
                kept.append(self.add_variable(shape, "zeros", dtype, name=f"{name}_{place}"))

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Add a batch."""
        sums: list[Array] = []
        for _, term in terms(self.loss):
            call = read(term, y_true, y_pred, sample_weight, self.dtype)
            sums += term.parts(*call.arrays, **call.counted).sums
        if not self._totals:
            self._build([tuple(each.shape) for each in sums])
        for total, missing, found in zip(self._totals, self._missing, sums, strict=True):
            add(total, missing, found)

    def result(self) -> Array:
        """Return the loss of all batches since the last reset: one number; 0 if nothing counted."""
        ops = keras.ops
        if not self._totals:
            return ops.zeros(())
        pairs = zip(self._totals, self._missing, strict=True)
        values = [tuple(map(ops.convert_to_tensor, pair)) for pair in pairs]
        return self.loss.finished(tuple(total + missing for total, missing in values))

    def get_config(self) -> dict[str, Any]:
        """Return all that makes this metric again, as plain data."""
        return {"loss": self.loss.to_dict(), "name": self.name, "dtype": self.dtype}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """Make the metric that `get_config` wrote down.

        Raises:
            FormatError, NotFoundError: of another version, or of a loss that is not imported.
        """
        return cls(**config | {"loss": from_dict(config["loss"])})


def add(total: Any, missing: Any, found: Array) -> None:
    """Add to a total, and keep beside it what rounding left out.

    Knuth's exact sum of two numbers. Without it, the count of an epoch in single precision stands
    still at 2^24 where batches bring one entry each.
    """
    ops = keras.ops
    before, found = ops.convert_to_tensor(total), ops.cast(found, total.dtype)
    after = before + found
    arrived = after - before
    left_out = (before - (after - arrived)) + (found - arrived)
    total.assign(after)
    missing.assign_add(ops.where(ops.isfinite(after), left_out, ops.zeros_like(left_out)))
