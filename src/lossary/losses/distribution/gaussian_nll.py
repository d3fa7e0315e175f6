"""The negative log-likelihood of a normal distribution."""

from math import inf

from lossary.core.catalogue import define
from lossary.core.curvature import fisher
from lossary.core.elementwise import Elementwise
from lossary.numerics import xexp


@define
class GaussianNLL(Elementwise):
    """Learn a mean and its own uncertainty: an error costs less where the model admits doubt.

    The prediction's last axis holds the mean and the logarithm of the variance. The constant
    log(2 pi) / 2 is left out.

    >>> import numpy as np
    >>> float(GaussianNLL()(np.asarray([[1.0, 0.0]]), np.asarray([3.0])))
    2.0
    """

    cites = ("nix1994",)
    aliases = ("Gaussian negative log-likelihood", "heteroscedastic regression", "normal NLL")
    tasks = ("regression",)
    elicits = "mean and variance"
    lower_bound = -inf
    shapes = "... 2, ... -> ..."
    components = ("mean", "log_variance")
    curvature_rule = fisher("at a perfect fit the log-variance has no curvature of its own")
    hazards = "Unbounded below: one entry fitted exactly drives its variance to zero."

    def value(self, xp, prediction, target):
        mean, log_variance = prediction
        error = target - mean
        return (log_variance + xexp(xp, error * error, -log_variance)) / 2

    def fisher(self, xp, prediction, target):
        _, log_variance = prediction
        return xp.exp(-log_variance), 0.5
