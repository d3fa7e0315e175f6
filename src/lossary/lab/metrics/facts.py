"""What a metric is: what it asks of a model, what it rewards, and how it is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from lossary.domains import Domain, real

Array = Any
AMOUNTS = ("regression", "positive", "nonnegative", "count")
CLASSES = ("binary", "multiclass")


@dataclass(frozen=True)
class Metric:
    """One metric. `answer` is what a model must report, `elicits` what the metric is best at.

    `function(target, answer, k)` computes it; `target` is where targets must lie, `floor` says that
    a report must lie above zero; `counts` gives the metric from tp, fp, fn and tn where the
    threshold of a decision is to be tuned.
    """

    name: str
    title: str
    answer: str
    elicits: str
    function: Callable[[Array, Array, int], float]
    aliases: tuple[str, ...] = ()
    greater_is_better: bool = False
    kinds: tuple[str, ...] = AMOUNTS
    target: Domain = real
    floor: bool = False
    counts: Callable[[Array, Array, Array, Array], Array] | None = None
    level: float | None = None
    levels: Domain | None = None
    note: str = ""

    def better(self, one: float, other: float) -> bool:
        """Say whether `one` is better than `other`."""
        return one > other if self.greater_is_better else one < other
