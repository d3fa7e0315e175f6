"""Huber's loss."""

from lossary.core.catalogue import define
from lossary.core.curvature import secant
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import positive


@define
class Huber(Elementwise):
    """Square small errors, take large ones as they are: an outlier pulls with bounded force.

    >>> import numpy as np
    >>> Huber(delta=1.0)(np.asarray([0.5, 3.0]), np.zeros(2), reduction="none").tolist()
    [0.125, 2.5]
    """

    cites = ("huber1964",)
    aliases = ("smooth L1 (scaled)", "HuberLoss")
    tasks = ("regression",)
    elicits = "between mean and median"
    convex = True
    robust = True
    curvature_rule = secant("zero in the tails")
    hazards = "delta is in the units of the target. Smooth L1 is this divided by delta."

    delta: float = parameter(1.0, positive, scale="log")
    """Where the square ends, in the units of the target."""

    def value(self, xp, prediction, target):
        size = xp.abs(prediction - target)
        quadratic = xp.clip(size, max=self.delta)
        return quadratic * (size - quadratic / 2)
