"""The rules for amounts: which losses serve metrics that reward a mean, a median, a quantile."""

from math import inf

from lossary.lab.rules.rule import AMOUNTS, COUNT, COUNTED, REAL, SHARE, Rule, Sign

_WILD, _RATHER_WILD = Sign("contamination", points=2), Sign("contamination")
_HEAVY, _SKEW, _UNEVEN = Sign("heavy tail"), Sign("skew"), Sign("uneven noise")
_SPREAD = Sign("variance law", 1.25, inf)  # as the mean to this power, and more
_LITTLE_SPREAD = Sign("variance law", 0.5, 1.5)
_BEAT = "what most models are trained with: the one to beat"
RELATIVE, LOGARITHMIC = "median weighted by 1/|target|", "mean of log(1 + target)"

MEAN: tuple[Rule, ...] = (
    Rule("mean", "SquaredError", "its best constant is the mean, which the metric rewards",
         "A", ("gneiting2011",), AMOUNTS,
         "a few wild or large rows carry most of its pull", (), (_WILD, _HEAVY)),
    Rule("mean", "BinaryCrossEntropy",
         "aims at the mean, and knows that shares near 0 and 1 spread less",
         "A", ("papke1996", "gneiting2011"), SHARE,
         "a share near 0 or 1 that was wrongly noted pulls without bound"),
    Rule("mean", "PoissonNLL", "aims at the mean, and expects large amounts to spread more",
         "A", ("gneiting2011", "gourieroux1984"), COUNTED,
         "the spread does not grow with the amount", (_LITTLE_SPREAD,), (_RATHER_WILD,)),
    Rule("mean", "TweedieDeviance", "aims at the mean; expects a spread that keeps up with it",
         "A", ("gneiting2011", "mccullagh1989"), COUNTED,
         "the spread does not grow with the amount, or the largest rows are all that matters",
         (_SPREAD, Sign("zeros")), (_RATHER_WILD,), {}, {"power": "variance law"}),
    Rule("mean", "NegativeBinomialNLL", "aims at the mean, and expects counts to come in bursts",
         "A", ("gourieroux1984", "lawless1987"), COUNT,
         "counts spread as Poisson's do: it then learns less from large ones",
         (Sign("over-dispersion"),), (_RATHER_WILD,)),
    Rule("mean", "GaussianNLL", "learns where the target is noisy, and trusts those rows less",
         "B", ("nix1994",), (*REAL, "positive"),
         "there are few rows: what it learns of the noise is then chance", (_UNEVEN,), (_WILD,)),
    Rule("mean", "Huber", "bends squares into lines, in case some targets are wrong",
         "B", ("huber1964",), REAL,
         "wild targets are real, or one side reaches further: then it misses the mean",
         (_WILD, _HEAVY), (_SKEW,), fitted="delta"),
    Rule("mean", "Huber", "bends squares into lines, in case some targets are wrong",
         "B", ("huber1964",), (*COUNTED, *SHARE),
         "wild targets are real, as large claims are: then it tells too little",
         (_WILD,), (_SKEW, _HEAVY), fitted="delta"),
    Rule("mean", "AbsoluteError", "hardly feels wild targets, if they are what spoils the mean",
         "C", ("huber1964",), AMOUNTS,
         "residuals are skew: it tells the median, which is then no mean", (_WILD,), (_SKEW,)),
    Rule("mean", "SquaredLogarithmicError", "wild amounts pull little on the scale of logarithms",
         "C", ("duan1983",), COUNTED,
         "the mean itself is wanted: it tells the middle of logarithms, which lies below",
         (_WILD,), (_SKEW,)),
)  # fmt: skip

MEDIAN: tuple[Rule, ...] = (
    Rule("median", "AbsoluteError", "its best constant is the median, which the metric rewards",
         "A", ("gneiting2011",), AMOUNTS, "", (_RATHER_WILD, _HEAVY)),
    Rule("median", "Huber", "nearly the absolute error, with a smooth bottom",
         "B", ("huber1964",), AMOUNTS,
         "residuals are skew: it aims between median and mean", (_RATHER_WILD, _HEAVY), (_SKEW,),
         fitted="delta"),
    Rule("median", "LogCosh", "nearly the absolute error, smooth throughout", "C", ("saleh2022",),
         AMOUNTS, "residuals are skew", (_RATHER_WILD,), (_SKEW,), fitted="unit"),
    Rule("median", "SquaredLogarithmicError",
         "on the scale of logarithms mean and median often fall together", "C", (), COUNTED,
         "amounts near zero are many: their logarithms rule", (_SPREAD,)),
    Rule("median", "SquaredError", _BEAT, "C", (), AMOUNTS,
         "residuals are skew: it tells the mean", (), (_SKEW, _WILD, _HEAVY)),
)  # fmt: skip

QUANTILE: tuple[Rule, ...] = (
    Rule("quantile", "Quantile", "its best constant is the quantile that the metric rewards",
         "A", ("koenker1978",), AMOUNTS, "the level is so far out that few rows lie beyond"),
    Rule("quantile", "AbsoluteError", "shows what asking for the level is worth", "C", (), AMOUNTS,
         "the level is not 0.5: it aims elsewhere"),
    Rule("quantile", "SquaredError", _BEAT, "C", (), AMOUNTS, "it aims at the mean", (), (_WILD,)),
)  # fmt: skip

OTHER: tuple[Rule, ...] = (
    Rule(RELATIVE, "AbsolutePercentageError", "is the metric itself", "A", ("gneiting2011",),
         AMOUNTS, "targets near zero rule it: then change the metric"),
    Rule(RELATIVE, "SquaredLogarithmicError", "compares by factors too, without the pull to low",
         "C", (), COUNTED, "the metric's own pull to low is wanted", (_SPREAD,)),
    Rule(RELATIVE, "AbsoluteError", "robust, in units of the target", "C", (), AMOUNTS,
         "small targets count as much as large ones", (_RATHER_WILD,), (_SPREAD,)),
    Rule(RELATIVE, "SquaredError", _BEAT, "C", (), AMOUNTS,
         "small targets count as much as large ones", (), (_WILD, _SPREAD)),

    Rule(LOGARITHMIC, "SquaredLogarithmicError", "is the metric itself", "A", ("gneiting2011",),
         AMOUNTS, ""),
    Rule(LOGARITHMIC, "TweedieDeviance",
         "a spread that grows with the amount is nearly even on logarithms", "C", (), COUNTED,
         "residuals of logarithms are skew", (_SPREAD,), (_RATHER_WILD,), {},
         {"power": "variance law"}),
    Rule(LOGARITHMIC, "AbsoluteError", "the median does not move under a logarithm", "C", (),
         AMOUNTS, "residuals of logarithms are skew", (_RATHER_WILD,)),
    Rule(LOGARITHMIC, "SquaredError", _BEAT, "C", (), AMOUNTS,
         "the spread grows with the amount", (), (_WILD, _SPREAD)),

    Rule("none", "AbsoluteError", "hardly feels large errors, which the metric hardly counts", "C",
         (), AMOUNTS, "", (_RATHER_WILD,)),
    Rule("none", "Huber", "feels large errors less than squares do", "C", ("huber1964",), AMOUNTS,
         "", (_RATHER_WILD,), fitted="delta"),
    Rule("none", "SquaredLogarithmicError", "feels large amounts less", "C", (), COUNTED,
         "amounts near zero are many", (_SPREAD,)),
    Rule("none", "SquaredError", _BEAT, "C", (), AMOUNTS, "a few rows are far off", (), (_WILD,)),
)  # fmt: skip
