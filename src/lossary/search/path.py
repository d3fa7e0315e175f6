"""One restart as it goes: where it began, what it cost, and the best it has seen."""

from dataclasses import dataclass, field

import numpy as np

from lossary.records import StandRecord


@dataclass(eq=False)
class Path:
    """A restart under way. A loss that is NaN is worse than any other."""

    start: np.ndarray
    evaluations: int = 0
    dropped: bool = False
    first: float = np.inf
    loss: float = np.inf
    weights: np.ndarray = field(default_factory=lambda: np.zeros(0))
    course: list[StandRecord] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.weights = self.start

    def see(self, loss: float, weights: np.ndarray, quiet: bool = False) -> None:
        """Hear of one evaluated point; it is told in the course unless `quiet`."""
        loss = np.inf if np.isnan(loss) else loss
        if not self.course:
            self.first = loss
        if loss < self.loss:
            self.loss, self.weights = loss, np.array(weights)
        if not (quiet and self.course):
            self.course.append(StandRecord(self.evaluations, float(self.loss)))
