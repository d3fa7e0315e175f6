"""The triplet margin loss."""

from lossary.core.catalogue import define
from lossary.core.parameter import choice, parameter
from lossary.core.rowwise import Rowwise
from lossary.domains import positive
from lossary.numerics import root


@define
class TripletMargin(Rowwise):
    """Bring the anchor nearer to the positive row than to the negative one, by a margin.

    >>> import numpy as np
    >>> anchor, near, far = np.zeros((1, 2)), np.asarray([[3.0, 4.0]]), np.asarray([[0.0, 2.0]])
    >>> float(TripletMargin()(anchor, near, far))  # 5 - 2 + 1
    4.0
    """

    cites = ("balntas2016", "schroff2015")
    aliases = ("triplet", "triplet loss", "TripletMarginLoss", "FaceNet loss")
    tasks = ("embedding",)
    elicits = "order of distances"
    shapes = "... d, ... d, ... d -> ..."
    formula = r"\max\left(0, \left\|a - p\right\| - \left\|a - n\right\| + m\right)"
    hazards = "A loss equal to the margin for long means that all rows have become one point."

    margin: float = parameter(1.0, positive, scale="log")
    """How much nearer the positive row must be, in the units of the distance."""
    squared: bool = choice(False, True)
    """Whether distances are squared, as in FaceNet."""

    def value(self, xp, anchor, positive, negative):
        near = self._distance(xp, anchor, positive)
        far = self._distance(xp, anchor, negative)
        return xp.clip(near - far + self.margin, min=0.0)

    def _distance(self, xp, one, other):
        apart = one - other
        square = xp.sum(apart * apart, axis=-1)
        return square if self.squared else root(xp, square)
