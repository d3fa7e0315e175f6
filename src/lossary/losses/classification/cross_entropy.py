"""Cross-entropy of a label, or a distribution of labels, under a softmax."""

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.parameter import parameter, zero
from lossary.core.rowwise import Classwise
from lossary.domains import distribution, labels, nonnegative, share
from lossary.numerics import expectation, membership, weighted


@define
class CrossEntropy(Classwise):
    """Make the softmax of k scores the probabilities of k classes: confident mistakes cost most.

    The target is a label, or a distribution over the labels.

    >>> import numpy as np
    >>> round(float(CrossEntropy()(np.zeros((1, 4)), np.asarray([2]))), 4)  # log 4
    1.3863
    """

    cites = ("bridle1990", "szegedy2016")
    aliases = ("softmax cross-entropy", "categorical cross-entropy", "multinomial logistic", "CE")
    tasks = ("multiclass", "segmentation", "language")
    elicits = "distribution"
    convex = True
    robust = True
    shapes = ("... k, ... -> ...", "... k, ... k -> ...")
    target = (labels, distribution)
    curvature_rule = bound("the scores of a row see each other")
    formula = (
        r"\log \sum_k e^{p_k} - \sum_k q_k \, p_k, \quad "
        r"q = (1 - \epsilon) \, t + \tfrac{\epsilon}{K}"
    )
    hazards = "Applies the softmax itself: after one, ten classes cannot get below a loss of 1.46."

    smoothing: float = parameter(0.0, share)
    """How much of the target's mass is spread evenly over all k classes."""
    class_weight: tuple[float, ...] | None = parameter(
        None, nonnegative, optional=True, many=True, axis="k"
    )
    """How much each class counts; the mean divides by what the targets weigh."""

    def value(self, xp, prediction, target):
        if self.class_weight is not None:
            return self._weighted(xp, prediction, target)
        logs = xp.log_softmax(prediction)
        loss = -expectation(xp, logs, target)
        if zero(self.smoothing):
            return loss
        return (1 - self.smoothing) * loss - self.smoothing * xp.mean(logs, axis=-1)

    def bound(self, xp, prediction, target):
        # The Hessian is m (diag(q) - q qᵀ), q the softmax and m the target's mass. By Gershgorin,
        # twice its diagonal is above it.
        logs = xp.log_softmax(prediction)
        mass = xp.sum(self._mass(xp, prediction, target), axis=-1)[..., None]
        return -2 * mass * xp.exp(logs) * xp.expm1(logs)

    def _weighted(self, xp, prediction, target):
        mass = self._mass(xp, prediction, target)
        return -xp.sum(weighted(xp, mass, xp.log_softmax(prediction)), axis=-1)

    def _mass(self, xp, prediction, target):
        own = membership(xp, target, prediction)
        mass = (1 - self.smoothing) * own + self.smoothing / prediction.shape[-1]
        return mass if self.class_weight is None else mass * xp.row(self.class_weight, prediction)

    @property
    def share_removes(self):
        return zero(self.smoothing)  # smoothed, a row has mass on the other classes too

    def share(self, xp, *arrays):
        if self.class_weight is None:
            return None
        prediction, target = arrays
        own = membership(xp, target, prediction)
        return xp.sum(own * xp.row(self.class_weight, prediction), axis=-1)
