"""What a study found: frozen plain data, to and from JSON, to be read, drawn and tried again."""

import dataclasses
import json
import math
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossary.errors import FormatError

FORMAT = 1


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
class StudyRecord:
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

    def to_json(self) -> str:
        """As JSON text; a number that is not finite becomes null."""
        return json.dumps(_plain(self), indent=1, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> "StudyRecord":
        """Read what `to_json` wrote.

        Raises:
            FormatError: the text is no record, or one of another format.
        """
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            raise FormatError(
                f"StudyRecord: this is not JSON ({error}). Give the text of a record.json."
            ) from error
        version = found.get("format") if isinstance(found, dict) else None
        if version != FORMAT:
            raise FormatError(
                f"StudyRecord: format {version!r} was given, format {FORMAT} is read here. "
                f"Run the study again."
            )
        try:
            return typing.cast("StudyRecord", _built(cls, found))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise FormatError(
                f"StudyRecord: format {FORMAT}, but not as it was written ({error!r})."
            ) from error

    def write(self, folder: str | Path) -> Path:
        """Write `record.json` into the folder, made if need be; gives the path."""
        path = Path(folder) / "record.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(self.to_json() + "\n", encoding="utf-8")
        return path


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _built(hint: Any, value: Any) -> Any:
    """`value` from JSON as the type that `hint` names."""
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        kind: Any = hint
        return kind(**{name: _built(hints[name], item) for name, item in value.items()})
    if hint is float:
        return math.nan if value is None else float(value)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _built(inner[0], value)
    if origin is tuple:
        return tuple(_built(inner[0], item) for item in value)
    return value
