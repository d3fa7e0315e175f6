"""Which losses fit what a metric rewards, and why: rules as data, each with its grade and source.

Grades: A is a theorem, B was found again and again, C is a rule of thumb. A rule fits by what the
metric elicits and by the kind of target; the first rule that names a loss gives its reason.
"""

from dataclasses import dataclass, field
from typing import Any

from lossary.lab.metrics.facts import Metric

_COUNTED = ("positive", "nonnegative", "count")
_TWO, _MORE = ("binary",), ("multiclass",)


@dataclass(frozen=True)
class Rule:
    """Where a metric elicits `elicits`, try `loss`, because of `reason`."""

    elicits: str
    loss: str
    reason: str
    grade: str
    cites: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    balanced: bool = False


MATCHED = {"poisson_deviance": "PoissonNLL", "tweedie_deviance": "TweedieDeviance",
           "gamma_deviance": "TweedieDeviance"}  # fmt: skip
"""The loss that is the metric itself, where several elicit the same: it stands first."""

_RELATIVE, _LOGARITHMIC = "median weighted by 1/|target|", "mean of log(1 + target)"

RULES: tuple[Rule, ...] = (
    Rule("mean", "SquaredError", "its best constant is the mean, which the metric rewards",
         "A", ("gneiting2011",)),
    Rule("mean", "PoissonNLL", "aims at the mean too; expects large amounts to spread more",
         "A", ("gneiting2011",), _COUNTED),
    Rule("mean", "TweedieDeviance", "aims at the mean too; expects them to spread more yet",
         "A", ("gneiting2011",), _COUNTED),
    Rule("mean", "GaussianNLL", "learns where the target is noisy, and trusts those rows less",
         "B", ("nix1994",), ("regression", "positive")),
    Rule("mean", "Huber", "bends squares into lines, in case some targets are wrong",
         "B", ("huber1964",)),
    Rule("mean", "AbsoluteError", "hardly feels wild targets, if they are what spoils the mean",
         "C", ("huber1964",)),

    Rule("median", "AbsoluteError", "its best constant is the median, which the metric rewards",
         "A", ("gneiting2011",)),
    Rule("median", "Huber", "nearly the absolute error, with a smooth bottom",
         "B", ("huber1964",)),
    Rule("median", "LogCosh", "as Huber's, smooth throughout", "C", ("saleh2022",)),
    Rule("median", "SquaredLogarithmicError",
         "on the scale of logarithms mean and median often fall together", "C", (), _COUNTED),
    Rule("median", "SquaredError", "what most models are trained with: the one to beat", "C"),

    Rule("quantile", "Quantile", "its best constant is the quantile that the metric rewards",
         "A", ("koenker1978",)),
    Rule("quantile", "AbsoluteError", "shows what asking for the level is worth", "C"),
    Rule("quantile", "SquaredError", "what most models are trained with: the one to beat", "C"),

    Rule(_RELATIVE, "AbsolutePercentageError", "is the metric itself", "A", ("gneiting2011",)),
    Rule(_RELATIVE, "SquaredLogarithmicError", "also compares by factors, without the pull to low",
         "C", (), _COUNTED),
    Rule(_RELATIVE, "AbsoluteError", "as robust, in units of the target", "C"),
    Rule(_RELATIVE, "SquaredError", "what most models are trained with: the one to beat", "C"),

    Rule(_LOGARITHMIC, "SquaredLogarithmicError", "is the metric itself", "A", ("gneiting2011",)),
    Rule(_LOGARITHMIC, "TweedieDeviance", "a spread that grows with the amount is nearly the same",
         "C", (), _COUNTED),
    Rule(_LOGARITHMIC, "AbsoluteError", "the median does not move under a logarithm", "C"),
    Rule(_LOGARITHMIC, "SquaredError", "what most models are trained with: the one to beat", "C"),

    Rule("none", "AbsoluteError", "hardly feels large errors, which the metric ignores", "C"),
    Rule("none", "Huber", "feels large errors less than squares do", "C", ("huber1964",)),
    Rule("none", "SquaredLogarithmicError", "feels large amounts less", "C", (), _COUNTED),
    Rule("none", "SquaredError", "what most models are trained with: the one to beat", "C"),

    Rule("probability", "BinaryCrossEntropy", "lowest at the true probabilities, and nowhere else",
         "A", ("gneiting2007",), _TWO),
    Rule("probability", "Exponential", "proper too once its margin is doubled; loud about mistakes",
         "A", ("friedman2000",), _TWO),
    Rule("probability", "SigmoidFocal", "looks at hard rows; its probabilities are biased",
         "B", ("charoenphakdee2021",), _TWO),
    Rule("probability", "CrossEntropy", "lowest at the true probabilities, and nowhere else",
         "A", ("gneiting2007",), _MORE),
    Rule("probability", "CrossEntropy", "smoothing holds back overconfidence, for a bias",
         "B", ("szegedy2016",), _MORE, {"smoothing": 0.05}),

    Rule("class", "BinaryCrossEntropy", "its best decision is the most likely class",
         "A", ("bartlett2006",), _TWO),
    Rule("class", "Hinge", "its best decision is the most likely class; done with rows once right",
         "A", ("bartlett2006",), _TWO),
    Rule("class", "SquaredHinge", "as hinge, smooth where rows become right",
         "A", ("bartlett2006",), _TWO),
    Rule("class", "Exponential", "its best decision is the most likely class; loud about mistakes",
         "A", ("bartlett2006",), _TWO),
    Rule("class", "SigmoidFocal", "its best decision is the most likely class; looks at hard rows",
         "A", ("charoenphakdee2021",), _TWO, {"alpha": None}),
    Rule("class", "CrossEntropy", "its best decision is the most likely class",
         "A", ("bartlett2006",), _MORE),
    Rule("class", "CrossEntropy", "smoothing holds back overconfidence",
         "B", ("szegedy2016",), _MORE, {"smoothing": 0.1}),
    Rule("class", "Hinge", "each class against the rest; right where one has more than half",
         "C", ("bartlett2006",), _MORE),

    Rule("balanced class", "BinaryCrossEntropy", "probabilities and a tuned threshold are enough",
         "A", ("koyejo2014",), _TWO),
    Rule("balanced class", "SigmoidFocal", "looks at hard rows, which are often the rare class",
         "B", ("lin2017",), _TWO),
    Rule("balanced class", "SquaredHinge", "margins and a tuned threshold",
         "B", ("koyejo2014",), _TWO),
    Rule("balanced class", "Exponential", "loud about mistakes, also on the rare class",
         "C", (), _TWO),
    Rule("balanced class", "CrossEntropy", "classes weighted so that each counts the same",
         "A", ("menon2021",), _MORE, {}, True),
    Rule("balanced class", "CrossEntropy", "what most models are trained with: the one to beat",
         "C", (), _MORE),

    Rule("overlap", "BinaryCrossEntropy", "probabilities and a tuned threshold are enough",
         "A", ("koyejo2014",), _TWO),
    Rule("overlap", "Dice", "F1 with probabilities in place of decisions", "B", ("milletari2016",)),
    Rule("overlap", "SigmoidFocal", "looks at hard rows, which are often the rare class",
         "B", ("lin2017",), _TWO),
    Rule("overlap", "Tversky", "as Dice, and charges more for what it misses",
         "C", ("salehi2017",), _TWO),
    Rule("overlap", "CrossEntropy", "what most models are trained with: the one to beat",
         "C", (), _MORE),
    Rule("overlap", "CrossEntropy", "classes weighted so that each counts the same",
         "C", (), _MORE, {}, True),

    Rule("ordering", "BinaryCrossEntropy", "true probabilities put rows in the best order",
         "A", ("agarwal2014",), _TWO),
    Rule("ordering", "Exponential", "orders rows as their probabilities do",
         "A", ("agarwal2014",), _TWO),
    Rule("ordering", "SquaredHinge", "orders rows as their probabilities do",
         "A", ("agarwal2014",), _TWO),
    Rule("ordering", "SigmoidFocal", "looks at hard rows; keeps the order of the probabilities",
         "B", ("charoenphakdee2021",), _TWO),
    Rule("ordering", "CrossEntropy", "true probabilities put rows in the best order",
         "A", ("gneiting2007",), _MORE),
    Rule("ordering", "CrossEntropy", "classes weighted so that each counts the same",
         "C", (), _MORE, {}, True),
)  # fmt: skip


def rules_for(metric: Metric, kind: str) -> tuple[Rule, ...]:
    """Return the rules that fit, the loss that is the metric itself first."""
    fit = [each for each in RULES if each.elicits == metric.elicits]
    fit = [each for each in fit if not each.kinds or kind in each.kinds]
    return tuple(sorted(fit, key=lambda each: each.loss != MATCHED.get(metric.name)))
