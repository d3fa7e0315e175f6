"""The logarithm of the hyperbolic cosine of the error."""

from math import log

from lossary.core.catalogue import define
from lossary.core.curvature import secant
from lossary.core.elementwise import Elementwise


@define
class LogCosh(Elementwise):
    """Square small errors and take large ones as they are, with every derivative in between.

    >>> import numpy as np
    >>> round(float(LogCosh()(np.asarray([1000.0]), np.zeros(1))), 4)  # 1000 - log 2
    999.3069
    """

    cites = ("green1990", "saleh2022")
    aliases = ("log cosh", "logarithm of hyperbolic cosine")
    tasks = ("regression",)
    elicits = "between mean and median"
    convex = True
    robust = True
    curvature_rule = secant("vanishes in the tails")
    hazards = "The change from square to straight is at errors of about one: scale the target."

    def value(self, xp, prediction, target):
        # Near zero log 2 would cancel all but a few digits; tanh has them. Far out tanh is one.
        error = prediction - target
        near = xp.abs(error) < 1
        tangent = xp.tanh(xp.where(near, error, 0.0))
        size = xp.abs(error)
        far = size + xp.softplus(-2 * size) - log(2)
        return xp.where(near, -xp.log1p(-tangent * tangent) / 2, far)
