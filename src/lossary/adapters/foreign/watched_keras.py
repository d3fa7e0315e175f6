"""A watched loss of Keras: targets come first, and the reduction stays Keras' own."""

from typing import Any

import keras


class WatchedLoss(keras.losses.Loss):
    """Calls the loss, and shows the watcher what went in and came out."""

    def __init__(self, loss: keras.losses.Loss, watcher: Any) -> None:
        super().__init__(name=loss.name, reduction=loss.reduction, dtype=loss.dtype)
        self.loss = loss
        self.watcher = watcher

    def call(self, y_true: Any, y_pred: Any) -> Any:
        value = self.loss.call(y_true, y_pred)
        self.watcher.seen((y_true, y_pred), {}, value)
        return value
