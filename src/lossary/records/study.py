"""What a study found: the question, how it was judged, every arm, and the verdict."""

from dataclasses import dataclass
from typing import Any

from lossary.records.plain import FORMAT, Record


@dataclass(frozen=True)
class ColumnRecord:
    """One column and what it was used for: "number", "category", "target" or "left out"."""

    name: str
    role: str
    remark: str = ""


@dataclass(frozen=True)
class DataRecord:
    """The table: `sha256` is that of the file, or of the values where there was no file."""

    name: str
    sha256: str
    rows: int
    columns: tuple[ColumnRecord, ...]


@dataclass(frozen=True)
class QuestionRecord:
    """What was asked: to predict `target`, judged by `metric`; `remarks` are what the lab said."""

    target: str
    kind: str
    classes: tuple[str, ...]
    metric: str
    metric_title: str
    greater_is_better: bool
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProtocolRecord:
    """How it was judged; every arm was given exactly this."""

    folds: int
    repeats: int
    seed: int
    inner_share: float
    learner: str
    learning_rates: tuple[float, ...]
    steps: int
    batch: int
    decision: str


@dataclass(frozen=True)
class TrialRecord:
    """One learning rate: the best metric on the inner hold-out and the step that reached it."""

    learning_rate: float
    metric: float
    step: int


@dataclass(frozen=True)
class PointRecord:
    """One point of a learning curve: the arm's own loss in training, the metric held out."""

    step: int
    loss: float
    metric: float


@dataclass(frozen=True)
class FoldRecord:
    """One arm on one fold; `score` is the metric on rows that were neither trained nor tuned on.

    `loss` is the loss as it was trained here; prediction and target were divided by `unit` for it.
    """

    repeat: int
    fold: int
    score: float
    seconds: float = 0.0
    loss: dict[str, Any] | None = None
    unit: float = 1.0
    learning_rate: float | None = None
    step: int | None = None
    threshold: float | None = None
    trials: tuple[TrialRecord, ...] = ()
    curve: tuple[PointRecord, ...] = ()


@dataclass(frozen=True)
class ArmRecord:
    """A loss that competed, why, and what it reached; the constant prediction has no loss."""

    name: str
    loss: dict[str, Any] | None
    reason: str
    grade: str
    cites: tuple[str, ...]
    caution: str
    folds: tuple[FoldRecord, ...]


@dataclass(frozen=True)
class StandingRecord:
    """One row of the ranking; `difference`: by how much the metric is worse than the leader's."""

    arm: str
    mean: float
    deviation: float
    difference: float
    low: float
    high: float
    together: bool


@dataclass(frozen=True)
class VerdictRecord:
    """The answer, best arm first; `together` marks what cannot be told apart from the leader."""

    leader: str
    level: float
    standings: tuple[StandingRecord, ...]
    beats_constant: bool
    sentence: str
    advice: str


@dataclass(frozen=True)
class StudyRecord(Record):
    """A whole study: the question, how it was judged, what came out, and how to repeat it."""

    created: str
    seconds: float
    data: DataRecord
    question: QuestionRecord
    protocol: ProtocolRecord
    arms: tuple[ArmRecord, ...]
    verdict: VerdictRecord
    versions: dict[str, str]
    platform: str
    format: int = FORMAT
