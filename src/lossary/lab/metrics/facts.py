"""What a metric is: what it asks of a model, what it rewards, and how it is computed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from lossary.domains import Domain, real

Array = Any
AMOUNTS = ("regression", "positive", "nonnegative", "count", "proportion")
CLASSES = ("binary", "multiclass")
ORDINAL, MULTILABEL, SURVIVAL = "ordinal", "multilabel", "survival"
KINDS = (*AMOUNTS, *CLASSES, ORDINAL, MULTILABEL, SURVIVAL)


class Formula(Protocol):
    """How a metric is computed: from target, answer, the number of classes k, and weights."""

    def __call__(
        self, target: Array, answer: Array, k: int, weight: Array | None = None, /
    ) -> float: ...


@dataclass(frozen=True)
class Metric:
    """One metric. `answer` is what a model must report, `elicits` what the metric is best at.

    `function(target, answer, k, weight)` computes it; `target` is where targets must lie, `floor`
    says that a report must lie above zero; `counts` gives the metric from tp, fp, fn and tn (sums
    of weights) where the threshold of a decision is to be tuned, `confusion` from matrices of such
    sums (..., k, k) where offsets of several classes are. `costs` are those of a false positive and
    of a false negative.
    """

    name: str
    title: str
    answer: str
    elicits: str
    function: Formula
    aliases: tuple[str, ...] = ()
    greater_is_better: bool = False
    kinds: tuple[str, ...] = AMOUNTS
    target: Domain = real
    floor: bool = False
    counts: Callable[[Array, Array, Array, Array], Array] | None = None
    confusion: Callable[[Array], Array] | None = None
    level: float | None = None
    levels: Domain | None = None
    costs: tuple[float, float] | None = None
    note: str = ""

    def better(self, one: float, other: float) -> bool:
        """Say whether `one` is better than `other`."""
        return one > other if self.greater_is_better else one < other

    @property
    def spelled(self) -> str:
        """The name with its numbers, as it can be written again: `pinball(0.9)`."""
        if self.costs is not None:
            return f"{self.name}(fp={self.costs[0]:g}, fn={self.costs[1]:g})"
        return self.name if self.level is None else f"{self.name}({self.level:g})"
