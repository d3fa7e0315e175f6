"""Binary cross-entropy of a logit."""

from lossary.core.catalogue import define
from lossary.core.elementwise import Elementwise
from lossary.domains import degree, logit
from lossary.numerics import weighted


@define
class BinaryCrossEntropy(Elementwise):
    """Make the sigmoid of the logit the probability of yes: confident mistakes cost most.

    The target is 0 or 1, or any probability between.

    >>> import numpy as np
    >>> round(float(BinaryCrossEntropy()(np.zeros(1), np.ones(1))), 4)  # log 2
    0.6931
    """

    cites = ("cox1958", "good1952")
    aliases = (
        "BCE",
        "BCEWithLogits",
        "logistic loss",
        "sigmoid cross-entropy",
        "log loss of logits",
    )
    tasks = ("binary", "multilabel", "segmentation")
    elicits = "probability"
    convex = True
    robust = True
    prediction = logit
    target = degree
    hazards = "Takes logits: a sigmoid before it keeps the loss above 0.31 and slows learning."

    def value(self, xp, prediction, target):
        yes = weighted(xp, target, xp.softplus(-prediction))
        return yes + weighted(xp, 1 - target, xp.softplus(prediction))
