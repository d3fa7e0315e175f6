"""Cosine annealing, with warm restarts or without."""

import math
from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.schedule import Schedule
from lossary.core.parameter import choice, parameter
from lossary.domains import count, nonnegative


@define
class Cosine(Schedule):
    r"""Fall from the peak to the floor along half a wave; with restarts, again and again.

    Step 0 has the peak and step `steps` the floor, which stays. With restarts step `steps` has the
    peak again.

    >>> from lossary.schedules import Cosine
    >>> schedule = Cosine(peak=0.1, steps=100)
    >>> [round(schedule(step), 6) for step in (0, 25, 50, 100, 120)]
    [0.1, 0.085355, 0.05, 0.0, 0.0]
    >>> schedule = Cosine(peak=0.1, steps=100, restarts=True, growth=2)
    >>> [round(schedule(step), 6) for step in (50, 100, 200, 300)]
    [0.05, 0.1, 0.05, 0.1]
    """

    cites = ("loshchilov2017",)  # equation 5
    aliases = ("SGDR", "cosine annealing", "cosine decay", "warm restarts")
    formula = (
        r"\eta_t = \eta_{\min} + \tfrac12 (\eta_{\max} - \eta_{\min}) "
        r"\left(1 + \cos \frac{\pi\, T_{\text{cur}}}{T_i}\right)"
    )
    hazards = "PyTorch's CosineAnnealingLR climbs again behind its last step; this one stays."

    peak: float = parameter(1e-3, nonnegative, scale="log")
    """Where each period begins."""
    floor: float = parameter(0.0, nonnegative)
    """Where each period ends."""
    steps: int = parameter(1000, count, scale="log")
    """How many steps the first period takes."""
    restarts: bool = choice(False, True)
    """Whether another period begins where one has ended."""
    growth: int = parameter(1, count)
    """By how much each period is longer than the one before."""

    def turns(self) -> tuple[float, ...]:
        ends = self._each("steps")
        return (0, *(each - self.restarts for each in ends))

    def value(self, xp: Any, step: Any) -> Any:
        if self.restarts:
            begin, period = self._period(xp, step)
            way = (step - begin) / period
        else:
            way = xp.clip(step / self.steps, None, 1.0)
        return self.floor + (self.peak - self.floor) * (1 + xp.cos(math.pi * way)) / 2

    def _period(self, xp: Any, step: Any) -> tuple[Any, Any]:
        """Return when the period of a step began, and how long it is."""
        growing = self.growth > 1
        factor = xp.where(growing, self.growth, 2.0)

        def begin(number: Any) -> Any:
            # All begin at whole steps, also where powers are not exact, as on some accelerators.
            return (self.steps * (factor**number - 1) / (factor - 1) + 0.5) // 1

        near = xp.log(1 + step * (factor - 1) / self.steps) / xp.log(factor) // 1
        near = xp.where(begin(near) > step, near - 1, near)
        near = xp.where(begin(near + 1) <= step, near + 1, near)
        even = step // self.steps * self.steps
        length = xp.where(growing, begin(near + 1) - begin(near), self.steps)
        return xp.where(growing, begin(near), even), length

    def _check(self) -> None:
        self._ordered("floor", "peak")
