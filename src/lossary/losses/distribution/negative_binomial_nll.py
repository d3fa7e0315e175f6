"""The negative log-likelihood of counts that spread more than Poisson's."""

from lossary.core.catalogue import define
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import log_amount, nonnegative, positive
from lossary.numerics import logarithm, weighted


@define
class NegativeBinomialNLL(Elementwise):
    """Learn the mean of counts that come in bursts: a large count is less of a surprise.

    The prediction is the logarithm of the mean. The gamma functions of the target and the
    dispersion are left out: no slope in the prediction depends on them.

    >>> import numpy as np
    >>> loss = NegativeBinomialNLL(dispersion=1.0)
    >>> round(float(loss(np.asarray([0.0]), np.asarray([0.0]))), 4)  # mean 1: none has the chance ½
    0.6931
    """

    cites = ("cameron1986", "lawless1987")
    aliases = ("negative binomial", "NB2", "overdispersed Poisson", "negative binomial regression")
    tasks = ("count", "regression")
    elicits = "mean"
    convex = True
    prediction = log_amount
    target = nonnegative
    hazards = (
        "What is left out depends on the dispersion: choose that by a metric, never by this value."
    )

    dispersion: float = parameter(1.0, positive, scale="log")
    """α: the variance is the mean and α times its square; near 0 the slopes are Poisson's."""

    def value(self, xp, prediction, target):
        odds = prediction + logarithm(xp, self.dispersion)
        seen = weighted(xp, target, xp.softplus(-odds))
        return xp.softplus(odds) / self.dispersion + seen
