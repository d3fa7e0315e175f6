"""The metrics that may judge, by name: `mae`, `f1`, `pinball(0.9)`."""

import re

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.metrics.amounts import AMOUNT_METRICS, at_level
from lossary.lab.metrics.classes import CLASS_METRICS
from lossary.lab.metrics.facts import Metric

METRICS: tuple[Metric, ...] = (*AMOUNT_METRICS, *CLASS_METRICS)
_CALL = re.compile(r"\s*([^(:]+?)\s*(?:[(:]\s*([^)]*?)\s*\)?\s*)?")


def metric(name: str) -> Metric:
    """Return the metric of this name or alias; `pinball(0.9)` and `pinball:0.9` set its level.

    >>> metric("mean absolute error").name, metric("pinball:0.9").level
    ('mae', 0.9)

    Raises:
        NotFoundError: nothing is called so; the nearest names are told.
        ArgumentError: the level is missing its place or lies outside.
    """
    read = _CALL.fullmatch(name)
    word = _plain(read[1] if read else name)
    known = {each: row for row in METRICS for each in (row.name, *row.aliases)}
    if word not in known:
        raise NotFoundError(f"metric {name!r}: there is none of that name. {nearest(word, known)}")
    level = read[2] if read else None
    return known[word] if level is None else _at(known[word], name, level)


def _at(found: Metric, name: str, text: str) -> Metric:
    if found.levels is None:
        raise ArgumentError(f"metric {name!r}: {found.name} takes no number; write {found.name}.")
    try:
        level = float(text.partition("=")[2] or text)
    except ValueError:
        level = float("nan")
    if not found.levels.contains(level):
        raise ArgumentError(
            f"metric {name!r}: {text!r} must be a number in {found.levels}, "
            f"as in {found.name}({found.level:g})."
        )
    return at_level(found, level)


def _plain(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().lower().removeprefix("neg_"))
