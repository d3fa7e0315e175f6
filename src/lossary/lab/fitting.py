"""Does a loss fit a task, and with which head? Where it does not, the reason is told."""

from typing import Any

import numpy as np

from lossary.core.loss import Loss
from lossary.domains import log_amount, log_probability, logit, margin, probability, scores
from lossary.errors import ArgumentError
from lossary.lab.heads import Amount, Binary, Head, Many, Normal, OneVersusRest
from lossary.lab.task import Task

CHANCE = {"BinaryCrossEntropy": "logistic", "LogLoss": "logistic", "SigmoidFocal": "logistic",
          "Exponential": "half logistic", "SquaredHinge": "linear"}  # fmt: skip
"""How the margin of a binary loss becomes a probability; the others have none."""


def head_for(loss: Loss, task: Task) -> Head:
    """Return the head with which a loss can learn a task.

    Raises:
        ArgumentError: it cannot; says why and what would fit.
    """
    axes = loss.sentences[0].inputs[0].axes
    if not loss.trainable:
        raise ArgumentError(f"{loss.label}: has no slope to follow; it is for judging only.")
    if len(loss.names) != 2 or axes[0] != "..." or axes[-1] == "d":
        raise ArgumentError(
            f"{loss.label}: compares rows with each other, not a prediction with "
            f"{task.name!r}. Leave it out here."
        )
    head = _amounts(loss, task, axes) if task.amounts else _classes(loss, task, axes)
    _reports(loss, task, head)
    return head


def _amounts(loss: Loss, task: Task, axes: tuple[str, ...]) -> Head:
    reads, compares = loss.domains[0][0], loss.domains[0][1]
    if "k" in axes or reads in (logit, margin, probability, scores, log_probability):
        raise ArgumentError(
            f"{loss.label}: is for classes, but {task.name!r} is an amount. "
            f"`lossary list` shows the losses for amounts."
        )
    outside = compares.outside(np, task.target)
    if outside.any():
        raise ArgumentError(
            f"{loss.label}: targets must lie in {compares}, but {outside.sum():,} of "
            f"{len(outside):,} values of {task.name!r} do not, first "
            f"{task.target[outside.argmax()]:g}. Leave it out here."
        )
    if axes[-1] == "2":
        return Normal()
    if reads == log_amount:
        return Amount("log")
    return Amount("plain" if np.isneginf(reads.low) else "log1p")


def _classes(loss: Loss, task: Task, axes: tuple[str, ...]) -> Head:
    reads, k = loss.domains[0][0], len(task.classes)
    if reads not in (logit, margin, probability, scores, log_probability):
        raise ArgumentError(
            f"{loss.label}: is for amounts, but {task.name!r} has classes. "
            f"`lossary list` shows the losses for classes."
        )
    if "k" in axes:
        pooled = loss.sentences[0].output.axes != ("...",)
        if k == 2 and pooled:
            return Binary(reads=probability, as_class=True)
        return Many(k=k, reads=reads, shares=_shares(loss))
    chance = CHANCE.get(loss.label, "")
    if k == 2:
        return Binary(reads=reads, chance=chance)
    return OneVersusRest(k=k, reads=reads, chance=chance)


def _shares(loss: Any) -> bool:
    """Whether the target must be a row of shares, because no sentence takes labels."""
    return all("k" in each.inputs[1].axes for each in loss.sentences)


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
    if task.metric.name == "log_loss" and getattr(head, "chance", "") == "linear":
        raise ArgumentError(
            f"{loss.label}: its probabilities reach 0 and 1, where log_loss is infinite. "
            f"Leave it out, or judge by brier."
        )
