"""What was found: frozen plain data, to and from JSON, to be read, drawn and tried again."""

from lossary.records.plain import FORMAT
from lossary.records.range_test import RangeRecord, SweepRecord, TermRecord
from lossary.records.search import (
    BasinRecord,
    MoreRecord,
    RestartRecord,
    SearchRecord,
    StandRecord,
)
from lossary.records.study import (
    ArmRecord,
    ColumnRecord,
    DataRecord,
    FoldRecord,
    PointRecord,
    ProtocolRecord,
    QuestionRecord,
    StandingRecord,
    StudyRecord,
    TrialRecord,
    VerdictRecord,
)

__all__ = [
    "FORMAT",
    "ArmRecord",
    "BasinRecord",
    "ColumnRecord",
    "DataRecord",
    "FoldRecord",
    "MoreRecord",
    "PointRecord",
    "ProtocolRecord",
    "QuestionRecord",
    "RangeRecord",
    "RestartRecord",
    "SearchRecord",
    "StandRecord",
    "StandingRecord",
    "StudyRecord",
    "SweepRecord",
    "TermRecord",
    "TrialRecord",
    "VerdictRecord",
]
