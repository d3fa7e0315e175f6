"""Warm-up, a long stable stretch, and a short decay."""

import math
from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.schedule import Schedule
from lossary.core.parameter import choice, parameter
from lossary.domains import count, nonnegative, whole
from lossary.errors import DomainError


@define
class WarmupStableDecay(Schedule):
    r"""Climb, stay, and fall at the very end: when to end can be said late.

    Step 0 has 0 (without warm-up the peak), step `warmup` the peak, step `steps` the floor, which
    stays.

    >>> from lossary.schedules import WarmupStableDecay
    >>> schedule = WarmupStableDecay(peak=0.1, steps=1000, warmup=100, decay=200)
    >>> [round(schedule(step), 6) for step in (0, 50, 100, 800, 850, 1000)]
    [0.0, 0.05, 0.1, 0.1, 0.075, 0.0]
    """

    cites = ("hu2024", "hagele2024")  # the root: section 3 there
    aliases = ("WSD", "trapezoid")
    formula = (
        r"\eta_t = \eta\, t/W \;(t < W),\quad \eta \;(t \le T - D),\quad "
        r"\eta_{\min} + (\eta - \eta_{\min})\, f\left(\frac{t - T + D}{D}\right),\quad "
        r"f(x) = 1 - x,\; \tfrac12 (1 + \cos \pi x),\; 1 - \sqrt x"
    )

    peak: float = parameter(1e-3, nonnegative, scale="log")
    """Where it stays."""
    floor: float = parameter(0.0, nonnegative)
    """Where it ends."""
    steps: int = parameter(10000, count, scale="log")
    """How many steps there are in all."""
    warmup: int = parameter(1000, whole)
    """How many steps it climbs."""
    decay: int = parameter(2000, whole)
    """How many steps it falls at the end."""
    shape: str = choice("linear", "cosine", "root")
    """Along which line it falls; "root" falls fast first, as one less the square root."""

    def turns(self) -> tuple[float, ...]:
        return (0, *self._each("warmup"), *self._each("steps"))

    def value(self, xp: Any, step: Any) -> Any:
        climbed = xp.where(step < self.warmup, step / self._least_one(xp, self.warmup), 1.0)
        fallen = (step - self.steps + self.decay) / self._least_one(xp, self.decay)
        left = self._left(xp, xp.clip(xp.where(step < self.steps, fallen, 1.0), 0.0, 1.0))
        return xp.where(
            step < self.warmup, self.peak * climbed, self.floor + (self.peak - self.floor) * left
        )

    def _left(self, xp: Any, way: Any) -> Any:
        if self.shape == "cosine":
            return (1 + xp.cos(math.pi * way)) / 2
        return 1 - (way if self.shape == "linear" else way**0.5)

    def _least_one(self, xp: Any, number: Any) -> Any:
        return xp.clip(number, 1.0, None)

    def _check(self) -> None:
        self._ordered("floor", "peak")
        for warmup, decay, steps in self._pairs("warmup", "decay", "steps"):
            if warmup + decay > steps:
                raise DomainError(
                    f"{self.label}: warmup={warmup} and decay={decay} take more than the "
                    f"steps={steps} that there are."
                )
