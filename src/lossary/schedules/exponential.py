"""Exponential decay."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.schedule import Schedule
from lossary.core.parameter import parameter
from lossary.domains import count, nonnegative, positive


@define
class Exponential(Schedule):
    r"""Multiply by the same factor step after step.

    Step 0 has the peak, and step `steps` the peak times the factor.

    >>> from lossary.schedules import Exponential
    >>> schedule = Exponential(peak=0.1, factor=0.5, steps=100)
    >>> [round(schedule(step), 6) for step in (0, 50, 100, 200)]
    [0.1, 0.070711, 0.05, 0.025]
    """

    cites = ("li2020",)
    aliases = ("exponential decay",)
    formula = r"\eta_t = \eta\, \gamma^{t/T}"

    peak: float = parameter(1e-3, nonnegative, scale="log")
    """Where it begins."""
    factor: float = parameter(0.5, positive)
    """By how much it is multiplied in `steps` steps."""
    steps: int = parameter(1000, count, scale="log")
    """After how many steps it is multiplied by the factor."""

    def turns(self) -> tuple[float, ...]:
        return (0, *self._each("steps"))

    def value(self, xp: Any, step: Any) -> Any:
        return self.peak * self.factor ** (step / self.steps)
