"""Warm-up, then the inverse square root of the step."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.schedule import Schedule
from lossary.core.parameter import parameter
from lossary.domains import count, nonnegative


@define
class InverseSquareRoot(Schedule):
    r"""Climb in a straight line, then fall with the square root of the step, without an end.

    The paper counts steps from 1: the first step has peak/warmup, step `warmup - 1` the peak.

    >>> from lossary.schedules import InverseSquareRoot
    >>> schedule = InverseSquareRoot(peak=0.1, warmup=100)
    >>> [round(schedule(step), 6) for step in (0, 99, 399)]
    [0.001, 0.1, 0.05]
    """

    cites = ("vaswani2017",)  # equation 3, where the peak is 1/sqrt(model size · warm-up)
    aliases = ("Noam", "inverse sqrt", "rsqrt")
    formula = r"\eta_t = \eta\, \min\left(\frac{t+1}{T},\; \sqrt{\frac{T}{t+1}}\right)"

    peak: float = parameter(1e-3, nonnegative, scale="log")
    """The largest number."""
    warmup: int = parameter(1000, count, scale="log")
    """How many steps it climbs."""

    def turns(self) -> tuple[float, ...]:
        return (0, *(each - 1 for each in self._each("warmup")))

    def value(self, xp: Any, step: Any) -> Any:
        way = (step + 1) / self.warmup
        return self.peak * xp.where(way < 1, way, way**-0.5)
