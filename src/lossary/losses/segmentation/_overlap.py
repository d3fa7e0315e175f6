"""What losses of overlap share: memberships of pixels in classes, pooled per batch or per image."""

from typing import Any, ClassVar

from lossary.core.ratio_of_sums import RatioOfSums
from lossary.domains import degree, labels, probability


class Overlap(RatioOfSums):
    """A loss of predicted and true memberships; a subclass has a parameter `pool`.

    The prediction holds probabilities with the k classes on the last axis; the target is labels
    without that axis, or memberships with it. A class that is neither there nor predicted costs
    nothing.
    """

    prediction: ClassVar[Any] = probability
    target: ClassVar[Any] = (labels, degree)
    pool: str

    shapes: ClassVar[Any] = ("... k, ... -> k", "... k, ... k -> k")

    def sentences_read(self) -> tuple[str, ...]:
        if self.pool == "image":
            return "n ... k, n ... -> n k", "n ... k, n ... k -> n k"
        return tuple(self.shapes)
