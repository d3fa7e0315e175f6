"""An arm's portrait: how its answers on unseen rows lie to the targets, and which rows pull it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.core.dictionaries import from_dict
from lossary.heads import Answer
from lossary.lab.arms.fitting import head_for
from lossary.lab.protocol.jobs import Tried
from lossary.lab.protocol.plan import Plan
from lossary.lab.protocol.pulls import Pulled, hardest, shares, sizes
from lossary.lab.protocol.trial import judge_for
from lossary.lab.tasks.bench import Bench
from lossary.records import BinRecord, PortraitRecord, PullRecord, ResidualRecord

_BINS, _CELLS, _SERIES, _HARDEST = 10, 30, 5, 8


@dataclass(frozen=True, eq=False)
class Seen:
    """Answers of one arm on all rows of the first repeat, without and with the decision layer."""

    rows: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    raw: Answer
    decided: Answer
    pulled: Pulled


def portrait(plan: Plan, chosen: Sequence[Tried]) -> PortraitRecord | None:
    """Draw the portrait of the trials that were chosen on the folds of the first repeat."""
    finite = [
        each for each in chosen if each.answers is not None and np.isfinite(each.answers).all()
    ]
    if not finite:
        return None
    seen = _joined([_seen(plan, each) for each in finite])
    before = tuple(_bins(plan, seen, seen.raw))
    after = tuple(_bins(plan, seen, seen.decided)) if finite[0].decision else ()
    return PortraitRecord(
        rows=len(seen.rows),
        before=before,
        after=after if after != before else (),
        residuals=tuple(_residuals(plan, seen)),
        histogram=_histogram(plan, seen),
        pull=shares(seen.pulled),
        hardest=tuple(_hardest(plan, seen)),
    )


def _seen(plan: Plan, tried: Tried) -> Seen:
    bench = Bench(plan.task, plan.split(tried.repeat, tried.fold))
    rows = bench.split.judge
    loss = from_dict(tried.loss)
    head, judge = head_for(loss, plan.task), judge_for(bench, loss)
    raw = np.asarray(tried.answers, dtype=float).reshape(len(rows), head.outputs)
    answer, target = head.answer(raw), bench.target(rows)
    pull = sizes(loss, tried.unit, head, raw, target, bench.weight(rows))
    decided = judge.applied(answer, judge.decision(tried.decision)) if tried.decision else answer
    weight = bench.weight(rows)
    weight = np.ones(len(rows)) if weight is None else weight
    return Seen(rows, target, weight, answer, decided, Pulled(pull, rows))


def _joined(folds: Sequence[Seen]) -> Seen:
    """Put the folds together."""

    def all_of(name: str, kind: str) -> Any:
        parts = [getattr(getattr(each, kind), name) for each in folds]
        return None if parts[0] is None else np.concatenate(parts)

    def answers(kind: str) -> Answer:
        return Answer(*(all_of(name, kind) for name in ("value", "score", "probability")))

    pulled = Pulled(
        np.concatenate([each.pulled.sizes for each in folds]),
        np.concatenate([each.pulled.rows for each in folds]),
    )
    rows = np.concatenate([each.rows for each in folds])
    target, weight = (
        np.concatenate([getattr(each, name) for each in folds]) for name in ("target", "weight")
    )
    return Seen(rows, target, weight, answers("raw"), answers("decided"), pulled)


def _bins(plan: Plan, seen: Seen, answer: Answer) -> Iterator[BinRecord]:
    """Yield rows put together by their answers, for amounts and for each class or label."""
    for series, given, wanted in _series(plan, answer, seen.target):
        for rows in _alike(given):
            weight = seen.weight[rows]
            if not weight.any():
                continue
            said, mean = (float(np.average(each[rows], weights=weight)) for each in (given, wanted))
            left = weight * (wanted[rows] - mean)
            reach = 1.96 * float(np.sqrt(np.sum(left**2)) / weight.sum())
            yield BinRecord(series, said, mean, mean - reach, mean + reach, len(rows))


def _series(
    plan: Plan, answer: Answer, target: np.ndarray
) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    kind, names = plan.task.kind, plan.task.classes
    if kind == "survival":
        return
    if plan.task.amounts or kind == "ordinal":
        if answer.value is not None:
            yield plan.task.name, answer.value, target.astype(float)
        return
    if answer.probability is None:
        return
    wanted = target if target.ndim == 2 else np.eye(len(names))[target]
    places = [1] if kind == "binary" else range(min(len(names), _SERIES))
    for place in places:
        yield names[place], answer.probability[:, place], wanted[:, place].astype(float)


def _alike(given: np.ndarray) -> Iterator[np.ndarray]:
    """Yield row numbers in order of their answers, about as many in each part."""
    order = np.argsort(given, kind="stable")
    yield from (part for part in np.array_split(order, min(_BINS, len(order))) if len(part))


def _residuals(plan: Plan, seen: Seen) -> Iterator[ResidualRecord]:
    left = _left(plan, seen)
    if left is None or seen.raw.value is None:
        return
    for rows in _alike(seen.raw.value):
        five = np.quantile(left[rows], (0.05, 0.25, 0.5, 0.75, 0.95)).tolist()
        yield ResidualRecord(float(seen.raw.value[rows].mean()), tuple(five), len(rows))


def _histogram(plan: Plan, seen: Seen) -> tuple[tuple[float, int], ...]:
    left = _left(plan, seen)
    if left is None:
        return ()
    low, high = np.quantile(left, (0.001, 0.999))
    counts, edges = np.histogram(left, _CELLS, (low, high if high > low else low + 1.0))
    return tuple((float(edge), int(count)) for edge, count in zip(edges, counts, strict=False))


def _left(plan: Plan, seen: Seen) -> np.ndarray | None:
    """Return what is left over of amounts: target minus answer."""
    if seen.raw.value is None or not plan.task.amounts or plan.task.kind == "survival":
        return None
    return seen.target - seen.raw.value


def _hardest(plan: Plan, seen: Seen) -> Iterator[PullRecord]:
    for place, share in hardest(seen.pulled, _HARDEST):
        row = int(seen.rows[place])
        yield PullRecord(row, _target(plan, seen.target[place]), _said(plan, seen, place), share)


def _target(plan: Plan, value: Any) -> str:
    names = plan.task.classes
    if not names:
        cut = plan.task.kind == "survival" and value < 0
        return f"{abs(value):.4g}, cut off" if cut else f"{value:.4g}"
    if np.ndim(value):
        return ", ".join(name for name, has in zip(names, value, strict=True) if has) or "none"
    return names[int(value)]


def _said(plan: Plan, seen: Seen, place: int) -> str:
    answer, names = seen.decided, plan.task.classes
    if names and answer.probability is not None:
        chance = answer.probability[place]
        if plan.task.kind == "multilabel":
            return ", ".join(f"{name} {each:.2f}" for name, each in zip(names, chance, strict=True))
        best = int(np.argmax(chance))
        return f"{names[best]} ({chance[best]:.2f})"
    given = answer.value if answer.value is not None else answer.score
    return "" if given is None else f"{np.ravel(given[place])[0]:.4g}"
