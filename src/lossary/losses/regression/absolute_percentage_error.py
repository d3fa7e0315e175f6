"""The absolute error as a share of the target."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import nonnegative, nonzero


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
    robust = True
    target = nonzero
    curvature_rule = bound("flat but for the kink; 1/|target| is the size of a step", stand_in=True)
    hazards = "Pulls predictions low. Targets near zero dominate: set a floor, or change the metric."

    floor: float = parameter(0.0, nonnegative, scale="log")
    """The smallest divisor, in the units of the target; 0 divides by the target alone."""

    def value(self, xp: Any, prediction: Any, target: Any) -> Any:
        return xp.abs(prediction - target) / self._size(xp, target)

    def bound(self, xp: Any, prediction: Any, target: Any) -> Any:
        return 1 / self._size(xp, target)

    def _size(self, xp: Any, target: Any) -> Any:
        return xp.clip(xp.abs(target), min=self.floor)
