"""The negative log-likelihood of errors with heavy tails, as Student's t has them."""

from math import cosh, log

from lossary.core.catalogue import define
from lossary.core.curvature import secant
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import Domain, positive
from lossary.numerics import logarithm

tails = Domain("tails", 0.5, 30.0, True, True, 4.0)
LOGS = tuple(log(cosh(i / 8)) for i in range(-640, 641))


@define
class StudentTNLL(Elementwise):
    """Square small errors, and take large ones for what now and then happens: they pull less.

    What depends on its parameters alone is left out of the likelihood; where these are learned, it
    is added.

    >>> import numpy as np
    >>> round(float(StudentTNLL(degrees=1.0)(np.asarray([1.0]), np.zeros(1))), 4)  # log 2
    0.6931
    """

    cites = ("lange1989",)
    aliases = ("Student's t", "t likelihood", "heavy-tailed regression")
    tasks = ("regression",)
    elicits = "between mean and mode"
    robust = True
    curvature_rule = secant("negative beyond the scale times the root of the degrees")
    hazards = "Not convex: with many outliers it may settle on them. Begin with Huber."

    degrees: float = parameter(4.0, positive, scale="log", learned=tails)
    """How light the tails are: at 1 they are Cauchy's, from about 30 on normal."""
    scale: float = parameter(1.0, positive, scale="log")
    """How widely the usual errors spread, in the units of the target."""

    def value(self, xp, prediction, target):
        error = (prediction - target) / self.scale
        return (self.degrees + 1) / 2 * xp.log1p(error * error / self.degrees)

    def normaliser(self, xp, like):
        # Where the error is scale √degrees sinh y, exp(-loss) is scale √degrees (cosh y)^-degrees
        # in y. Summed by the trapezoid rule, that is exact to 1e-14 for degrees from 0.5 to 30.
        density = xp.sum(xp.exp(-self.degrees * xp.row(LOGS, like))) / 8
        return xp.log(density) + logarithm(xp, self.degrees) / 2 + logarithm(xp, self.scale)
