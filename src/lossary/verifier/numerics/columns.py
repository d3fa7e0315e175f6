"""Takes a loss of one number a row as one of several numbers a row, where it is good for both."""

import re
from dataclasses import replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches import hints
from lossary.verifier.batches.structure import near

FLAT = re.compile(r"\(\s*n\s*,?\s*\)|\b1-?d\b|one[- ]dimension|vector|flat|shape|scalar")


def widened(subject: Any) -> Any:
    """Return the loss over arrays (n, d), None where it may be meant for one number a row only.

    Only errors that have a gradient written by hand are asked: their value has to treat the
    entries of a table as it treats those of a long row, or sum them over its columns.
    """
    arguments = subject.contract.arguments
    if subject.candidate.gradient is None or FLAT.search(hints.doc(subject)):
        return None
    if any(a.axes != ("n",) or a.domain != "real" for a in arguments) or len(arguments) != 2:
        return None
    wider = tuple(replace(each, axes=("n", "d")) for each in arguments)
    wide = replace(subject, contract=subject.contract.but(arguments=wider))
    return wide if _as_good(subject, wide) else None


def _as_good(subject: Any, wide: Any) -> bool:
    batch = wide.draw(n=2)
    flat = batch.each(lambda array: array.reshape(-1), list(batch))
    columns = batch[wide.contract.prediction.name].shape[1]
    try:
        here, there = wide.value(batch), subject.value(flat)
    except CandidateError:
        return False
    if np.ndim(here) or np.ndim(there) or not np.isfinite([here, there]).all():
        return False
    return near(here, there) or near(here, columns * there)
