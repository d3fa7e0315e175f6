"""A number that changes with the step: a learning rate that warms up, a momentum that grows."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

from lossary.backends import backend_named, backend_of
from lossary.core.descent.settings import settle
from lossary.core.value import Value


class Schedule(Value, ABC):
    """A frozen value that gives a number for each step; the first step is step 0.

    It stands wherever an optimizer takes a number: `Adam(learning_rate=Cosine(steps=1000))`.
    """

    shelf: ClassVar[str] = "schedule"

    def __post_init__(self) -> None:
        settle(self)

    def __call__(self, step: Any) -> Any:
        """Return the number for a step: a Python number for one, and an array for an array."""
        if isinstance(step, (int, float)):
            xp = backend_named("numpy").xp
            found = self.value(xp, float(step))
            return found if getattr(found, "ndim", 0) else float(found)
        backend = backend_of(step)
        return self.value(backend.xp, backend.cast(step, backend.wide(None)))

    @abstractmethod
    def value(self, xp: Any, step: Any) -> Any:
        """Return the number for a step, which is a float or an array without axes: maths alone."""
