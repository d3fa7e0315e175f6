"""The squared error."""

from lossary.core.catalogue import define
from lossary.core.elementwise import Elementwise


@define
class SquaredError(Elementwise):
    """Square every error: the model learns the mean, and one outlier can outweigh all else.

    >>> import numpy as np
    >>> float(SquaredError()(np.asarray([1.0, 3.0]), np.zeros(2)))
    5.0
    """

    cites = ("legendre1805", "gauss1809")
    aliases = ("MSE", "mean squared error", "L2", "quadratic loss")
    tasks = ("regression",)
    elicits = "mean"
    convex = True
    hazards = "Twice the half squared error: a learning rate tuned on one is wrong for the other."

    def value(self, xp, prediction, target):
        error = prediction - target
        return error * error
