"""What a rule is: where a metric elicits this and the target is of such a kind, try that loss."""

from dataclasses import dataclass, field
from math import inf
from typing import Any

from lossary.records import SymptomRecord

REAL, POSITIVE, COUNT = ("regression",), ("positive",), ("count",)
COUNTED = ("positive", "nonnegative", "count")
SHARE = ("proportion",)
AMOUNTS = (*REAL, *COUNTED, *SHARE)
TWO, MORE, LEVELS = ("binary",), ("multiclass",), ("ordinal",)
LABELS, TIMES = ("multilabel",), ("survival",)


@dataclass(frozen=True)
class Sign:
    """A symptom that speaks for or against a loss, where its figure lies from `low` to `high`.

    `points` is how much it says: 1 for what makes a loss more or less efficient, 2 for what makes
    it aim at something else, as wrong targets do.
    """

    symptom: str
    low: float = -inf
    high: float = inf
    points: int = 1

    def seen(self, diagnosis: tuple[SymptomRecord, ...]) -> SymptomRecord | None:
        """Return the symptom, if it was found with such a figure."""
        for each in diagnosis:
            if each.name == self.symptom and each.found and self.low <= each.figure < self.high:
                return each
        return None


@dataclass(frozen=True)
class Rule:
    """Where a metric elicits `elicits`, try `loss`, because of `reason`; `unless` says when not.

    Grades: A is a theorem, B was found again and again, C is a rule of thumb. `favours` and
    `opposes` are the symptoms that make the loss a better or a worse choice of those that fit.
    `measured` are parameters that begin at a symptom's figure, `fitted` what is set from the
    training rows of every fold, `kinds` the kinds of target (all, where there is none).
    """

    elicits: str
    loss: str
    reason: str
    grade: str
    cites: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    unless: str = ""
    favours: tuple[Sign, ...] = ()
    opposes: tuple[Sign, ...] = ()
    parameters: dict[str, Any] = field(default_factory=dict)
    measured: dict[str, str] = field(default_factory=dict)
    fitted: str = ""

    @property
    def key(self) -> str:
        """A name for it that no other rule of the same metric and kind has."""
        more = ",".join([*map(str, self.parameters), *filter(None, (self.fitted,))])
        return f"{self.loss}({more})" if more else self.loss
