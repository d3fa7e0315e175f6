"""The squared error of logarithms."""

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.elementwise import Elementwise
from lossary.domains import above_minus_one


@define
class SquaredLogarithmicError(Elementwise):
    """Compare orders of magnitude: missing by a factor costs the same at every size.

    >>> import numpy as np
    >>> round(float(SquaredLogarithmicError()(np.asarray([np.e - 1]), np.zeros(1))), 6)
    1.0
    """

    cites = ("hyndman2006",)
    aliases = ("MSLE", "mean squared logarithmic error", "RMSLE objective", "log1p squared error")
    tasks = ("regression", "count")
    elicits = "mean of log(1 + target)"
    prediction = above_minus_one
    target = above_minus_one
    curvature_rule = bound("negative where the prediction is far above the target")
    hazards = "Not convex; a prediction at or below -1 has no logarithm and gives NaN or infinity."

    def value(self, xp, prediction, target):
        # Nearby amounts have nearby logarithms: their difference keeps its digits in one logarithm.
        apart = (prediction - target) / (1 + target)
        near = xp.abs(apart) < 0.5
        close = xp.log1p(xp.where(near, apart, 0.0))
        error = xp.where(near, close, xp.log1p(prediction) - xp.log1p(target))
        return error * error

    def bound(self, xp, prediction, target):
        below = xp.clip(xp.log1p(target) - xp.log1p(prediction), min=0.0)
        scale = 1 + prediction
        return 2 * (1 + below) / (scale * scale)
