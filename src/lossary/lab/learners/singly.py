"""Learners whose trials run one after the other, and those that follow curvatures row by row."""

from abc import abstractmethod
from collections.abc import Callable, Sequence

from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.lab.arms.fitting import head_for
from lossary.lab.learners.learner import Effort, Learner, Learnt, Lesson
from lossary.lab.learners.objective import refused
from lossary.lab.tasks.task import Task

Tick = Callable[[float], None]


class Singly(Learner):
    """A learner that knows how to run one setting of one lesson."""

    def learn(self, lessons: Sequence[Lesson], effort: Effort, tick: Tick) -> list[list[Learnt]]:
        trials = sum(len(each.settings) for each in lessons)
        found: list[list[Learnt]] = []
        for lesson in lessons:
            found.append([])
            for place in range(len(lesson.settings)):
                begun = sum(map(len, found))
                found[-1].append(self._trial(lesson, place, effort, _part(tick, begun, trials)))
        return found

    @abstractmethod
    def _trial(self, lesson: Lesson, place: int, effort: Effort, tick: Tick) -> Learnt:
        """Run one setting; `tick` hears how much of it is done."""


class ByCurvature(Singly):
    """A learner that needs the slope and the curvature of each row by itself."""

    def refuses(self, loss: Loss, task: Task) -> str:
        try:
            return refused(loss, head_for(loss, task), task.target)
        except ArgumentError as error:
            return str(error)


def _part(tick: Tick, begun: int, trials: int) -> Tick:
    return lambda share: tick((begun + share) / trials)
