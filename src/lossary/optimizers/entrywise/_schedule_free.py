"""What the schedule-free rules share: a warm-up, and an average in which later weights count."""

from typing import Any

from lossary.backends import backend_of
from lossary.core.descent.optimizer import State
from lossary.core.descent.rule import Entrywise
from lossary.core.descent.settings import at, scheduled
from lossary.core.descent.trees import Leaves
from lossary.core.parameter import zero
from lossary.errors import ArgumentError
from lossary.numerics import chosen

HAZARDS = (
    "The weights at hand are where gradients are taken; judge, save and use those of "
    "`evaluation_weights`. Batch normalisation must see these too before it is judged. "
)


class ScheduleFree(Entrywise):
    """A rule that steps at `base`, averages the bases, and takes gradients in between."""

    carried = {"weight_sum": 0.0, "fastest": 0.0}
    """The weight of all averaged so far, and the largest learning rate so far."""

    learning_rate: float
    beta1: float
    warm_up: float
    rate_power: float
    step_power: float

    def __post_init__(self) -> None:
        super().__post_init__()
        if scheduled(self.beta1):
            raise ArgumentError(
                f"{self.label}: beta1 ties the average to the weights, so it must be one number.\n"
                f"Hint: it is the learning rate that may follow a schedule."
            )

    def begin(self, xp: Any, weight: Any) -> tuple[Any, ...]:
        return tuple(weight if name == "base" else xp.zeros_like(weight) for name in self.slots)

    def carry(self, xp: Any, step: Any, *carried: Any) -> tuple[Any, ...]:
        weight_sum, fastest = carried
        rate = self._rate(xp, step)
        fastest = chosen(xp, rate > fastest, rate, fastest)
        return weight_sum + self._weight(step, fastest), fastest

    def _rate(self, xp: Any, step: Any) -> Any:
        """Return the learning rate of a step, which grows from zero in the warm-up."""
        if zero(self.warm_up):
            return self.learning_rate + 0 * step
        return self.learning_rate * chosen(xp, step < self.warm_up, step / self.warm_up, 1.0)

    def _weight(self, step: Any, fastest: Any) -> Any:
        """Return how much the base of a step counts in the average."""
        return step**self.step_power * fastest**self.rate_power

    def _averaged(self, xp: Any, step: Any, weight: Any, way: Any, base: Any, *carried: Any) -> Any:
        """Return the change of the weights, and the base after it, for a step along `way`."""
        weight_sum, fastest = carried
        rate = self._rate(xp, step)
        part = self._weight(step, fastest) / chosen(xp, weight_sum > 0, weight_sum, 1.0)
        change = part * (base - weight) - rate * (1 - self.beta1 * (1 - part)) * way
        return change, base - rate * way

    def _judged(self, state: State, weights: Leaves) -> Leaves:
        """Return the averages: `weights` lie between them and the bases."""
        backend, found = backend_of(*weights), Leaves()
        for weight, base in zip(weights, state["base"], strict=True):
            wide = backend.cast(weight, backend.wide(weight))
            beta1 = at(self, backend, 0, wide).beta1
            found.append(backend.cast(base + (wide - base) / beta1, weight.dtype))
        return found
