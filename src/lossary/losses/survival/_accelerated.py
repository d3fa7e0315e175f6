"""What losses of accelerated failure times share: a log-time with a scale, and censored targets."""

from typing import Any, ClassVar

from lossary.core.elementwise import Elementwise
from lossary.domains import censored_time, log_amount
from lossary.numerics import logarithm

Array = Any


class Accelerated(Elementwise):
    """A negative log-likelihood of log-times around the prediction; a subclass has a `scale`.

    The target is the time of an event, or minus the time up to which there was none.
    """

    tasks: ClassVar[tuple[str, ...]] = ("survival",)
    prediction: ClassVar[Any] = log_amount
    target: ClassVar[Any] = censored_time
    scale: float

    def late(self, xp: Any, prediction: Array, target: Array) -> Array:
        """Return by how many scales the log-time lies above the prediction."""
        return (xp.log(xp.abs(target)) - prediction) / self.scale

    def at_event(self, xp: Any, target: Array, surprise: Array) -> Array:
        """Return what an event adds to its survival: the rest of the density of the time."""
        density = surprise + xp.log(xp.abs(target)) + logarithm(xp, self.scale)
        return xp.where(target > 0, density, 0.0)

    def normaliser(self, xp: Any, like: Array) -> Array:
        # A density for events and a chance for the others: a likelihood as it stands.
        return xp.zeros_like(like)
