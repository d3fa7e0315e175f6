"""What a detector is: a figure, where it begins to matter, and what follows from it: data."""

from collections.abc import Callable
from dataclasses import dataclass
from math import isfinite, nan

from lossary.lab.diagnosis.evidence import Evidence
from lossary.records import SymptomRecord

REAL = ("regression", "positive")
COUNTED = ("nonnegative", "count")
ABOVE = ("positive", *COUNTED)
AMOUNTS = (*REAL, *COUNTED)
CLASSES = ("binary", "multiclass", "ordinal")
ONE_VALUE = "more than half of the rows have one and the same target"
EVERY = (*AMOUNTS, "proportion", *CLASSES, "multilabel", "survival")


@dataclass(frozen=True)
class Sight:
    """What was seen: a figure, a sentence, and whether what must come with the figure does."""

    figure: float
    detail: str
    sure: bool = True


def unseen(why: str) -> Sight:
    """Say why nothing could be looked at."""
    return Sight(nan, f"not looked at: {why}", False)


@dataclass(frozen=True)
class Detector:
    """One symptom of data. It is found where the figure lies above the threshold, or `below`.

    `implies` is what to do about it, `unless` when not to; grades are those of the rules. One that
    looks at what a quick model leaves over needs features (`models`).
    """

    name: str
    title: str
    threshold: float
    unit: str
    kinds: tuple[str, ...]
    look: Callable[[Evidence], Sight]
    implies: str
    unless: str
    grade: str
    cites: tuple[str, ...] = ()
    below: bool = False
    models: bool = True

    def record(self, evidence: Evidence) -> SymptomRecord:
        """Look, and write down what was seen."""
        blank = self.models and evidence.blank
        seen = unseen("no column tells rows apart") if blank else self.look(evidence)
        passed = seen.figure < self.threshold if self.below else seen.figure > self.threshold
        return SymptomRecord(
            name=self.name,
            title=self.title,
            figure=float(seen.figure),
            unit=self.unit,
            threshold=self.threshold,
            found=bool(isfinite(seen.figure) and passed and seen.sure),
            detail=seen.detail,
            implies=self.implies,
            unless=self.unless,
            grade=self.grade,
            cites=self.cites,
        )
