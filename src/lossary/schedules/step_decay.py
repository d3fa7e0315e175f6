"""Step decay."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.schedule import Schedule
from lossary.core.parameter import parameter
from lossary.domains import count, nonnegative, positive
from lossary.errors import ArgumentError


@define
class StepDecay(Schedule):
    r"""Stay for many steps, then multiply by a factor at once, and again.

    A milestone is the first step that has the smaller number.

    >>> from lossary.schedules import StepDecay
    >>> schedule = StepDecay(peak=1.0, factor=0.5, milestones=(30, 60))
    >>> [schedule(step) for step in (29, 30, 59, 60)]
    [1.0, 0.5, 0.5, 0.25]
    >>> StepDecay(peak=1.0, factor=0.5, every=10)(25)
    0.25
    """

    cites = ("goyal2017",)  # section 5.1
    aliases = ("multi-step", "piecewise constant", "staircase")
    formula = r"\eta_t = \eta\, \gamma^{n},\quad n = \#\{\text{milestones} \le t\}"

    peak: float = parameter(1e-3, nonnegative, scale="log")
    """Where it begins."""
    factor: float = parameter(0.1, positive)
    """By how much it is multiplied at each milestone."""
    every: int | None = parameter(None, count, scale="log", optional=True)
    """How many steps lie between two milestones; None where they are named."""
    milestones: tuple[int, ...] | None = parameter(None, count, many=True, optional=True)
    """The steps at which it is multiplied; None where it is every so often."""

    def turns(self) -> tuple[float, ...]:
        return (0, *(self._each("every") if self.milestones is None else self.milestones))

    def value(self, xp: Any, step: Any) -> Any:
        if self.milestones is None:
            return self.peak * self.factor ** (step // self.every)
        found = self.peak + 0 * step
        for each in self.milestones:
            found = xp.where(step >= each, found * self.factor, found)
        return found

    def _check(self) -> None:
        if (self.every is None) == (self.milestones is None):
            raise ArgumentError(
                f"{self.label} needs either every=… or milestones=….\n"
                f"Hint: StepDecay(every=1000), or StepDecay(milestones=(1000, 1500))."
            )
