"""What the figures of a study show, as plain data: taken from a record, not yet drawn."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lossary.records import ArmRecord, StandingRecord, StudyRecord


@dataclass(frozen=True)
class Line:
    """Points joined in order."""

    x: tuple[float, ...]
    y: tuple[float, ...]


@dataclass(frozen=True)
class Row:
    """One arm in a figure with a row for each: dots, a mark, and a bar from low to high."""

    label: str
    dots: tuple[float, ...] = ()
    mark: float | None = None
    bar: tuple[float, float] | None = None
    strong: bool = False


@dataclass(frozen=True)
class Rows:
    """A figure with one row for each arm, best on top; `line` is drawn through all of them."""

    name: str
    title: str
    axis: str
    rows: tuple[Row, ...]
    line: float | None = None


@dataclass(frozen=True)
class Curves:
    """The learning curves of one arm: the metric, comparable over arms, and its own loss, not."""

    name: str
    title: str
    metric: str
    metrics: tuple[Line, ...]
    losses: tuple[Line, ...]
    metric_limits: tuple[float, float]
    """The same for all arms, so that their panels can be compared."""
    loss_limits: tuple[float, float]


def scores(record: StudyRecord) -> Rows:
    """Show what every loss reached on every fold."""
    folds = {arm.name: arm.folds for arm in record.arms}
    rows = [
        Row(each.arm, tuple(fold.score for fold in folds[each.arm]), each.mean, None, each.together)
        for each in _losses(record)
    ]
    question = record.question
    better = "more is better" if question.greater_is_better else "less is better"
    title = "What each reached on every fold"
    return Rows("scores", title, f"{question.metric} ({better})", tuple(rows))


def differences(record: StudyRecord) -> Rows:
    """Show by how much every loss is worse than the leader, with its interval."""
    leader = record.verdict.leader
    rows = [
        Row(each.arm, (), each.difference, (each.low, each.high), each.together)
        for each in _losses(record)
        if each.arm != leader
    ]
    axis = f"{record.question.metric}, worse than {leader} by"
    return Rows("differences", "How far behind the leader", axis, tuple(rows), 0.0)


def curves(record: StudyRecord) -> tuple[Curves, ...]:
    """Show how every loss learnt: the metric on every fold, its own value on the first."""
    learnt = [arm for arm in record.arms if any(fold.curve for fold in arm.folds)]
    # The metric's first fall, down to what a constant reaches, would flatten all the rest.
    limits = _limits([line for arm in learnt for line in _lines(arm, "metric")], skipped=0.2)
    return tuple(
        Curves(
            name=f"curve-{place}",
            title=arm.name,
            metric=record.question.metric,
            metrics=_lines(arm, "metric"),
            losses=_lines(arm, "loss")[:1],
            metric_limits=limits,
            loss_limits=_limits(_lines(arm, "loss")[:1]),
        )
        for place, arm in enumerate(learnt)
    )


def _losses(record: StudyRecord) -> list[StandingRecord]:
    """Leave out the constant: next to it, all differences of losses would vanish."""
    trained = {arm.name for arm in record.arms if arm.loss is not None}
    return [each for each in record.verdict.standings if each.arm in trained]


def _lines(arm: ArmRecord, what: str) -> tuple[Line, ...]:
    return tuple(
        Line(
            tuple(float(each.step) for each in fold.curve),
            tuple(getattr(each, what) for each in fold.curve),
        )
        for fold in arm.folds
    )


def _limits(lines: Sequence[Line], skipped: float = 0.0) -> tuple[float, float]:
    """Return the range of lines, from a share of the way on."""
    seen = [y for line in lines for y in line.y[int(len(line.y) * skipped) :] if math.isfinite(y)]
    if not seen:
        return 0.0, 1.0
    room = 0.08 * (max(seen) - min(seen)) or 0.5
    return min(seen) - room, max(seen) + room
