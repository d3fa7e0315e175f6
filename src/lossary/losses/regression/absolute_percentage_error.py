"""The absolute error as a share of the target."""

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import Domain, nonnegative, nonzero, real


@define
class AbsolutePercentageError(Elementwise):
    """Measure every error against the size of its target: small targets count most.

    The result is a fraction: 0.2 is twenty per cent.

    >>> import numpy as np
    >>> float(AbsolutePercentageError()(np.asarray([8.0]), np.asarray([10.0])))
    0.2
    """

    cites = ("gneiting2011", "hyndman2006")
    aliases = ("MAPE", "mean absolute percentage error", "absolute relative error")
    tasks = ("regression",)
    elicits = "median weighted by 1/|target|"
    convex = True
    target = nonzero
    curvature_rule = bound("flat but for the kink; 1/|target| is the size of a step", stand_in=True)
    hazards = (
        "Pulls predictions low. Targets near zero dominate: set a floor, or change the metric."
    )

    floor: float = parameter(0.0, nonnegative)
    """The smallest divisor, in the units of the target; 0 divides by the target alone."""

    def value(self, xp, prediction, target):
        return xp.abs(prediction - target) / self._size(xp, target)

    def bound(self, xp, prediction, target):
        return 1 / self._size(xp, target)

    def _size(self, xp, target):
        return xp.clip(xp.abs(target), min=self.floor)

    def domain_of(self, name: str) -> Domain:
        # With a floor, a target of zero is nothing special.
        return real if name == "target" and self.floor > 0 else super().domain_of(name)
