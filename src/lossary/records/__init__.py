"""What was found: frozen plain data, to and from JSON, to be read, drawn and tried again."""

from lossary.records.answers import BinRecord, PortraitRecord, PullRecord, ResidualRecord
from lossary.records.plain import FORMAT
from lossary.records.range_test import RangeRecord, SweepRecord, TermRecord
from lossary.records.search import BasinRecord, MoreRecord, RestartRecord, SearchRecord, StandRecord
from lossary.records.study import (
    ArmRecord,
    CapsuleRecord,
    ColumnRecord,
    DataRecord,
    FoldRecord,
    HoldoutRecord,
    LearnerRecord,
    PointRecord,
    ProtocolRecord,
    QuestionRecord,
    SpaceRecord,
    StudyRecord,
    SymptomRecord,
    TrialRecord,
)
from lossary.records.verdict import (
    InteractionRecord,
    OptimismRecord,
    SensitivityPointRecord,
    SensitivityRecord,
    StandingRecord,
    VerdictRecord,
)

__all__ = [
    "BinRecord",
    "PortraitRecord",
    "PullRecord",
    "ResidualRecord",
    "FORMAT",
    "RangeRecord",
    "SweepRecord",
    "TermRecord",
    "BasinRecord",
    "MoreRecord",
    "RestartRecord",
    "SearchRecord",
    "StandRecord",
    "ArmRecord",
    "CapsuleRecord",
    "ColumnRecord",
    "DataRecord",
    "FoldRecord",
    "HoldoutRecord",
    "LearnerRecord",
    "PointRecord",
    "ProtocolRecord",
    "QuestionRecord",
    "SpaceRecord",
    "StudyRecord",
    "SymptomRecord",
    "TrialRecord",
    "InteractionRecord",
    "OptimismRecord",
    "SensitivityPointRecord",
    "SensitivityRecord",
    "StandingRecord",
    "VerdictRecord",
]
