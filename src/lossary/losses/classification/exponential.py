"""The exponential loss."""

from lossary.core.catalogue import define
from lossary.core.elementwise import Elementwise
from lossary.domains import margin, side
from lossary.numerics import signed


@define
class Exponential(Elementwise):
    """Let mistakes grow without bound: the loss of AdaBoost, and of no noisy labels.

    The target is 1 on one side, and 0 or -1 on the other.

    >>> import numpy as np
    >>> float(Exponential()(np.asarray([0.0, 0.0]), np.asarray([1, 0])))
    1.0
    """

    cites = ("freund1997", "friedman2000")
    aliases = ("AdaBoost", "exponential loss")
    tasks = ("binary",)
    elicits = "half the log-odds"
    convex = True
    prediction = margin
    target = side
    hazards = "The best score is half the log-odds. A wrong label far out overflows."

    def value(self, xp, prediction, target):
        return xp.exp(-signed(xp, target) * prediction)
