"""What LightGBM and XGBoost share as learners: a trial is judged as it grows."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import numpy as np

from lossary.lab.learners.learner import Effort, Learnt, Lesson, Setting
from lossary.lab.learners.objective import objective_of
from lossary.lab.learners.rounds import Rounds, seed_of
from lossary.lab.learners.singly import ByCurvature, Tick
from lossary.lab.tasks.task import Task
from lossary.lab.tasks.tree_preparation import Leafy
from lossary.records import SpaceRecord

Array = np.ndarray
ROUNDS, CHECKS = 300, 75
_MANY = 10_000  # training rows, with which there is more to be learnt
SHARED = (
    SpaceRecord("learning_rate", 0.1, 0.03, 0.3, "log"),
    SpaceRecord("reg_lambda", 1.0, 1e-2, 100.0, "log"),
    SpaceRecord("subsample", 1.0, 0.5, 1.0),
    SpaceRecord("colsample_bytree", 1.0, 0.4, 1.0),
)
"""What is tuned of either host, by the names that both of them know."""


class Boosted(ByCurvature):
    """Trees on the columns as they are: gaps and kinds are no trouble to them.

    Boosting starts from the loss's own best constant. Where a slope jumps, leaves are fitted again.
    Slopes are brought to one size for all losses, so that penalties mean the same for each.
    """

    cost = 1

    def effort(self, task: Task, rows: int) -> Effort:
        return Effort(steps=ROUNDS if rows < _MANY else 2 * ROUNDS, checks=CHECKS)

    def _trial(self, lesson: Lesson, place: int, effort: Effort, tick: Tick) -> Learnt:
        rounds = Rounds(lesson, place, effort, tick)
        look, grown = rounds.lookout, self._grown(rounds)
        judge = rounds.features.judge
        raw = grown(judge, look.step) if look.step else rounds.tiled(len(judge.values))
        return look.learnt(rounds.outputs(raw))

    @abstractmethod
    def _grown(self, rounds: Rounds) -> Callable[[Leafy, int], Array]:
        """Grow trees until they are judged to be enough; return raw scores after some rounds."""

    @abstractmethod
    def host_parameters(self, setting: Setting) -> dict[str, Any]:
        """Return a setting as the host takes it, with all that is the same for every trial."""

    def plain(self, lesson: Lesson, place: int, step: int) -> dict[str, Any]:
        """Return what the host's estimators in `lossary.adapters` take to grow the same trees.

        Here slopes are brought to one size; there it is penalties instead, so that equal gains may
        be told apart by rounding, and LightGBM smooths the kinds of a text a little otherwise.
        """
        found = self.host_parameters(lesson.settings[place])
        bench, rows = lesson.bench, lesson.bench.split.train
        objective, _ = objective_of(
            lesson.losses[place], lesson.head, lesson.unit, bench.target(rows), bench.weight(rows)
        )
        size = float(objective.size.mean())
        scaled = {name: found[name] * size for name in ("reg_lambda", "min_child_weight")}
        return found | scaled | {"n_estimators": step, "random_state": seed_of(lesson)}


def own(setting: Setting, *whole: str) -> dict[str, Any]:
    """Return a setting without the numbers of the loss, some of its own as whole ones."""
    found = {name: value for name, value in setting.items() if not name.startswith("loss.")}
    return found | {name: round(found[name]) for name in whole}
