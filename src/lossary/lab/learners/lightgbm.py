"""LightGBM as a learner: trees that grow leaf by leaf, by any loss."""

from collections.abc import Callable
from typing import Any

import numpy as np
from lightgbm import LGBMModel
from lightgbm.callback import EarlyStopException

from lossary.adapters.lightgbm.growing import Growing, Watched
from lossary.adapters.lightgbm.training import train
from lossary.lab.learners.boosted import SHARED, Boosted, own
from lossary.lab.learners.learner import Setting
from lossary.lab.learners.lookout import SHOWN
from lossary.lab.learners.rounds import Rounds
from lossary.lab.tasks.task import Task
from lossary.lab.tasks.tree_preparation import Leafy
from lossary.records import SpaceRecord

Array = np.ndarray


class LightGBM(Boosted):
    """Trees of LightGBM, one thread for each trial."""

    name = "lightgbm"
    title = "LightGBM, stopped early by the metric"

    def space(self, task: Task, optimizer: Any = None) -> tuple[SpaceRecord, ...]:
        least = float(np.clip(len(task.target) // 50, 2, 20))
        rate, *others = SHARED
        return (
            rate,
            SpaceRecord("num_leaves", 31.0, 4.0, 128.0, "log"),
            SpaceRecord("min_child_samples", least, 2.0, 100.0, "log"),
            *others,
        )

    def host_parameters(self, setting: Setting) -> dict[str, Any]:
        found = own(setting, "num_leaves", "min_child_samples")
        return found | {
            "subsample_freq": int(found["subsample"] < 1),
            "min_child_weight": 1e-3,
            "n_jobs": 1,
            "deterministic": True,
            "force_row_wise": True,
            "verbosity": -1,
        }

    def _grown(self, rounds: Rounds) -> Callable[[Leafy, int], Array]:
        train_rows, tune = rounds.features.train, rounds.features.tune
        growing = Growing(
            rounds.objective,
            rounds.start,
            train_rows.values,
            rounds.train,
            [Watched(train_rows.values[:SHOWN], rounds.shown), Watched(tune.values, rounds.tuned)],
            [rounds.judge],
        )
        host = LGBMModel(
            **self.host_parameters(rounds.setting),
            n_estimators=rounds.steps,
            random_state=rounds.seed,
        )
        columns = {"categorical_feature": train_rows.coded or "auto"}
        train(host, growing, [_stopping(rounds)], None, columns)

        def raw(rows: Leafy, trees: int) -> Array:
            told = host.booster_.predict(rows.values, raw_score=True, num_iteration=trees)
            return np.asarray(told)

        return raw


def _stopping(rounds: Rounds) -> Callable[[Any], None]:
    def stop(told: Any) -> None:
        if rounds.lookout.late():
            raise EarlyStopException(told.iteration, told.evaluation_result_list)

    return stop
