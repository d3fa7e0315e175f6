"""A schedule as Keras' own, so that it is shown, saved and loaded with the optimizer."""

from typing import Any, Self

import keras

from lossary.adapters.keras.memory import taken
from lossary.core.descent.written import from_dict


@keras.saving.register_keras_serializable(package="lossary")
class KerasSchedule(keras.optimizers.schedules.LearningRateSchedule):
    """One of lossary's schedules, asked by Keras with the count of steps."""

    def __init__(self, schedule: Any) -> None:
        self.schedule = schedule

    def __call__(self, step: Any) -> Any:
        return self.schedule(taken(step))

    def get_config(self) -> dict[str, Any]:
        return {"schedule": self.schedule.to_dict()}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        return cls(from_dict(config["schedule"]))
