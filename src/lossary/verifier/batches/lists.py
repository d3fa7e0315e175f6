"""Losses of lists: the scores of one query's documents, which no other query's should meet."""

import re
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints, rows
from lossary.verifier.batches.structure import near

NAMED = re.compile(r"\blist ?(net|mle|wise)\b")
SHAPED = re.compile(
    r"\(\s*(\w*quer(y|ies)|\w*lists|batch\w*|b|n)\s*,\s*(\w*(documents|docs|candidates)|list_?size)\s*\)"
)
MEETING = re.compile(r"contrast|\b(info)?nce\b|in[- ]batch|negatives|cdist|across")


def apart(subject: Any) -> str | None:
    """Say by which word each row is a list of its own, or None."""
    contract = subject.contract
    if len(contract.prediction.axes) != 2 or contract.target is None:
        return None
    said = f"{hints.name(subject)} {hints.doc(subject)}"
    if contract.target.axes != contract.prediction.axes or MEETING.search(said):
        return None
    found = NAMED.search(hints.name(subject)) or SHAPED.search(hints.doc(subject))
    return f"as {found[0]} says" if found else None


def bent(subject: Any, batch: Batch) -> bool:
    """Say whether another list's targets do more to a list's slopes than divide them."""
    if apart(subject) is None or not subject.differentiable:
        return False
    moved = rows.put(batch, rows.other(subject, batch), (subject.contract.target.name,), 0)
    try:
        before, after = subject.slope(batch), subject.slope(moved)
    except CandidateError:
        return False
    if before is None or after is None or not np.isfinite([before, after]).all():
        return False
    one, other = before[1:].ravel(), after[1:].ravel()
    size = float(one @ one)
    return size > 0 and not near(other, one * float(one @ other) / size, float(abs(other).max()))
