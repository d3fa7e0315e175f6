"""One training run of LightGBM: slopes before each round; leaves and judgement after it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from lightgbm import Booster

from lossary.adapters.estimators.judges import Judge, Seen
from lossary.adapters.estimators.objective import Objective
from lossary.adapters.lightgbm.leaves import Leaves

Array = np.ndarray
Function = Callable[[Array, Array], Any]


@dataclass(frozen=True, eq=False)
class Watched:
    """Rows to be judged after each round."""

    features: Any
    seen: Seen


class Growing:
    """What LightGBM asks for while it trains, and what it must be told of rows beforehand."""

    def __init__(
        self,
        objective: Objective,
        start: Array,
        features: Any,
        seen: Seen,
        watched: Sequence[Watched],
        judges: Sequence[Judge],
    ) -> None:
        self.objective, self.start = objective, start
        self.features, self.seen, self.watched, self.judges = features, seen, watched, judges
        self.leaves: Leaves | None = None
        if objective.refits:
            self.leaves = Leaves(objective, start, seen, features, watched)
        self.booster: Booster | None = None
        target = seen.target
        whole = target.dtype.kind == "i"  # one sampler of LightGBM's reads classes, nothing amounts
        self.label = (target if whole else np.zeros(len(target))).astype(np.float32)

    def label_of(self, number: int) -> Array:
        """Return what LightGBM is told of the targets of the rows watched, as first, second, ….

        It reads none of them, so they say which rows they are: a number of their own, of the other
        sign than the first target of those that train.
        """
        rows = self.watched[number - 1]
        if rows.seen is self.seen:
            return self.label
        return np.full(len(rows.seen.target), -number if self.label[0] >= 0 else number, np.float32)

    def slopes(self) -> Function:
        """Return the function that LightGBM calls an objective.

        A function, since LightGBM copies all else, rows and all.
        """

        def slopes(_: Array, scores: Array) -> tuple[Array, Array]:
            raw = scores if self.leaves is None else self.leaves.raw
            return self.objective.single(raw, self.seen.encoded, self.seen.weight)

        return slopes

    def said(self) -> Function:
        """Return the function that LightGBM calls a metric."""

        def said(label: Array, scores: Array) -> list[tuple[str, float, bool]]:
            first = float(label[0])
            number = int(abs(first)) if (first < 0) != (self.label[0] < 0) else 0
            seen = self.watched[number - 1].seen if number else self.seen
            if self.leaves is not None:
                assert self.booster is not None
                scores = self.leaves.watch(self.booster, number, scores)
            return [(j.name, j.judged(scores, seen), j.greater_is_better) for j in self.judges]

        return said

    def callbacks(self) -> list[Any]:
        """Return what LightGBM calls around each round, before the callbacks of others."""

        def before(told: Any) -> None:
            self.booster = told.model
            # Told already. Told again to have no objective of its own, LightGBM draws its random
            # features anew, and trips over data in which no feature can split.
            vars(told.model)["_Booster__set_objective_to_none"] = True

        def after(told: Any) -> None:
            if self.leaves is not None:
                self.leaves.settle(told.model)

        before.before_iteration, before.order = True, -1000  # type: ignore[attr-defined]
        after.before_iteration, after.order = False, -1000  # type: ignore[attr-defined]
        return [before, after]
