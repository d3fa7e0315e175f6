"""Of the trials of a fold, the one that the metric on the tuning rows prefers."""

from collections.abc import Iterable, Iterator

import numpy as np

from lossary.lab.metrics.facts import Metric
from lossary.lab.protocol.jobs import Key, Tried
from lossary.records import FoldRecord


def chosen(metric: Metric, tried: Iterable[Tried]) -> Tried:
    """Return the best trial by its inner score; the first where several are, or none is."""
    several = sorted(tried, key=lambda each: each.number)
    best = several[0]
    for each in several[1:]:
        known, found = best.trial.inner, each.trial.inner
        if not np.isnan(found) and (np.isnan(known) or metric.better(found, known)):
            best = each
    return best


def by_fold(known: dict[Key, Tried], repeats: Iterable[int]) -> Iterator[list[Tried]]:
    """Yield the trials of each fold, fold after fold, of some repeats."""
    wanted = set(repeats)
    places = sorted({key[:2] for key in known if key[0] in wanted})
    for place in places:
        yield sorted(
            (each for key, each in known.items() if key[:2] == place), key=lambda one: one.number
        )


def fold_record(metric: Metric, tried: list[Tried]) -> FoldRecord:
    """Return what is recorded of one fold."""
    best = chosen(metric, tried)
    return FoldRecord(
        repeat=best.repeat,
        fold=best.fold,
        score=best.trial.outer,
        raw_score=best.raw_outer,
        seconds=sum(each.trial.seconds for each in tried),
        loss=best.loss,
        unit=best.unit,
        setting=best.trial.setting,
        step=best.trial.step,
        decision=best.decision,
        trials=tuple(each.trial for each in tried),
        curve=best.curve,
    )
