"""The logarithmic loss of a probability."""

from lossary.core.catalogue import define
from lossary.core.elementwise import Elementwise
from lossary.domains import degree, probability
from lossary.numerics import xlog1py, xlogy


@define
class LogLoss(Elementwise):
    """Judge probabilities by the logarithm of what they gave to the truth.

    Nothing is clipped: ruling out what happens costs infinity.

    >>> import numpy as np
    >>> round(float(LogLoss()(np.asarray([0.5]), np.ones(1))), 4)
    0.6931
    """

    cites = ("good1952",)
    aliases = ("log loss", "binary cross-entropy of probabilities", "BCELoss", "logarithmic score")
    tasks = ("binary", "multilabel")
    elicits = "probability"
    convex = True
    prediction = probability
    target = degree
    hazards = "A sigmoid that has saturated has no slope left: train on logits instead."

    def value(self, xp, prediction, target):
        return -xlogy(xp, target, prediction) - xlog1py(xp, 1 - target, -prediction)
