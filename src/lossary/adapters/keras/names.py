"""Names by which `compile` knows our losses: "lossary>Huber" is Huber with its defaults."""

import sys
from collections.abc import Callable
from typing import Any

import keras

from lossary.adapters.keras.loss import KerasLoss
from lossary.adapters.keras.metric import KerasMetric
from lossary.core.catalogue import all_of


def enlist() -> None:
    """Tell Keras the names of all losses in the catalogue, as losses and as metrics.

    A loss of your own goes to `compile` as an object.
    """
    for room, kind in ((keras.losses, KerasLoss), (keras.metrics, KerasMetric)):
        # Keras looks strings up here and nowhere else; what users register counts for files only.
        known = getattr(sys.modules[room.get.__module__], "ALL_OBJECTS_DICT", {})
        known |= {f"lossary>{cls.__name__}": _maker(kind, cls) for cls in all_of()}


def _maker(kind: Callable[[Any], Any], cls: type) -> type:
    """Return what makes a new object each time it is called; Keras calls classes only."""
    return type(cls.__name__, (), {"__new__": lambda _: kind(cls())})
