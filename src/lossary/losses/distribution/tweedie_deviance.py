"""The deviance of the Tweedie family between Poisson and gamma."""

from lossary.core.catalogue import define
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import Domain, log_amount, nonnegative
from lossary.numerics import power, xexp

between = Domain("between", 1.0, 2.0, safe=1.5)


@define
class TweedieDeviance(Elementwise):
    """Learn the mean of amounts that are often exactly zero, as claims or rain are.

    The prediction is the logarithm of the mean; at the target's own logarithm the loss is zero.

    >>> import numpy as np
    >>> float(TweedieDeviance(power=1.5)(np.asarray([0.0]), np.asarray([0.0])))
    4.0
    """

    cites = ("tweedie1984", "jorgensen1987")
    aliases = ("Tweedie", "compound Poisson-gamma deviance", "reg:tweedie")
    tasks = ("regression", "count")
    elicits = "mean"
    convex = True
    prediction = log_amount
    target = nonnegative
    hazards = (
        "Takes the log of the mean. Boosters minimise half of it, without its constants. "
        "Within 0.01 of a power of 1 or 2, single precision loses digits."
    )

    power: float = parameter(1.5, between)
    """p: the variance grows as the mean to this power; near 1 like counts, near 2 like amounts."""

    def value(self, xp, prediction, target):
        low, high = 1 - self.power, 2 - self.power
        own = power(xp, target, high) / (low * high)
        cross = xexp(xp, target, low * prediction) / low
        return 2 * (own - cross + xp.exp(high * prediction) / high)
