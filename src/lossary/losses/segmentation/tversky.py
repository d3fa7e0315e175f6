"""The Tversky loss."""

from lossary.core.catalogue import define
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative
from lossary.losses.segmentation._overlap import Overlap
from lossary.numerics import membership, ratio


@define
class Tversky(Overlap):
    """Make regions overlap, and choose which mistake is worse: too much, or too little.

    With alpha and beta of one half it is Dice.

    >>> import numpy as np
    >>> masks = np.asarray([[1.0], [1.0], [0.0], [0.0]])
    >>> float(Tversky(alpha=0.3, beta=1.0)(np.asarray([[1.0], [0.0], [0.0], [0.0]]), masks))
    0.5
    """

    cites = ("salehi2017", "tversky1977")
    aliases = ("TverskyLoss", "Tversky index")
    tasks = ("segmentation",)
    elicits = "overlap"
    formula = (
        r"1 - \frac{\sum p \, t + s}"
        r"{\sum p \, t + \alpha \sum p \, (1 - t) + \beta \sum (1 - p) \, t + s}"
    )
    sums = ("overlap", "false positives", "false negatives")
    hazards = (
        "The last axis is the classes: write mask[..., None] for one mask. "
        "Keras 3.15 swaps alpha and beta: there alpha counts false negatives."
    )

    alpha: float = parameter(0.3, nonnegative)
    """What a false positive counts."""
    beta: float = parameter(0.7, nonnegative)
    """What a false negative counts."""
    smooth: float = parameter(0.0, nonnegative)
    """Added above and below the line, in pixels: gives absent classes a slope."""
    pool: str = choice("batch", "image")
    """Whether the sums run over all images together, or each image is judged by itself."""

    def contributions(self, xp, prediction, target):
        true = membership(xp, target, prediction)
        return prediction * true, prediction * (1 - true), (1 - prediction) * true

    def finish(self, xp, *sums):
        overlap, wrong, missed = sums
        above = overlap + self.smooth
        return 1 - ratio(xp, above, above + self.alpha * wrong + self.beta * missed, 1.0)
