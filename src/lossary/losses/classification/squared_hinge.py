"""The squared hinge loss."""

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.elementwise import Elementwise
from lossary.domains import margin, side
from lossary.numerics import signed


@define
class SquaredHinge(Elementwise):
    """Push every entry past a margin of one, harder the further it is on the wrong side.

    The target is 1 on one side, and 0 or -1 on the other.

    >>> import numpy as np
    >>> SquaredHinge()(np.asarray([2.0, 0.5]), np.asarray([1, 0]), reduction="none").tolist()
    [0.0, 2.25]
    """

    cites = ("tang2013", "rosasco2004")
    aliases = ("L2 hinge", "L2-SVM")
    tasks = ("binary",)
    elicits = "probability, clipped at the margin"
    convex = True
    prediction = margin
    target = side
    curvature_rule = bound("zero past the margin")
    hazards = "One label that is wrong, and far out, can outweigh all else."

    def value(self, xp, prediction, target):
        short = xp.clip(1 - signed(xp, target) * prediction, min=0.0)
        return short * short

    def bound(self, xp, prediction, target):
        return 2.0
