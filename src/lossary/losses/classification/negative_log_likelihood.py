"""The negative log-likelihood of a label."""

from lossary.core.catalogue import define
from lossary.core.rowwise import Classwise
from lossary.domains import log_probability


@define
class NegativeLogLikelihood(Classwise):
    """Raise the log-probability of the true label; the model itself must see that rows sum to one.

    >>> import numpy as np
    >>> round(float(NegativeLogLikelihood()(np.log([[0.25, 0.75]]), np.asarray([0]))), 4)
    1.3863
    """

    cites = ("good1952",)
    aliases = ("NLL", "NLLLoss", "log score")
    tasks = ("multiclass", "language")
    elicits = "distribution"
    convex = True
    robust = True
    prediction = log_probability
    formula = "-p_t"
    hazards = (
        "Takes log-probabilities: of raw scores or probabilities it falls without end or stalls."
    )

    def value(self, xp, prediction, target):
        return -xp.pick(prediction, target)
