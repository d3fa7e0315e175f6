"""Keras 3 on any of its backends: losses, metrics and optimizers, in Keras' own habits.

    model.compile("adam", loss=KerasLoss(Huber(delta=2.0)), metrics=[KerasMetric(AbsoluteError())])
    model.compile("adam", loss="lossary>Huber")  # by name, with default parameters
    model.compile(optimizer(Adam(learning_rate=1e-3)), loss=KerasLoss(Huber()))
    check(model, x[:64], y[:64])  # are these the predictions and targets that the losses mean?

`keras.models.load_model` finds all of them again where this room has been imported.
"""

from typing import Any

from lossary.adapters.needs import need

need("keras")

from lossary.adapters.keras.checking import check
from lossary.adapters.keras.loss import KerasLoss
from lossary.adapters.keras.metric import KerasMetric
from lossary.adapters.keras.names import enlist
from lossary.adapters.keras.stepping import KerasOptimizer
from lossary.core.descent.optimizer import Optimizer

__all__ = ["KerasLoss", "KerasMetric", "KerasOptimizer", "check", "optimizer"]

enlist()


def optimizer(rule: Optimizer, **settings: Any) -> KerasOptimizer:
    """Make an optimizer a `keras.optimizers.Optimizer`, saved and loaded with its model.

    Args:
        rule: any optimizer of `lossary.optimizers` that asks for the gradient alone, wrappers
            included.
        settings: what Keras' own optimizers take besides: `learning_rate` (a number, or a schedule
            of Keras, in the place of the rule's), `clipnorm`, `global_clipnorm`, `clipvalue`,
            `weight_decay`, `use_ema`, `loss_scale_factor`, `gradient_accumulation_steps`, `name`.

    Raises:
        ArgumentError: it is no optimizer of ours, or needs the loss, a closure or a curvature.

    >>> import keras, numpy as np
    >>> from lossary.optimizers import Adam
    >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    >>> model.compile(optimizer(Adam(learning_rate=0.1)), loss="mse")
    >>> x = np.linspace(-1, 1, 32)[:, None]
    >>> shown = model.fit(x, 2 * x, epochs=60, verbose=0)
    >>> shown.history["loss"][-1] < 0.01
    True
    """
    return KerasOptimizer(rule, **settings)
