"""A recommendation as plain data: what was asked, which losses answer it, what would change it."""

from dataclasses import dataclass

from lossary.records import SpaceRecord, SymptomRecord
from lossary.records.plain import FORMAT, Record


@dataclass(frozen=True)
class AskedRecord:
    """The question as it was understood; `elicits` is what the metric is best at, in words.

    `exact` says whether a loss is known that aims at just this; if not, `honest` says what is done.
    """

    data: str
    rows: int
    target: str
    kind: str
    classes: tuple[str, ...]
    metric: str
    metric_title: str
    elicits: str
    exact: bool
    honest: str
    decision: str
    remarks: tuple[str, ...]
    cites: tuple[str, ...]


@dataclass(frozen=True)
class LossAdviceRecord:
    """One loss that is known here, the best reason first.

    `tried` says whether a study would try it, else `why_not`; `learners` gives for each learner why
    it cannot learn by the loss, or nothing where it can; what is `fitted` to the training rows of a
    fold is searched as a factor.
    """

    name: str
    role: str
    tried: bool
    why_not: str
    reason: str
    grade: str
    cites: tuple[str, ...]
    unless: str
    caution: str
    favoured: tuple[str, ...]
    opposed: tuple[str, ...]
    space: tuple[SpaceRecord, ...]
    fitted: str
    learners: dict[str, str]


@dataclass(frozen=True)
class RecommendationRecord(Record):
    """What to train with and why, without having trained; and what would change the advice.

    `first` is the loss to take where nothing is tried, `command` the one that tries them.
    """

    asked: AskedRecord
    first: str
    losses: tuple[LossAdviceRecord, ...]
    diagnosis: tuple[SymptomRecord, ...]
    changes: tuple[str, ...]
    command: str
    sources: dict[str, str]
    format: int = FORMAT
