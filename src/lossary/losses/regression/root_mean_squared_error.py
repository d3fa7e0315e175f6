"""The root of the mean squared error."""

from lossary.core.catalogue import define
from lossary.core.ratio_of_sums import RatioOfSums
from lossary.numerics import ratio, root


@define
class RootMeanSquaredError(RatioOfSums):
    """The mean squared error in the units of the target: same optimum, steps that do not shrink.

    >>> import numpy as np
    >>> float(RootMeanSquaredError()(np.asarray([3.0, 4.0, 0.0, 0.0]), np.zeros(4)))
    2.5
    """

    cites = ("gauss1809",)
    aliases = ("RMSE", "root mean square error")
    tasks = ("regression",)
    elicits = "mean"
    convex = True
    shapes = "..., ... -> "
    formula = r"\sqrt{\frac{\sum_i w_i \left(p_i - t_i\right)^{2}}{\sum_i w_i}}"
    sums = ("squares", "weights")
    hazards = "A mean of roots over micro-batches is too small; add parts instead."

    def contributions(self, xp, prediction, target):
        error = prediction - target
        return error * error, xp.ones_like(error)

    def finish(self, xp, *sums):
        squares, weights = sums
        return root(xp, ratio(xp, squares, weights, 0.0))
