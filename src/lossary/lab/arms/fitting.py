"""Does a loss fit a task, and with which head? Where it does not, the reason is told."""

import numpy as np

from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.heads import Head, head_for_amounts, head_for_classes, saturates
from lossary.lab.tasks.task import Task


def head_for(loss: Loss, task: Task) -> Head:
    """Return the head with which a loss can learn a task.

    Raises:
        ArgumentError: it cannot; says why and what would fit.
    """
    name = repr(task.name)
    if task.amounts:
        head = head_for_amounts(loss, name)
        _inside(loss, task)
    else:
        head = head_for_classes(loss, len(task.classes), name)
    _reports(loss, task, head)
    return head


def _inside(loss: Loss, task: Task) -> None:
    """Refuse a loss to which some of the targets mean nothing."""
    compares = loss.domains[0][1]
    outside = compares.outside(np, task.target)
    if outside.any():
        raise ArgumentError(
            f"{loss.label}: targets must lie in {compares}, but {outside.sum():,} of "
            f"{len(outside):,} values of {task.name!r} do not, first "
            f"{task.target[outside.argmax()]:g}. Leave it out here."
        )


def _reports(loss: Loss, task: Task, head: Head) -> None:
    """Refuse a loss that cannot give what the metric asks for."""
    if task.metric.answer != "probability" and not (
        task.metric.answer == "ordering" and len(task.classes) > 2
    ):
        return
    answer = head.answer(np.zeros((1, head.outputs)))
    if answer.probability is None:
        raise ArgumentError(
            f"{loss.label}: gives no probability, but {task.metric.name} asks for one. "
            f"Leave it out, or judge by accuracy."
        )
    chance = getattr(head, "chance", None)
    if task.metric.name == "log_loss" and chance is not None and saturates(chance):
        raise ArgumentError(
            f"{loss.label}: its probabilities reach 0 and 1, where log_loss is infinite. "
            f"Leave it out, or judge by brier."
        )
