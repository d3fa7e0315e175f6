"""Which losses fit what a metric rewards, and why: all rules, and which stands first by itself."""

from lossary.lab.metrics.facts import Metric
from lossary.lab.rules.amounts import MEAN, MEDIAN, OTHER, QUANTILE
from lossary.lab.rules.classes import BALANCED, CLASS, COST, ORDERING, OVERLAP, PROBABILITY
from lossary.lab.rules.others import ON_LABELS, ON_LEVELS, ON_TIMES
from lossary.lab.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *MEAN, *MEDIAN, *QUANTILE, *OTHER,
    *PROBABILITY, *CLASS, *BALANCED, *OVERLAP, *COST, *ORDERING,
    *ON_LEVELS, *ON_LABELS, *ON_TIMES,
)  # fmt: skip

MATCHED = {
    "poisson_deviance": "PoissonNLL", "tweedie_deviance": "TweedieDeviance",
    "gamma_deviance": "TweedieDeviance", "share_log_loss": "BinaryCrossEntropy",
}  # fmt: skip
"""The loss that is the metric itself, where several elicit the same: it stands first."""

FIELD = {
    "regression": "SquaredError", "positive": "SquaredError", "nonnegative": "SquaredError",
    "count": "SquaredError", "proportion": "SquaredError", "binary": "BinaryCrossEntropy",
    "multiclass": "CrossEntropy", "ordinal": "CrossEntropy", "multilabel": "BinaryCrossEntropy",
    "survival": "WeibullAFT",
}  # fmt: skip
"""What most would have taken for a kind of target, whatever the metric."""


def rules_for(metric: Metric, kind: str) -> tuple[Rule, ...]:
    """Return the rules that fit, the loss that is the metric itself first."""
    fit = [each for each in RULES if each.elicits == metric.elicits]
    fit = [each for each in fit if not each.kinds or kind in each.kinds]
    return tuple(sorted(fit, key=lambda each: each.loss != MATCHED.get(metric.name)))


def default_of(metric: Metric, kind: str) -> Rule:
    """Return the rule that stands first where nothing is known of the data."""
    return rules_for(metric, kind)[0]
