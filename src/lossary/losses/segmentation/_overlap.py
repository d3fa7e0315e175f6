"""What losses of overlap share: memberships of pixels in classes, pooled per batch or per image."""

from typing import Any, ClassVar

from lossary.core.ratio_of_sums import RatioOfSums
from lossary.domains import labels, probability


class Overlap(RatioOfSums):
    """A loss of predicted and true memberships; a subclass has a parameter `pool`.

    The prediction holds probabilities with the k classes on the last axis; the target is labels
    without that axis, or memberships with it. A class that is neither there nor predicted costs
    nothing.
    """

    prediction: ClassVar[Any] = probability
    target: ClassVar[Any] = (labels, probability)
    pool: str

    @property
    def shapes(self) -> tuple[str, str]:  # type: ignore[override]
        if self.pool == "image":
            return "n ... k, n ... -> n k", "n ... k, n ... k -> n k"
        return "... k, ... -> k", "... k, ... k -> k"
