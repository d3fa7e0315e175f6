"""The Dice loss."""

from lossary.core.catalogue import define
from lossary.core.parameter import choice, parameter
from lossary.domains import nonnegative
from lossary.losses.segmentation._overlap import Overlap
from lossary.numerics import membership, ratio


@define
class Dice(Overlap):
    """Make the predicted region overlap the true one, however small it is in the image.

    >>> import numpy as np
    >>> masks = np.asarray([[1.0], [1.0], [0.0], [0.0]])
    >>> float(Dice()(np.asarray([[1.0], [0.0], [0.0], [0.0]]), masks)) == 1 - 2 / 3
    True
    """

    cites = ("dice1945", "sorensen1948", "milletari2016")
    aliases = ("soft Dice", "DiceLoss", "Sorensen-Dice", "F1 region loss")
    tasks = ("segmentation",)
    elicits = "overlap"
    formula = r"1 - \frac{2 \sum p \, t + s}{\sum p + \sum t + s}"
    sums = ("overlap", "predicted", "true")
    hazards = (
        "The last axis is the classes: write mask[..., None] for one mask. "
        "Not minimised at p = t where targets are soft; biased where volumes are wanted."
    )

    smooth: float = parameter(0.0, nonnegative)
    """Added above and below the line, in pixels: gives absent classes a slope."""
    squared: bool = choice(False, True)
    """Whether the sums below the line are of squares, as in V-Net."""
    pool: str = choice("batch", "image")
    """Whether the sums run over all images together, or each image is judged by itself."""

    def contributions(self, xp, prediction, target):
        true = membership(xp, target, prediction)
        if self.squared:
            return prediction * true, prediction * prediction, true * true
        return prediction * true, prediction, true

    def finish(self, xp, *sums):
        overlap, predicted, true = sums
        above, below = 2 * overlap + self.smooth, predicted + true + self.smooth
        return 1 - ratio(xp, above, below, 1.0)
