"""One restart as it goes: where it began, what it cost, and the best it has seen."""

from dataclasses import dataclass, field

import numpy as np

from lossary.records import StandRecord


@dataclass(eq=False)
class Path:
    """A restart under way. A loss that is NaN is worse than any other.

    It has settled once its best point is the bottom of a basin, as far as the method can tell.
    """

    start: np.ndarray
    evaluations: int = 0
    dropped: bool = False
    settled: bool = False
    first: float = np.inf
    loss: float = np.inf
    weights: np.ndarray = field(default_factory=lambda: np.zeros(0))
    course: list[StandRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.weights = self.start

    @property
    def ended(self) -> str:
        """How it ended, in a word that the record keeps."""
        if self.dropped:
            return "dropped"
        if not np.isfinite(self.loss):
            return "nowhere"
        return "settled" if self.settled else "under way"

    def see(self, loss: float, weights: np.ndarray, quiet: bool = False) -> None:
        """Hear of one evaluated point; it is told in the course unless `quiet`."""
        loss = np.inf if np.isnan(loss) else loss
        if not self.course:
            self.first = loss
        if loss < self.loss:
            self.loss, self.weights = loss, np.array(weights)
        if not (quiet and self.course):
            self.course.append(StandRecord(self.evaluations, float(self.loss)))
