"""One cycle: up to a large number, and down below where it began."""

import math
from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.schedule import Schedule
from lossary.core.parameter import choice, parameter
from lossary.domains import at_least_one, count, inner, nonnegative
from lossary.errors import DomainError


@define
class OneCycle(Schedule):
    r"""Climb to the peak, then fall far below the start until the last step, and stay there.

    Of `steps` steps the first is step 0 and the last step `steps - 1`.

    >>> from lossary.schedules import OneCycle
    >>> schedule = OneCycle(peak=1.0, steps=101, rise=0.2, annealing="linear", divisor=10)
    >>> [round(schedule(step), 4) for step in (0, 100, 200)]
    [0.1, 0.0, 0.0]
    """

    cites = ("smith2019",)
    aliases = ("1cycle", "super-convergence")
    formula = (
        r"\eta_t = \text{from } \eta/d \text{ to } \eta \text{ until } t = \rho T - 1,\quad "
        r"\text{then to } \eta/(d\, d') \text{ at } t = T - 1"
    )
    hazards = "PyTorch's OneCycleLR moves the momentum too, unless cycle_momentum=False."

    peak: float = parameter(1e-2, nonnegative, scale="log")
    """The largest number."""
    steps: int = parameter(1000, count, scale="log")
    """How many steps there are in all."""
    rise: float = parameter(0.3, inner)
    """The share of the steps in which it climbs."""
    divisor: float = parameter(25.0, at_least_one, scale="log")
    """How many times the start is smaller than the peak."""
    final_divisor: float = parameter(1e4, at_least_one, scale="log")
    """How many times the end is smaller than the start."""
    annealing: str = choice("cosine", "linear")
    """Along which line it climbs and falls."""

    def turns(self) -> tuple[float, ...]:
        tops = (rise * steps - 1 for rise, steps in self._pairs("rise", "steps"))
        return (0, *tops, *(each - 1 for each in self._each("steps")))

    def value(self, xp: Any, step: Any) -> Any:
        start, top, last = self.peak / self.divisor, self.rise * self.steps - 1, self.steps - 1
        up = self._between(xp, start, self.peak, step / top)
        down = xp.clip((step - top) / (last - top), None, 1.0)
        return xp.where(
            step <= top, up, self._between(xp, self.peak, start / self.final_divisor, down)
        )

    def _between(self, xp: Any, one: Any, other: Any, way: Any) -> Any:
        if self.annealing == "linear":
            return one + (other - one) * way
        return other + (one - other) * (1 + xp.cos(math.pi * way)) / 2

    def _check(self) -> None:
        for rise, steps in self._pairs("rise", "steps"):
            if rise * steps <= 1:
                raise DomainError(
                    f"{self.label}: it climbs for rise · steps = {rise * steps:g} steps, which "
                    f"must be more than one."
                )
