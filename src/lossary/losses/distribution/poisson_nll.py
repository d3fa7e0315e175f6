"""The negative log-likelihood of counts."""

from math import inf

from lossary.core.catalogue import define
from lossary.core.elementwise import Elementwise
from lossary.domains import log_amount, nonnegative
from lossary.numerics import weighted


@define
class PoissonNLL(Elementwise):
    """Learn the mean of counts on a log scale: errors weigh less where counts are large.

    The prediction is the logarithm of the rate. The constant log(target!) is left out.

    >>> import numpy as np
    >>> float(PoissonNLL()(np.asarray([0.0]), np.asarray([3.0])))  # rate 1
    1.0
    """

    cites = ("mccullagh1989",)
    aliases = ("Poisson", "Poisson negative log-likelihood", "count:poisson", "log-linear Poisson")
    tasks = ("count", "regression")
    elicits = "mean"
    lower_bound = -inf
    convex = True
    prediction = log_amount
    target = nonnegative
    hazards = "Takes the log of the rate; Keras takes the rate itself. May be negative."

    def value(self, xp, prediction, target):
        return xp.exp(prediction) - weighted(xp, target, prediction)
