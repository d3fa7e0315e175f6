"""Which of the losses that are known are tried, and why the others are not."""

from lossary.lab.rules.advising import Advice
from lossary.lab.rules.rules import FIELD, default_of
from lossary.lab.tasks.task import Task

MOST, FEWEST = 6, 3
"""Losses that are tried of all that are known: each takes as long as any other."""


def affordable(crossings: int) -> int:
    """Return how many losses to try: the more learners and optimizers, the fewer."""
    return max(FEWEST, round(2 * MOST / (1 + crossings)))


def selected(task: Task, known: tuple[Advice, ...], most: int = MOST) -> tuple[Advice, ...]:
    """Return the losses that are tried: the metric's own first, then the best reasons.

    What the data speak against is not tried, nor rules of thumb for which they do not speak; but
    what is usual for the kind of target is, as far as there is room.
    """
    default = default_of(task.metric, task.kind)
    first = [each for each in known if each.rule is default]
    rest = [each for each in known if each.rule is not default and _worth(each, FIELD[task.kind])]
    return (*first, *rest)[:most]


def why_not(advice: Advice, most: int = MOST) -> str:
    """Say why a loss that was not selected is not tried."""
    if advice.points < 0:
        return f"the data speak against it ({advice.caution})"
    if advice.points == 0 and advice.rule.grade == "C":
        return "it is a rule of thumb, and nothing in the data speaks for it"
    return f"{most} losses are tried at most, and its reason is not among the best"


def _worth(advice: Advice, usual: str) -> bool:
    if advice.points < 0:
        return False
    return advice.points > 0 or advice.rule.grade < "C" or advice.rule.loss == usual
