"""Linear warm-up."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.schedule import Schedule
from lossary.core.descent.settings import scheduled
from lossary.core.parameter import parameter
from lossary.domains import count, nonnegative


@define
class LinearWarmUp(Schedule):
    r"""Climb in a straight line, then follow another schedule, or stay.

    Step 0 has the start, and step `steps` is step 0 of what follows: that is the peak.

    >>> from lossary.schedules import Cosine, LinearWarmUp
    >>> schedule = LinearWarmUp(steps=100, then=Cosine(peak=0.1, steps=900))
    >>> [round(schedule(step), 6) for step in (0, 50, 100, 550, 1000)]
    [0.0, 0.05, 0.1, 0.05, 0.0]
    >>> LinearWarmUp(steps=100, then=0.1)(1000)
    0.1
    """

    cites = ("goyal2017",)  # section 2.2
    aliases = ("warm-up", "gradual warm-up")
    formula = (
        r"\eta_t = \eta_0 + (\eta_{\max} - \eta_0)\, t/T \;\; (t < T),\quad "
        r"\eta_t = \text{then}(t - T) \;\; (t \ge T)"
    )

    start: float = parameter(0.0, nonnegative)
    """Where it begins; from 0 the very first step moves nothing."""
    steps: int = parameter(1000, count, scale="log")
    """How many steps it climbs."""
    then: Any = parameter(1e-3, nonnegative, scale="log")
    """What follows: a schedule, whose first number is the peak; or the peak itself, which stays."""

    def turns(self) -> tuple[float, ...]:
        rest = self.then.turns() if scheduled(self.then) else (0,)
        return (0, *(each + step for each in self._each("steps") for step in rest))

    def value(self, xp: Any, step: Any) -> Any:
        way = xp.clip(step / self.steps, None, 1.0)
        peak = after = self.then
        if scheduled(after):
            peak, after = (self.then(each) for each in (0 * way, self._since(xp, step)))
        return xp.where(step < self.steps, self.start + (peak - self.start) * way, after)

    def _since(self, xp: Any, step: Any) -> Any:
        return xp.clip(step - self.steps, 0.0, None)

    def _check(self) -> None:
        peak = self.then(0) if scheduled(self.then) else self.then
        peak = tuple(peak.tolist()) if hasattr(peak, "tolist") else peak
        self._ordered("start", "peak", peak=peak)
