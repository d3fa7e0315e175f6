"""XGBoost as a learner: trees that grow level by level, by any loss."""

from collections.abc import Callable
from typing import Any

import numpy as np
from xgboost import Booster, DMatrix, config_context
from xgboost.callback import TrainingCallback

from lossary.adapters.xgboost import Regressor
from lossary.adapters.xgboost.rows import Rows
from lossary.adapters.xgboost.training import Training
from lossary.lab.learners.boosted import SHARED, Boosted, own
from lossary.lab.learners.learner import Setting
from lossary.lab.learners.lookout import SHOWN
from lossary.lab.learners.rounds import Rounds
from lossary.lab.tasks.task import Task
from lossary.lab.tasks.tree_preparation import Leafy
from lossary.records import SpaceRecord

Array = np.ndarray


class XGBoost(Boosted):
    """Trees of XGBoost, one thread for each trial."""

    name = "xgboost"
    title = "XGBoost, stopped early by the metric"

    def space(self, task: Task, optimizer: Any = None) -> tuple[SpaceRecord, ...]:
        rate, *others = SHARED
        return (
            rate,
            SpaceRecord("max_depth", 6.0, 2.0, 10.0),
            SpaceRecord("min_child_weight", 1.0, 0.5, 50.0, "log"),
            *others,
        )

    def host_parameters(self, setting: Setting) -> dict[str, Any]:
        return own(setting, "max_depth") | {
            "n_jobs": 1,
            "tree_method": "hist",
            "enable_categorical": True,
        }

    def _grown(self, rounds: Rounds) -> Callable[[Leafy, int], Array]:
        train, tune = rounds.features.train, rounds.features.tune
        with config_context(verbosity=0):
            training = Training(self._host(rounds), rounds.objective, rounds.start)
            matrix = training.matrix(train.values, rounds.train.weight)
            shown = training.matrix(train.values[:SHOWN], None, matrix)
            tuned = training.matrix(tune.values, None, matrix)
            watched = {
                "shown": Rows(**vars(rounds.shown), matrix=shown),
                "tuned": Rows(**vars(rounds.tuned), matrix=tuned),
            }
            rows = Rows(**vars(rounds.train), matrix=matrix)
            model, _, _ = training.run(rows, watched, [rounds.judge], False)

        def raw(rows: Leafy, trees: int) -> Array:
            given = DMatrix(
                rows.values, feature_types=_kinds(rows), enable_categorical=True, nthread=1
            )
            return model.predict(given, output_margin=True, iteration_range=(0, trees))

        return raw

    def _host(self, rounds: Rounds) -> Regressor:
        return Regressor(
            **self.host_parameters(rounds.setting),
            n_estimators=rounds.steps,
            random_state=rounds.seed,
            feature_types=_kinds(rounds.features.train),
            callbacks=[_Stopping(rounds)],
        )


def _kinds(features: Leafy) -> list[str]:
    """Say of each column whether it is a quantity or a code, as XGBoost does."""
    return ["q"] * (features.values.shape[1] - features.categories) + ["c"] * features.categories


class _Stopping(TrainingCallback):
    """Stops when the lookout has seen enough."""

    def __init__(self, rounds: Rounds) -> None:
        super().__init__()
        self.rounds = rounds

    def after_iteration(self, model: Booster, epoch: int, evals_log: Any) -> bool:
        return self.rounds.lookout.late()
