"""How every arm learnt: the metric, comparable over arms; and its own loss, which is not."""

from dataclasses import dataclass

from lossary.records import ArmRecord, StudyRecord
from lossary.reports.figures.shapes import Line, Panel, Series, limits

_FALL = 0.2  # the first share of a curve, down to what a constant reaches, would flatten the rest


@dataclass(frozen=True)
class Curves:
    """The learning curves of one arm."""

    arm: str
    metric: Panel
    loss: Panel


def curves(record: StudyRecord) -> tuple[Curves, ...]:
    """Show every arm that kept its curves: the metric on every fold, its loss on the first."""
    learnt = [arm for arm in record.arms if _lines(arm, "metric")]
    seen = [_late(line) for arm in learnt for line in _lines(arm, "metric")]
    common = limits(y for line in seen for y in line)
    return tuple(_curves(arm, record.question.metric, common) for arm in learnt)


def _curves(arm: ArmRecord, metric: str, common: tuple[float, float]) -> Curves:
    steps = limits((float(x) for line in _lines(arm, "loss") for x in line.x), room=0.0)
    folds, own = _lines(arm, "metric"), _lines(arm, "loss")[:1]
    shown = tuple(Series(line, "many") for line in folds)
    return Curves(
        arm.name,
        Panel(arm.name, "step", f"{metric}, all folds", steps, common, shown, whole=True),
        Panel(
            arm.name, "step", "its own loss, first fold", steps,
            limits(y for line in own for y in line.y), tuple(Series(line, "own") for line in own),
            whole=True,
        ),
    )  # fmt: skip


def _lines(arm: ArmRecord, what: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            tuple(float(each.step) for each in fold.curve),
            tuple(getattr(each, what) for each in fold.curve),
        )
        for fold in arm.folds
        if len(fold.curve) > 1  # what is solved at once has no curve
    )


def _late(line: Line) -> tuple[float, ...]:
    return line.y[int(len(line.y) * _FALL) :]
