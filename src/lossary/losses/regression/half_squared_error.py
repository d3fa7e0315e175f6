"""Half the squared error."""

from lossary.core.catalogue import define
from lossary.core.elementwise import Elementwise


@define
class HalfSquaredError(Elementwise):
    """Square every error and halve it: its slope is the error itself.

    >>> import numpy as np
    >>> float(HalfSquaredError()(np.asarray([1.0, 3.0]), np.zeros(2)))
    2.5
    """

    cites = ("gauss1809",)
    aliases = ("half MSE", "L2 loss (optax)", "least squares objective")
    tasks = ("regression",)
    elicits = "mean"
    convex = True
    hazards = "Half of what most frameworks call MSE; boosters mean this one."

    def value(self, xp, prediction, target):
        error = prediction - target
        return error * error / 2
