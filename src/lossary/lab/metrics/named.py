"""The metrics that may judge, by name: `mae`, `f1`, `pinball(0.9)`, `cost(fp=1, fn=5)`."""

import re
from math import inf

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.metrics.amounts import AMOUNT_METRICS, at_level
from lossary.lab.metrics.classes import CLASS_METRICS, fbeta_at_level
from lossary.lab.metrics.costs import COST_METRICS, at_costs
from lossary.lab.metrics.facts import Metric
from lossary.lab.metrics.labels import LABEL_METRICS
from lossary.lab.metrics.levels import LEVEL_METRICS
from lossary.lab.metrics.ordering import ORDER_METRICS, order_at_level
from lossary.lab.metrics.probabilities import PROBABILITY_METRICS
from lossary.lab.metrics.survival import SURVIVAL_METRICS

METRICS: tuple[Metric, ...] = (
    *AMOUNT_METRICS, *PROBABILITY_METRICS, *CLASS_METRICS, *COST_METRICS, *ORDER_METRICS,
    *LABEL_METRICS, *LEVEL_METRICS, *SURVIVAL_METRICS,
)  # fmt: skip
_AT_LEVEL = {"value": at_level, "label": fbeta_at_level, "ordering": order_at_level}
TWINS = {
    ("mae", "ordinal"): "level_mae",
    ("log_loss", "proportion"): "share_log_loss",
    ("accuracy", "multilabel"): "subset_accuracy",
}
"""What a metric's name means for a kind of target that it does not judge itself."""
_CALL = re.compile(r"\s*([^(:]+?)\s*(?:[(:]\s*([^)]*?)\s*\)?\s*)?")


def metric(name: str) -> Metric:
    """Return the metric of this name or alias; `pinball(0.9)` and `pinball:0.9` set its level.

    >>> metric("mean absolute error").name, metric("pinball:0.9").level
    ('mae', 0.9)
    >>> metric("cost(fp=1, fn=5)").costs
    (1.0, 5.0)

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
    if level is None:
        return known[word]
    return (
        _costing(known[word], name, level) if known[word].costs else _at(known[word], name, level)
    )


def for_kind(metric_: Metric, kind: str) -> Metric:
    """Return the metric itself, or what its name means for this kind of target."""
    twin = TWINS.get((metric_.name, kind))
    return metric_ if twin is None else metric(twin)


def judges(metric_: Metric, kind: str) -> bool:
    """Say whether a metric, or the one that its name means there, judges this kind of target."""
    return kind in for_kind(metric_, kind).kinds


def _at(found: Metric, name: str, text: str) -> Metric:
    if found.levels is None:
        raise ArgumentError(f"metric {name!r}: {found.name} takes no number; write {found.name}.")
    level = _number(text.partition("=")[2] or text)
    if not found.levels.contains(level):
        raise ArgumentError(
            f"metric {name!r}: {text!r} must be a number in {found.levels}, "
            f"as in {found.name}({found.level:g})."
        )
    return _AT_LEVEL[found.answer](found, level)


def _costing(found: Metric, name: str, text: str) -> Metric:
    parts = [each.partition("=")[::2] for each in text.split(",")]
    costs = {word.strip().lower(): _number(number) for word, number in parts}
    if costs.keys() != {"fp", "fn"} or not all(0 < each < inf for each in costs.values()):
        raise ArgumentError(
            f"metric {name!r}: give what a false positive and a false negative cost, both above "
            f"zero, as in cost(fp=1, fn=5)."
        )
    return at_costs(found, costs["fp"], costs["fn"])


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _plain(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().lower().removeprefix("neg_"))
