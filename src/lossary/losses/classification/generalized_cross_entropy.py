"""The generalized cross-entropy of a label under a softmax."""

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.parameter import parameter
from lossary.core.rowwise import Classwise
from lossary.domains import Domain

exponent = Domain("exponent", 0.0, 1.0, high_closed=True, safe=0.5)


@define
class GeneralizedCrossEntropy(Classwise):
    """Give up on labels that the scores find absurd, since some labels are wrong.

    Near an exponent of 0 it is cross-entropy; at 1 it is the chance of a mistake, which no single
    label can pull far, and which learns slowly.

    >>> import numpy as np
    >>> float(GeneralizedCrossEntropy(q=1.0)(np.zeros((1, 4)), np.asarray([2])))
    0.75
    """

    cites = ("zhang2018",)  # equation 6
    aliases = ("GCE", "Lq loss", "noise-robust cross-entropy")
    tasks = ("multiclass",)
    elicits = "the likelier class, not its probability"
    robust = True
    curvature_rule = bound("negative where a label is found absurd")
    hazards = (
        "Its softmax is no probability: recalibrate. Near q = 1 it underfits many clean classes."
    )

    q: float = parameter(0.7, exponent)
    """How strongly absurd labels are turned down: a label's pull shrinks as its chance to this."""

    def value(self, xp, prediction, target):
        chance = xp.pick(xp.log_softmax(prediction), target)
        return -xp.expm1(self.q * chance) / self.q

    def bound(self, xp, prediction, target):
        # The Hessian is pᵗᑫ (diag(p) - p pᵀ - q (e - p)(e - p)ᵀ), with p the softmax and pᵗ, e the
        # label's chance and place. The last term only lowers it; the rest is cross-entropy's.
        logs = xp.log_softmax(prediction)
        turned = xp.exp(self.q * xp.pick(logs, target))[..., None]
        return -2 * turned * xp.exp(logs) * xp.expm1(logs)
