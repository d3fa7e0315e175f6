"""Keras 3 on any of its backends: losses and metrics of one definition, in Keras' own habits.

    model.compile("adam", loss=KerasLoss(Huber(delta=2.0)), metrics=[KerasMetric(AbsoluteError())])
    model.compile("adam", loss="lossary>Huber")  # by name, with default parameters
    check(model, x[:64], y[:64])  # are these the predictions and targets that the losses mean?

`keras.models.load_model` finds all of them again where this room has been imported.
"""

from lossary.adapters.needs import need

need("keras")

from lossary.adapters.keras.checking import check
from lossary.adapters.keras.loss import KerasLoss
from lossary.adapters.keras.metric import KerasMetric
from lossary.adapters.keras.names import enlist

__all__ = ["KerasLoss", "KerasMetric", "check"]

enlist()
