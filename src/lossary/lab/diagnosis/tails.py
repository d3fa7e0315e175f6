"""How residuals fall away from the middle: slowly, or more to one side."""

import numpy as np

from lossary.lab.diagnosis.detector import AMOUNTS, ONE_VALUE, Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import Evidence
from lossary.lab.diagnosis.widths import standard

_TOP = 0.05  # of the rows are a tail
_FEWEST = 20
_ENDS = 0.005  # of the rows on each side do not speak for the skew of all


def heavy_tail(evidence: Evidence) -> Sight:
    """Return Hill's index of the far twentieth of residuals, each divided by its own width."""
    if evidence.wild.any():
        return unseen("wild targets cannot be told from a tail; look at them first")
    if evidence.one_value:
        return unseen(ONE_VALUE)
    sizes = np.sort(np.abs(_usual(evidence)))[::-1]
    count = int(_TOP * len(sizes))
    if count < _FEWEST or sizes[count] == 0:
        return unseen(f"a tail of {_FEWEST} rows is needed, which {len(sizes):,} rows do not have")
    index = 1 / float(np.mean(np.log(sizes[:count] / sizes[count])))
    most = index * (1 + 1.645 / np.sqrt(count))
    said = f"the far {count:,} residuals fall as a power of {index:.2g} (at most {most:.2g})"
    return Sight(index, said, most < HEAVY.threshold)


def skew(evidence: Evidence) -> Sight:
    """Return the skewness of residuals, the outermost of them drawn in."""
    left = _usual(evidence)
    if len(left) < _FEWEST or left.std() == 0:
        return unseen("there is too little left over")
    left = np.clip(left, *np.quantile(left, (_ENDS, 1 - _ENDS)))
    figure = float(np.mean(((left - left.mean()) / left.std()) ** 3))
    side = "above" if figure > 0 else "below"
    return Sight(abs(figure), f"residuals reach further {side} the middle ({figure:+.2g})")


def _usual(evidence: Evidence) -> np.ndarray:
    """Return residuals of rows that are not wild, divided by how wide they lie there."""
    left = standard(evidence)
    return left[np.isfinite(left) & ~evidence.wild]


HEAVY = Detector(
    "heavy tail", "heavy tails", 4.0, "(Hill's index)", AMOUNTS, heavy_tail,
    "a few rows rule any mean: amounts above zero are served by gamma and Tweedie deviances, which "
    "expect it; amounts of any sign by Huber's loss, if both sides are alike; or report quantiles",
    "the far rows are what is asked for, as in insurance: then do not bend the loss",
    "B", ("hill1975",), below=True,
)  # fmt: skip

TAILS = (
    HEAVY,
    Detector(
        "skew", "skew", 1.0, "(third moment)", AMOUNTS, skew,
        "mean and median differ: be sure which one the metric rewards, and train for that one",
        "the metric is on logarithms, which make it go away; a model of logarithms tells the "
        "median, and needs Duan's smearing to tell the mean",
        "A", ("gneiting2011", "duan1983"),
    ),
)  # fmt: skip
