"""The ranking as figures: what every arm reached, and how far it is behind the leader."""

import math
from statistics import median

from lossary.records import HoldoutRecord, StandingRecord, StudyRecord
from lossary.reports.figures.shapes import Row, Rows, limits

_FAR = 12.0  # so many times the usual reach; what lies beyond would flatten all the rest


def differences(record: StudyRecord) -> Rows:
    """Show by how much every loss is worse than the leader, with its interval."""
    verdict = record.verdict
    rows = [
        Row(each.arm, (), each.difference, (each.low, each.high), each.together)
        if each.arm != verdict.leader
        else Row(each.arm, (), 0.0, None, True)
        for each in losses(record)
    ]
    axis = f"{record.question.metric}: worse than {verdict.leader} by"
    rope = (-verdict.rope, verdict.rope) if verdict.rope > 0 else None
    within = _near([end for row in rows for end in row.bar or ()], verdict.rope)
    return Rows("How far behind the leader", axis, tuple(rows), within, 0.0, rope)


def scores(record: StudyRecord) -> Rows:
    """Show what every loss reached on every fold."""
    folds = {arm.name: arm.folds for arm in record.arms}
    rows = [
        Row(each.arm, tuple(fold.score for fold in folds[each.arm]), each.mean, None, each.together)
        for each in losses(record)
    ]
    question = record.question
    better = "more is better" if question.greater_is_better else "less is better"
    within = _middle([dot for row in rows for dot in row.dots])
    return Rows(
        "What each reached on every fold", f"{question.metric} ({better})", tuple(rows), within
    )


def holdout(record: StudyRecord, found: HoldoutRecord) -> Rows:
    """Show what each reached on rows that no choice had ever seen; the recommended is marked."""
    known = sorted(found.scores, key=lambda arm: found.scores[arm])
    order = known[::-1] if record.question.greater_is_better else known
    rows = [Row(arm, (), found.scores[arm], None, arm == found.recommended) for arm in order]
    title = f"What each reached on {found.rows:,} rows never seen"
    mine, reach = found.scores.get(found.recommended, math.nan), max(-found.low, found.high)
    within = _middle([*found.scores.values(), mine - reach, mine + reach])
    return Rows(title, record.question.metric, tuple(rows), within)


def losses(record: StudyRecord) -> list[StandingRecord]:
    """Leave out what failed, and the constant: next to it, all differences would vanish."""
    trained = {arm.name for arm in record.arms if arm.loss is not None}
    return [
        each
        for each in record.verdict.standings
        if each.arm in trained and math.isfinite(each.mean)
    ]


def _near(ends: list[float], rope: float) -> tuple[float, float]:
    """Return a range around zero that holds most ends, and all that are not far out."""
    finite = [end for end in ends if math.isfinite(end)]
    usual = median(map(abs, finite)) if finite else 1.0
    reach = _FAR * max(usual, rope)
    return limits([0.0, -rope, rope, *(end for end in finite if abs(end) <= reach)], room=0.04)


def _middle(values: list[float]) -> tuple[float, float]:
    """Return the range of values that are not far from their median."""
    finite = [value for value in values if math.isfinite(value)]
    centre = median(finite) if finite else 0.0
    reach = _FAR * median(abs(value - centre) for value in finite) if finite else 0.0
    return limits((value for value in finite if abs(value - centre) <= reach), room=0.04)
