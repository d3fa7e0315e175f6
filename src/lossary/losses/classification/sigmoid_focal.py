"""The focal loss of a logit."""

from lossary.core.catalogue import define
from lossary.core.curvature import bound
from lossary.core.elementwise import Elementwise
from lossary.core.parameter import parameter
from lossary.domains import degree, inner, logit, nonnegative
from lossary.numerics import weighted


@define
class SigmoidFocal(Elementwise):
    """Turn down what is already right, so that many easy entries cannot drown a few hard ones.

    The target is 0 or 1; what lies between mixes the two.

    >>> import numpy as np
    >>> round(float(SigmoidFocal(alpha=None)(np.zeros(1), np.ones(1))), 4)  # log 2, a quarter of it
    0.1733
    """

    cites = ("lin2017",)
    aliases = ("focal", "focal loss", "binary focal", "alpha-balanced focal loss")
    tasks = ("binary", "multilabel", "segmentation", "detection")
    elicits = "the likelier class, not its probability"
    robust = True
    prediction = logit
    target = degree
    curvature_rule = bound("negative where an entry is badly wrong")
    hazards = "Its sigmoid is no probability: recalibrate. Libraries disagree on alpha's default."

    alpha: float | None = parameter(0.25, inner, optional=True)
    """What a yes counts, and 1 - alpha a no; None counts both as one."""
    gamma: float = parameter(2.0, nonnegative)
    """How strongly what is already right is turned down; 0 is binary cross-entropy."""

    def value(self, xp, prediction, target):
        return self._mixed(xp, prediction, target, self._side)

    def bound(self, xp, prediction, target):
        return self._mixed(xp, prediction, target, self._side_bound)

    def _mixed(self, xp, prediction, target, side):
        yes, no = (1.0, 1.0) if self.alpha is None else (self.alpha, 1 - self.alpha)
        for_yes = weighted(xp, yes * target, side(xp, prediction))
        return for_yes + weighted(xp, no * (1 - target), side(xp, -prediction))

    def _side(self, xp, score):
        # (1 - q)^gamma as an exponential: no power of a number that has rounded to zero.
        return xp.exp(-self.gamma * xp.softplus(score)) * xp.softplus(-score)

    def _side_bound(self, xp, score):
        # The second derivative is q r^(gamma) (gamma² q s - gamma r s + (2 gamma + 1) r), with
        # r = 1 - q and s = -log q; without its one negative term it is a bound.
        q, r, surprise = xp.sigmoid(score), xp.sigmoid(-score), xp.softplus(-score)
        turned = q * xp.exp(-self.gamma * xp.softplus(score))
        return turned * (self.gamma * self.gamma * q * surprise + (2 * self.gamma + 1) * r)
