"""One training run of XGBoost: slopes before each round; leaves and judgement after it."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import numpy as np
from xgboost import Booster, DMatrix
from xgboost.callback import TrainingCallback

from lossary.adapters.estimators.judges import Judge
from lossary.adapters.estimators.objective import Objective
from lossary.adapters.xgboost.leaves import Leaves
from lossary.adapters.xgboost.rows import Rows

Array = np.ndarray


class Growing(TrainingCallback):
    """Hand XGBoost its slopes, and judge after each round what has grown.

    The other callbacks (printing, early stopping, the user's) follow in their order, since
    XGBoost 2 would call them in any, and they are to see this round's judgement.
    """

    def __init__(
        self,
        objective: Objective,
        rows: Rows,
        watched: dict[str, Rows],
        judges: Sequence[Judge],
        leaves: Leaves | None,
        then: Sequence[TrainingCallback],
    ) -> None:
        super().__init__()
        self.objective, self.rows, self.watched, self.judges = objective, rows, watched, judges
        self.leaves, self.then = leaves, then
        self.curvature: Array | None = None
        """The curvatures of the first round."""
        self.last: Array | None = None
        """Raw scores after the last round."""

    def slopes(self, raw: Array, _: DMatrix) -> tuple[Array, Array]:
        """Return slope and curvature of each raw score: what XGBoost calls an objective."""
        at = raw if self.leaves is None else self.leaves.raw[0]
        found = self.objective.derivatives(at, self.rows.encoded, self.rows.weight)
        if self.curvature is None:
            self.curvature = found[1]
        return found

    def before_training(self, model: Booster) -> Booster:
        for each in self.then:
            model = each.before_training(model)
        return model

    def before_iteration(self, model: Booster, epoch: int, evals_log: Any) -> bool:
        return any(each.before_iteration(model, epoch, evals_log) for each in self.then)

    def after_iteration(self, model: Booster, epoch: int, evals_log: Any) -> bool:
        if self.leaves is not None:
            self.leaves.grow(model)
        for place, (name, rows) in enumerate(self.watched.items()):
            raw = self._raw(model, place, rows)
            said = evals_log.setdefault(name, OrderedDict())
            for judge in self.judges:
                said.setdefault(judge.name, []).append(judge.judged(raw, rows))
        return any(each.after_iteration(model, epoch, evals_log) for each in self.then)

    def after_training(self, model: Booster) -> Booster:
        self.last = self._raw(model, -1, self.rows)  # before XGBoost forgets what it has added up
        for each in self.then:
            model = each.after_training(model)
        return model

    def _raw(self, model: Booster, place: int, rows: Rows) -> Array:
        if self.leaves is not None:
            return self.leaves.raw[place + 1]
        return model.predict(rows.matrix, output_margin=True, validate_features=False)
