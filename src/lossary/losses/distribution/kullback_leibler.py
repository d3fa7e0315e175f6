"""The Kullback-Leibler divergence."""

from lossary.core.catalogue import define
from lossary.core.rowwise import Classwise
from lossary.domains import distribution, log_probability
from lossary.numerics import xlogy


@define
class KullbackLeibler(Classwise):
    """Make one distribution cover another: what the target holds likely must not be ruled out.

    This is KL(target ‖ prediction). The prediction is log-probabilities, the target probabilities;
    rows sum over their k outcomes, and the mean is over rows.

    >>> import numpy as np
    >>> half = np.asarray([[0.5, 0.5]])
    >>> float(KullbackLeibler()(np.log(half), half))
    0.0
    """

    cites = ("kullback1951",)
    aliases = (
        "KL",
        "KL divergence",
        "Kullback-Leibler divergence",
        "relative entropy",
        "KLDivLoss",
    )
    tasks = ("distribution", "distillation", "multiclass")
    elicits = "distribution"
    convex = True
    robust = True
    shapes = "... k, ... k -> ..."
    prediction = log_probability
    target = distribution
    formula = r"\sum_k t_k \left(\log t_k - p_k\right)"
    hazards = "PyTorch's reduction 'mean' divides by k too; its 'batchmean' is the mean here."

    def value(self, xp, prediction, target):
        # What the target rules out may be -inf in the prediction, but not NaN.
        ruled_out = (target == 0) & ~xp.isnan(prediction)
        cross = target * xp.where(ruled_out, xp.zeros_like(prediction), prediction)
        return xp.sum(xlogy(xp, target, target) - cross, axis=-1)
