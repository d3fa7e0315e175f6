"""The quantile loss."""

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import inner


@define
class Quantile(Elementwise):
    """Charge too low and too high at different rates: the model learns a quantile.

    >>> import numpy as np
    >>> Quantile(level=0.9)(np.asarray([0.0, 2.0]), np.ones(2), reduction="none").round(6).tolist()
    [0.9, 0.1]
    """

    cites = ("koenker1978",)
    aliases = ("pinball", "pinball loss", "check loss", "tick loss", "quantile loss")
    tasks = ("regression",)
    elicits = "quantile"
    convex = True
    robust = True
    curvature_rule = bound("flat but for the kink; one is the size of a step", stand_in=True)
    hazards = "At level 0.5 this is half the absolute error; some libraries double it."

    level: float = parameter(0.5, inner)
    """The share of targets that should lie below the prediction."""

    def value(self, xp, prediction, target):
        error = target - prediction
        size = xp.abs(error)
        return xp.where(error < 0, (1 - self.level) * size, self.level * size)

    def bound(self, xp, prediction, target):
        return 1.0
