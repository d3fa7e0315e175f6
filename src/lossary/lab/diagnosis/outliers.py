"""Wild targets: are there more far away than the tails of the others would bring there?"""

from lossary.lab.diagnosis.detector import AMOUNTS, ONE_VALUE, Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import MANY_WILD, Evidence


def contamination(evidence: Evidence) -> Sight:
    """Return the share of wild targets; they matter where they also move the mean."""
    target, far = evidence.target, evidence.far
    if evidence.one_value:
        return unseen(ONE_VALUE)
    said = f"{far.sum():,} of {len(target):,} targets lie beyond the tail of the others"
    if far.any():
        said += f", and move the mean by {evidence.moved:.2g} robust standard deviations"
    return Sight(float(far.mean()), said, bool(evidence.wild.any()))


OUTLIERS = (
    Detector(
        "contamination", "wild targets", MANY_WILD, "(share of rows)", AMOUNTS, contamination,
        "look at those rows first; if they are wrong, a loss of bounded pull (Huber, absolute "
        "error) keeps them from ruling the model, even where the metric is a squared error",
        "the wild targets are real and count as such (claims, revenue): then robust losses aim too "
        "low, and a deviance that expects the spread (gamma, Tweedie) is the better choice",
        "A", ("huber1964",),
    ),
)  # fmt: skip
