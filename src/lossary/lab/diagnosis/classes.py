"""How rare the rarest class or label is."""

from dataclasses import replace

import numpy as np

from lossary.lab.diagnosis.detector import CLASSES, Detector, Sight
from lossary.lab.diagnosis.evidence import Evidence


def imbalance(evidence: Evidence) -> Sight:
    """Return how many rows the rarest class has, as a part of an even share."""
    counts = np.bincount(evidence.target, minlength=len(evidence.task.classes))
    seen = _rarest(evidence.task.classes, counts, len(evidence.target))
    return replace(seen, figure=seen.figure * len(counts))


def rare_label(evidence: Evidence) -> Sight:
    """Return the share of rows that bear the rarest label."""
    return _rarest(evidence.task.classes, evidence.target.sum(axis=0), len(evidence.target))


def _rarest(names: tuple[str, ...], counts: np.ndarray, rows: int) -> Sight:
    place = int(counts.argmin())
    said = f"{names[place]} has {int(counts[place]):,} of {rows:,} rows, the fewest of all"
    return Sight(float(counts[place] / rows), said)


RARE = (
    Detector(
        "imbalance", "a rare class", 0.2, "(of an even share)", CLASSES, imbalance,
        "keep plain cross-entropy where probabilities or their order are judged, and move the "
        "threshold where decisions are; weights are for metrics that count classes alike",
        "it is common where the model is used: then correct probabilities for its share there",
        "B", ("goorbergh2022", "menon2021"), below=True, models=False,
    ),
    Detector(
        "rare labels", "a rare label", 0.01, "(share of rows)", ("multilabel",), rare_label,
        "a loss that turns down what is easy keeps many absent labels from drowning the few that "
        "are there; give every label its own threshold",
        "probabilities are reported without being calibrated",
        "B", ("lin2017", "ridnik2021"), below=True, models=False,
    ),
)  # fmt: skip
