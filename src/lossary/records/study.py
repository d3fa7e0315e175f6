"""What a study found: the question, how it was judged, every arm, and the verdict."""

from dataclasses import dataclass
from typing import Any

from lossary.records.answers import PortraitRecord
from lossary.records.plain import FORMAT, Record
from lossary.records.verdict import VerdictRecord


@dataclass(frozen=True)
class ColumnRecord:
    """One column and what it was used for: "number", "category", "target", "left out", …

    "weight", "exposure", "groups", "order" and "event" are columns that a user named for it.
    """

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
class SymptomRecord:
    """What one detector saw in the data: its figure, where it begins to matter, what follows.

    `found` says that the figure passed the threshold; a detector that could not look has the figure
    NaN and says why in `detail`. `implies` is what to do, `unless` when not to.
    """

    name: str
    title: str
    figure: float
    unit: str
    threshold: float
    found: bool
    detail: str
    implies: str = ""
    unless: str = ""
    grade: str = ""
    cites: tuple[str, ...] = ()


@dataclass(frozen=True)
class SpaceRecord:
    """Where one parameter is searched: numbers from low to high, or one of `choices`."""

    name: str
    default: Any
    low: float = 0.0
    high: float = 0.0
    scale: str = "linear"
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True)
class ProtocolRecord:
    """How it was judged; every arm was given exactly this.

    `split` says how rows were divided, `decision` how outputs became what the metric judges, beyond
    the loss. `trials` settings were tried by every arm on every fold, drawn by `sampler`.
    """

    folds: int
    repeats: int
    seed: int
    inner_share: float
    split: str
    decision: str
    sampler: str
    trials: int
    holdout_rows: int
    learners: tuple["LearnerRecord", ...]
    budget_seconds: float | None = None
    stopped: str = ""
    """Why the study ended before all it had planned, as when a budget ran out."""
    cap_seconds: float | None = None
    """How long a trial might take, the same for every arm."""
    pruned: bool = False
    """Whether the worse half of every arm's settings ended half-way, judged by the metric."""


@dataclass(frozen=True)
class LearnerRecord:
    """One learner, what each of its trials might spend, and what is tuned for every arm."""

    name: str
    title: str
    steps: int
    batch: int
    space: tuple[SpaceRecord, ...] = ()


@dataclass(frozen=True)
class TrialRecord:
    """One setting on one fold: the metric on the inner hold-out, which selects, and on the fold.

    `outer` is computed for every trial and selects nothing; `step` is where `inner` was best.
    """

    setting: dict[str, Any]
    inner: float
    outer: float
    step: int
    seconds: float = 0.0
    stopped: str = ""


@dataclass(frozen=True)
class PointRecord:
    """One point of a learning curve: the arm's own loss in training, the metric held out."""

    step: int
    loss: float
    metric: float


@dataclass(frozen=True)
class FoldRecord:
    """One arm on one fold; `score` is the metric on rows that were neither trained nor tuned on.

    `raw_score` is the same without the decision layer, whose tuned numbers stand in `decision`.
    `loss` is the loss as it was trained here; prediction and target were divided by `unit` for it.
    """

    repeat: int
    fold: int
    score: float
    raw_score: float = float("nan")
    seconds: float = 0.0
    loss: dict[str, Any] | None = None
    unit: float = 1.0
    setting: dict[str, Any] | None = None
    step: int | None = None
    decision: dict[str, Any] | None = None
    trials: tuple[TrialRecord, ...] = ()
    curve: tuple[PointRecord, ...] = ()


@dataclass(frozen=True)
class ArmRecord:
    """A loss that competed, with its learner and why; the constant prediction has no loss.

    `role` is "default" for the metric-matched default, "field" for what most would have taken,
    "incumbent" for what the user named so, "" else. `space` is what of the loss itself is tuned.
    """

    name: str
    loss: dict[str, Any] | None
    reason: str
    grade: str
    cites: tuple[str, ...]
    caution: str
    folds: tuple[FoldRecord, ...]
    learner: str = ""
    optimizer: str = ""
    role: str = ""
    seconds: float = 0.0
    space: tuple[SpaceRecord, ...] = ()
    portrait: PortraitRecord | None = None


@dataclass(frozen=True)
class HoldoutRecord:
    """What the recommended arm and others reached on rows that no choice had ever seen.

    `difference` is by how much the field's default is worse there than the recommended arm, with
    a bootstrap interval at `level`.
    """

    rows: int
    scores: dict[str, float]
    recommended: str
    compared: str
    difference: float
    low: float
    high: float
    level: float


@dataclass(frozen=True)
class CapsuleRecord:
    """What must be the same for numbers to be the same: code, versions, machine, the command."""

    fingerprint: str
    code: str
    versions: dict[str, str]
    platform: str
    command: str


@dataclass(frozen=True)
class StudyRecord(Record):
    """A whole study: the question, how it was judged, what came out, and how to repeat it."""

    created: str
    seconds: float
    data: DataRecord
    question: QuestionRecord
    diagnosis: tuple[SymptomRecord, ...]
    protocol: ProtocolRecord
    arms: tuple[ArmRecord, ...]
    verdict: VerdictRecord
    holdout: HoldoutRecord | None
    capsule: CapsuleRecord
    format: int = FORMAT
