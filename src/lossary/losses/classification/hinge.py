"""The hinge loss."""

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.elementwise import Elementwise
from lossary.domains import margin, side
from lossary.numerics import signed


@define
class Hinge(Elementwise):
    """Push every entry past a margin of one on its own side, then leave it alone.

    The target is 1 on one side, and 0 or -1 on the other.

    >>> import numpy as np
    >>> Hinge()(np.asarray([2.0, 0.5]), np.asarray([1, 0]), reduction="none").tolist()
    [0.0, 1.5]
    """

    cites = ("cortes1995",)
    aliases = ("SVM", "support vector machine", "L1 hinge", "hinge loss", "max-margin")
    tasks = ("binary",)
    elicits = "the likelier class"
    convex = True
    robust = True
    prediction = margin
    target = side
    curvature_rule = bound("flat but for the kink; one is the size of a step", stand_in=True)
    hazards = "Its scores are no log-odds: a sigmoid of them is not a probability."

    def value(self, xp, prediction, target):
        return xp.clip(1 - signed(xp, target) * prediction, min=0.0)

    def bound(self, xp, prediction, target):
        return 1.0

    def kink(self, xp, prediction, target):
        return signed(xp, target)
