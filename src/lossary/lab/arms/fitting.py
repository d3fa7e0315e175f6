"""Does a loss fit a task, and with which head? Where it does not, the reason is told."""

import numpy as np

from lossary.core.loss import Loss
from lossary.errors import ArgumentError
from lossary.heads import Head
from lossary.heads import head_for as head_for_kind
from lossary.lab.tasks.task import Task

_FAR = 2.0  # a raw score that should not mean certainty yet


def head_for(loss: Loss, task: Task) -> Head:
    """Return the head with which a loss can learn a task.

    Raises:
        ArgumentError: it cannot; says why and what would fit.
    """
    head = head_for_kind(loss, task.kind, len(task.classes), repr(task.name))
    if task.amounts:
        _inside(loss, task)
    _reports(loss, task, head)
    return head


def misfit(loss: Loss, task: Task) -> str:
    """Say why no head lets a loss learn a task, nothing where one does."""
    try:
        head_for(loss, task)
    except ArgumentError as error:
        return str(error)
    return ""


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
    metric = task.metric
    classes = task.kind in ("binary", "multiclass")
    if metric.answer != "probability" and not (
        metric.answer == "ordering" and classes and len(task.classes) > 2
    ):
        return
    raw = np.zeros((1, head.outputs))
    raw[0, 0] = _FAR
    told = head.answer(raw).probability
    if told is None:
        raise ArgumentError(
            f"{loss.label}: gives no probability, but {metric.name} asks for one. "
            f"Leave it out, or judge by {'qwk' if task.kind == 'ordinal' else 'accuracy'}."
        )
    if metric.name == "log_loss" and (told == 1).any():
        raise ArgumentError(
            f"{loss.label}: its probabilities reach 0 and 1, where log_loss is infinite. "
            f"Leave it out, or judge by brier."
        )
