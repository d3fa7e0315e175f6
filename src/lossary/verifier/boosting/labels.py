"""The labels at which an objective of one score is looked at, and a table to boost on."""

from typing import Any

import numpy as np

from lossary.verifier.batch import Batch

Array = Any
LABELS = {
    "degree": (0.0, 1.0),
    "side": (-1.0, 1.0),
    "nonnegative": (0.0, 0.5, 2.0),
    "positive": (0.5, 2.0),
}


def labels(subject: Any) -> tuple[float, ...]:
    """Return a few labels of the domain."""
    return LABELS.get(subject.contract.target.domain, (-2.0, 0.5, 2.0))


def pairs(subject: Any, scores: Array) -> tuple[Array, Array]:
    """Return every one of these scores with every label."""
    known = labels(subject)
    return np.tile(scores, len(known)), np.repeat(known, len(scores))


def batch(subject: Any, score: Any, label: Any) -> Batch:
    """Return a batch of scores and labels under the objective's own names."""
    contract = subject.contract
    arrays = (np.atleast_1d(np.asarray(each, np.float64)) for each in (score, label))
    return Batch(dict(zip((contract.prediction.name, contract.target.name), arrays, strict=True)))
