"""The negative log-likelihood of log-logistic times, censored ones among them."""

from math import inf

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.parameter import parameter
from lossary.domains import positive
from lossary.losses.survival._accelerated import Accelerated


@define
class LogLogisticAFT(Accelerated):
    """Learn how long things last where many still do, and let no single time pull far.

    The target is the time of an event, or minus the time up to which there was none. The prediction
    is the logarithm of the median time.

    >>> import numpy as np
    >>> loss = LogLogisticAFT(scale=1.0)
    >>> round(float(loss(np.zeros(1), np.asarray([-3.0]))), 4)  # a quarter lasts that long: log 4
    1.3863
    """

    cites = ("kalbfleisch2002", "barnwal2022")
    aliases = ("log-logistic accelerated failure time", "Fisk", "survival:aft logistic")
    elicits = "between mean and median of log(target)"
    lower_bound = -inf
    convex = True
    robust = True
    curvature_rule = bound("next to nothing far from the time, so that steps would overshoot")
    hazards = "Its tail is heavy: mean times may be infinite. A target of zero is no time."

    scale: float = parameter(1.0, positive, scale="log")
    """How widely log-times spread: times a factor of exp(scale) apart are told apart."""

    def value(self, xp, prediction, target):
        late = self.late(xp, prediction, target)
        return xp.softplus(late) + self.at_event(xp, target, xp.softplus(-late))

    def bound(self, xp, prediction, target):
        # The parabola that touches a softplus here and on the other side of zero (jaakkola2000).
        half = self.late(xp, prediction, target) / 2
        bend = xp.where(half == 0, 1.0, xp.tanh(half) / xp.where(half == 0, 1.0, half)) / 4
        return xp.where(target > 0, 2 * bend, bend) / (self.scale * self.scale)
