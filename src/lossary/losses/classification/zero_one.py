"""The zero-one loss."""

from lossary.core.catalogue import define
from lossary.core.curvature import none
from lossary.core.elementwise import Elementwise
from lossary.domains import margin, side


@define
class ZeroOne(Elementwise):
    """Count the mistakes: for judging, not for training, since it is flat and moves no weight.

    The sign of the logit decides; zero decides against.

    >>> import numpy as np
    >>> float(ZeroOne()(np.asarray([2.0, -1.0, 3.0, 0.5]), np.asarray([1, 0, 0, 1])))
    0.25
    """

    cites = ("bartlett2006",)
    aliases = ("0-1", "zero-one loss", "misclassification", "error rate")
    tasks = ("binary",)
    elicits = "the likelier class"
    robust = True
    trainable = False
    prediction = margin
    target = side
    curvature_rule = none("it is flat")
    hazards = "No gradient: train with a surrogate, as binary cross-entropy or hinge."

    def value(self, xp, prediction, target):
        yes = xp.clip(target, min=0.0)
        mistake = xp.where(prediction > 0, 1 - yes, yes)
        return xp.where(xp.isnan(prediction), prediction, mistake)
