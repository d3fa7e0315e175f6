"""A lesson's loss as boosters and linear models see it, behind any head and in any unit."""

from dataclasses import dataclass, field, replace

import numpy as np

from lossary.adapters.estimators.objective import Objective
from lossary.core.composition import terms_of
from lossary.core.loss import Loss
from lossary.domains import log_probability, probability
from lossary.errors import LossError
from lossary.heads import Binary, Head, Many, best_constant
from lossary.lab.learners.link import Link, link_of

Array = np.ndarray
_FEW = 4000  # rows that show where a constant lies


@dataclass(frozen=True, eq=False)
class LessonObjective(Objective):
    """A loss behind any head. Its raw scores times `factor` are those that the head reads.

    Slopes and curvatures are divided by `size`, of shape (outputs,). With the mean curvature at the
    start there, a row counts as about one, whatever the loss: penalties and least sums of
    curvatures then mean the same for all of them.
    """

    unit: float = 1.0
    size: Array = field(default_factory=lambda: np.ones(1))

    @property
    def link(self) -> Link:
        """The way from raw scores to what the loss reads."""
        return link_of(self.head)

    @property
    def factor(self) -> float:
        """The unit, where the loss reads raw scores as they are; else the link has it."""
        return self.unit if self.link.plain else 1.0

    @property
    def refits(self) -> bool:
        own = all(hasattr(term, "kink") for term in terms_of(self.loss))
        return super().refits and (self.link.plain or own)

    @property
    def by_row(self) -> bool:
        return len(self._entries(1)) == 1

    def encoded(self, target: Array) -> Array:
        """Return targets of a task as the loss compares with them, in its unit."""
        found = super().encoded(target)
        return found if self.unit == 1.0 else found / self.unit

    def derivatives(
        self, raw: Array, target: Array, weight: Array | None = None
    ) -> tuple[Array, Array]:
        if self.link.plain:
            slope, curvature = super().derivatives(raw, target, weight)
        else:
            read, each = self._prediction(raw), self.spread(weight)
            slope = self.loss.gradient(read, target, weight=each) / self.unit
            curvature = self.loss.curvature(read, target, weight=each) / self.unit**2
            slope, curvature = self.link.pulled(raw, slope, curvature)
        size = self.size if raw.ndim > 1 else self.size[0]
        return slope / size, curvature / size

    def single(self, raw: Array, target: Array, weight: Array | None = None) -> tuple[Array, Array]:
        if self.link.plain and (self.size == 1).all():
            return super().single(raw, target, weight)
        slope, curvature = self.derivatives(raw, target, weight)
        return slope.astype(np.float32), curvature.astype(np.float32)

    def apart(self, target: Array) -> tuple[tuple[Objective, Array], ...]:
        """Take an objective apart where no number of a row sees another."""
        if self.by_row or not self.link.plain:
            return ((self, target),)
        one = replace(self, head=Binary(), unit=1.0, size=np.ones(1))
        return tuple((one, np.ascontiguousarray(column)) for column in target.T)

    def spread(self, weight: Array | None) -> Array | None:
        """Return weights of rows as the loss takes them: one for each entry."""
        if weight is None or self.by_row:
            return weight
        shape = self._entries(len(weight))
        return np.broadcast_to(weight.reshape(-1, *[1] * (len(shape) - 1)), shape)

    def _prediction(self, raw: Array) -> Array:
        read = self.link.prediction(raw)
        return read if self.link.plain or self.unit == 1.0 else read / self.unit

    def _entries(self, rows: int) -> tuple[int, ...]:
        """Return the shape of what the loss judges one by one, for so many rows."""
        shape = self._prediction(self.tiled(0.0, rows)).shape
        mixed = self.loss.sentences[0].inputs[0].trailing(self.loss.entries)
        return shape[: len(shape) - mixed]


def objective_of(
    loss: Loss, head: Head, unit: float, target: Array, weight: Array | None
) -> tuple[LessonObjective, Array]:
    """Return an objective whose rows count as about one, and the raw scores at which it starts."""
    objective = LessonObjective(loss, head, unit)
    start = _start(objective, target, weight)
    encoded = objective.encoded(target)
    with np.errstate(all="ignore"):
        bent = objective.derivatives(objective.tiled(start, len(target)), encoded, weight)[1]
    size = bent.reshape(len(target), -1).mean(axis=0)
    return replace(objective, size=np.where(np.isfinite(size) & (size > 0), size, 1.0)), start


def _start(objective: LessonObjective, target: Array, weight: Array | None) -> Array:
    """Return the best constant raw scores: exactly where the loss reads them as they are."""
    encoded = objective.encoded(target)
    known = encoded.ndim == 1 or isinstance(objective.head, Many)
    if objective.link.plain and (known or len(objective.apart(encoded)) > 1):
        return objective.start(encoded, weight)
    some = np.linspace(0, len(target) - 1, min(len(target), _FEW)).round().astype(int)
    low, high, _ = objective.head.reach(target[some])
    few, each = encoded[some], None if weight is None else weight[some]
    factor = objective.factor

    def judged(raw: Array) -> float:
        return objective.value(objective.tiled(raw / factor, len(some)), few, each)

    return best_constant(judged, low, high) / factor


def refused(loss: Loss, head: Head, target: Array) -> str:
    """Say why no curvature, row by row, can be had of a loss behind a head; "" where it can."""
    objective = LessonObjective(loss, head)
    few = objective.encoded(target[:8])
    try:
        with np.errstate(all="ignore"):
            objective.derivatives(objective.tiled(0.0, len(few)), few)
    except LossError as error:
        said = str(error).partition("\n")[0].removesuffix(".")
        return f"{said}. Networks (mlp) learn by it."
    if objective.link.most > 1 and loss.domains[0][0] in (probability, log_probability):
        return (
            f"{loss.label}: reads the probabilities of all classes at once, but here raw scores "
            f"are followed one by one. CrossEntropy has the same aim, and reads them."
        )
    return ""
