"""Records as a study writes them, made by hand, with names that mean harm."""

from dataclasses import replace

from lossary.records import (
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

HARM = '<script>alert("1")</script> & $\\frac{$'
NAN = float("nan")


def _fold(place, score):
    curve = tuple(PointRecord(step, 9.0 / (step + 1), score + 1 / (step + 1)) for step in range(6))
    return FoldRecord(
        0, place, score, 1.5, {"loss": "Huber", "version": 1, "parameters": {"delta": 1.25}}, 1.0,
        0.01, 5, None, (TrialRecord(0.01, score, 5),), curve,
    )  # fmt: skip


def record():
    """Return a record of two losses and the constant on two folds."""
    learnt = [
        ArmRecord(
            name, {"loss": "Huber"}, "a reason", "A", ("huber1964",), "a caution", tuple(folds)
        )
        for name, folds in (
            ("Huber", [_fold(0, 1.0), _fold(1, 1.2)]),
            (f"Sum {HARM}", [_fold(0, 1.1), _fold(1, 1.5)]),
        )
    ]
    constant = ArmRecord(
        "the best constant", None, "never looks", "", (), "", (FoldRecord(0, 0, 5.0),)
    )
    return StudyRecord(
        created="2026-01-01T00:00:00+00:00",
        seconds=12.0,
        data=DataRecord(f"{HARM}.csv", "0a1b", 123, (ColumnRecord(HARM, "number", HARM),)),
        question=QuestionRecord(HARM, "positive", (), "mae", "mean absolute error", False, (HARM,)),
        protocol=ProtocolRecord(2, 1, 0, 0.2, "perceptron", (0.01,), 100, 32, "a decision"),
        arms=(*learnt, constant),
        verdict=VerdictRecord(
            "Huber",
            0.95,
            (
                StandingRecord("Huber", 1.1, 0.1, 0.0, 0.0, 0.0, True),
                StandingRecord(f"Sum {HARM}", 1.3, 0.2, 0.2, -0.1, 0.5, True),
                StandingRecord("the best constant", NAN, NAN, NAN, NAN, NAN, False),
            ),
            True,
            f"Huber leads over {HARM}.",
            "Take Huber.",
        ),
        versions={"lossary": "0.1.0"},
        platform="Linux",
    )


def without_curves(found):
    """Return the record as if no learner had kept its curves."""
    bare = [
        replace(arm, folds=tuple(replace(f, curve=()) for f in arm.folds)) for arm in found.arms
    ]
    return replace(found, arms=tuple(bare))
