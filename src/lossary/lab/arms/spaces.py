"""What of a loss is searched, and where: by what its parameters declare, and by experience."""

from dataclasses import dataclass
from typing import Any

from lossary.core.parameter import Facts, facts_of
from lossary.lab.arms.arm import OF_LOSS
from lossary.records import SpaceRecord


@dataclass(frozen=True)
class Range:
    """Where one parameter of one loss is searched, and why there; a `factor` is of what was fitted.

    Without `low` and `high` it is not searched.
    """

    loss: str
    parameter: str
    low: float = 0.0
    high: float = 0.0
    scale: str = "linear"
    why: str = ""
    factor: bool = False

    @property
    def searched(self) -> bool:
        """Whether there is anything to search."""
        return self.low < self.high


RANGES: tuple[Range, ...] = (
    Range("Huber", "delta", 0.1, 10.0, "log",
          "from nearly absolute to nearly squared errors, around what the residuals say", True),
    Range("SigmoidFocal", "gamma", 0.5, 4.0, "linear", "as Lin et al. (2017) tried, with a margin"),
    Range("TweedieDeviance", "power", 1.1, 1.9, "linear",
          "from nearly Poisson to nearly gamma, where single precision still has its digits"),
    Range("NegativeBinomialNLL", "dispersion", 0.03, 10.0, "log",
          "from a spread of a sixth of the mean beyond Poisson's to three times the mean"),
    Range("GeneralizedCrossEntropy", "q", 0.3, 1.0, "linear",
          "below 0.3 it is nearly cross-entropy; 0.7 is what Zhang and Sabuncu (2018) take"),
    Range("WeibullAFT", "scale", 0.2, 3.0, "log", "from what wears out to what lasts once old"),
    Range("LogLogisticAFT", "scale", 0.2, 3.0, "log", "as for Weibull times"),
    Range("CrossEntropy", "smoothing", 0.0, 0.2, "linear", "0.1 is Szegedy et al.'s (2016)"),
    Range("Barron", "alpha", -2.0, 2.0, "linear", "from Geman and McClure's to squared errors"),
    Range("Barron", "scale", 0.1, 10.0, "log", "in units of what a linear model leaves over"),
    Range("Tversky", "alpha", why="it says which mistake is dearer, which is not ours to choose"),
    Range("Tversky", "beta", why="as alpha"),
    Range("SigmoidFocal", "alpha", why="a weight of classes: probabilities would follow it"),
    Range("CrossEntropy", "class_weight", why="probabilities would follow it"),
    Range("Quantile", "level", why="it says which quantile is asked for"),
    Range("AbsolutePercentageError", "floor", why="it would change what the metric rewards"),
)  # fmt: skip
_KNOWN = {(each.loss, each.parameter): each for each in RANGES}


def space_of(
    loss: Any, held: frozenset[str] = frozenset(), fitted: str = ""
) -> tuple[SpaceRecord, ...]:
    """Return what is searched of a loss but its parameters `held`; each default lies inside.

    A loss that is not known here is searched where its parameters declare to lie: a positive number
    on a logarithmic scale over two decades, one between two bounds within their inner nine tenths.
    """
    found = []
    for name, facts in facts_of(type(loss)).items():
        value = getattr(loss, name)
        known = _KNOWN.get((loss.label, name)) or _declared(loss.label, name, facts, value)
        off = value == 0 and name == "smoothing"  # plain cross-entropy is another arm
        if name in held or not known.searched or off or not isinstance(value, float):
            continue
        default = 1.0 if known.factor and fitted == name else value
        default = min(max(default, known.low), known.high)
        found.append(SpaceRecord(OF_LOSS + name, default, known.low, known.high, known.scale))
    return tuple(found)


def _declared(loss: str, name: str, facts: Facts, value: Any) -> Range:
    domain = facts.domain
    if facts.choices or facts.many or not isinstance(value, float):
        return Range(loss, name)
    if facts.scale == "log" and value > 0 and domain.low >= 0:
        return Range(loss, name, max(value / 10, domain.low), min(value * 10, domain.high), "log")
    width = domain.high - domain.low
    if 0 < width < float("inf"):
        return Range(loss, name, domain.low + 0.05 * width, domain.high - 0.05 * width)
    return Range(loss, name)
