"""The absolute error."""

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.elementwise import Elementwise


@define
class AbsoluteError(Elementwise):
    """Take every error as it is: the model learns the median, and an outlier pulls like any entry.

    >>> import numpy as np
    >>> float(AbsoluteError()(np.asarray([1.0, -3.0]), np.zeros(2)))
    2.0
    """

    cites = ("boscovich1757",)
    aliases = ("MAE", "mean absolute error", "L1", "least absolute deviations")
    tasks = ("regression",)
    elicits = "median"
    convex = True
    robust = True
    curvature_rule = bound("flat but for the kink; one is the size of a step", stand_in=True)
    hazards = (
        "The slope has one size near the optimum too: lower the learning rate towards the end."
    )

    def value(self, xp, prediction, target):
        return xp.abs(prediction - target)

    def bound(self, xp, prediction, target):
        return 1.0
