"""The negative log-likelihood of Weibull times, censored ones among them."""

from math import inf

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.parameter import parameter
from lossary.domains import positive
from lossary.losses.survival._accelerated import Accelerated


@define
class WeibullAFT(Accelerated):
    """Learn how long things last where many still do: what has not ended yet must last longer.

    The target is the time of an event, or minus the time up to which there was none. The prediction
    is the logarithm of the time by which 63 % have ended.

    >>> import numpy as np
    >>> loss = WeibullAFT(scale=1.0)
    >>> loss(np.zeros(2), np.asarray([2.0, -2.0]), reduction="none").tolist()
    [2.0, 2.0]
    """

    cites = ("kalbfleisch2002", "barnwal2022")
    aliases = ("Weibull accelerated failure time", "Weibull regression", "survival:aft extreme")
    elicits = "mean of target^(1/scale)"
    lower_bound = -inf
    convex = True
    curvature_rule = bound(
        "next to nothing where an event came early, so that steps would overshoot"
    )
    hazards = "A time much longer than predicted costs exponentially. A target of zero is no time."

    scale: float = parameter(1.0, positive, scale="log")
    """How widely log-times spread: below 1, things wear out; above 1, the old ones last."""

    def value(self, xp, prediction, target):
        late = self.late(xp, prediction, target)
        return xp.exp(late) + self.at_event(xp, target, -late)

    def bound(self, xp, prediction, target):
        # No lower than anywhere between here and an event: the step ends before it.
        here = xp.exp(self.late(xp, prediction, target))
        way = xp.where(target > 0, xp.clip(here, min=1.0), here)
        return way / (self.scale * self.scale)
