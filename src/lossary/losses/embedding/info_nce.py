"""The contrastive loss InfoNCE."""

from lossary.core.catalogue import define
from lossary.core.pairwise import Pairwise
from lossary.core.parameter import parameter
from lossary.domains import positive


@define
class InfoNCE(Pairwise):
    """Let each row find its own target among all targets of the batch, by inner product.

    Scale the rows to unit length first if the angle alone should count.

    >>> import numpy as np
    >>> rows = 9.0 * np.eye(2)
    >>> round(float(InfoNCE()(rows, rows)), 6)
    0.0
    """

    cites = ("oord2018",)
    aliases = ("contrastive", "NT-Xent (one-sided)", "MultipleNegativesRanking", "in-batch softmax")
    tasks = ("embedding",)
    elicits = "pointwise mutual information"
    convex = True
    formula = (
        r"\log \sum_j e^{\langle p_i, t_j \rangle / \tau} - \frac{\langle p_i, t_i \rangle}{\tau}"
    )
    hazards = "Two equal targets in a batch are each other's false negatives. It grows as log n."

    temperature: float = parameter(1.0, positive, scale="log")
    """tau: below one, the nearest wrong targets count more; 0.05 to 0.5 for rows of unit length."""

    def value(self, xp, prediction, target, present):
        scores = xp.matmul(prediction, xp.matrix_transpose(target)) / self.temperature
        own = xp.places(scores)
        if present is not None:
            # A row's own pair stays, so that a row that does not count has no empty sum either.
            kept = present[None, :] | (own[:, None] == own[None, :])
            scores = xp.where(kept, scores, -xp.inf)
        return -xp.pick(xp.log_softmax(scores), own)

    def normaliser(self, xp, like):
        return 0.0  # it is the negative log-likelihood of the true target among all
