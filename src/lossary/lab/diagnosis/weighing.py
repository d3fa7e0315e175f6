"""How many rows speak, once their weights are counted."""

import numpy as np

from lossary.lab.diagnosis.detector import EVERY, Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import Evidence


def effective(evidence: Evidence) -> Sight:
    """Return Kish's effective number of rows as a share: (Σ w)² / Σ w², of n."""
    weight = evidence.task.weight
    if weight is None:
        return unseen("no column of weights was named")
    rows = float(weight.sum() ** 2 / np.sum(np.square(weight)))
    said = f"{len(weight):,} weighted rows say as much as {rows:,.0f} equal ones"
    return Sight(rows / len(weight), said)


WEIGHTS = (
    Detector(
        "effective rows", "few rows carry the weight", 0.2, "(share of rows)", EVERY, effective,
        "bound the weights (at ten times their median, say), or every difference between losses "
        "will drown in noise",
        "the weights are part of the question, as amounts at stake are",
        "A", ("kish1965",), below=True, models=False,
    ),
)  # fmt: skip
