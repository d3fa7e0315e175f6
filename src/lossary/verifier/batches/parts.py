"""A batch in two parts of different size, as micro-batches and short last shards are."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.batches import rows
from lossary.verifier.batches.structure import near


@dataclass(frozen=True)
class Parts:
    """The values of the whole and of its two parts."""

    batch: Batch
    whole: float
    values: tuple[float, float]

    @property
    def mean(self) -> float:
        return float(np.mean(self.values))

    @property
    def adds_up(self) -> bool:
        return near(sum(self.values), self.whole, max(map(abs, self.values)))


def parted(subject: Any, batch: Batch, at: int = 3) -> Parts | None:
    """Evaluate the whole, its first rows and its last ones; None where a value is not finite."""
    n = rows.count(subject, batch)
    first, second = (rows.taken(subject, batch, each) for each in (range(at), range(at, n)))
    try:
        whole, one, two = (subject.number(each) for each in (batch, first, second))
    except CandidateError:
        return None
    return Parts(batch, whole, (one, two)) if np.isfinite([whole, one, two]).all() else None
