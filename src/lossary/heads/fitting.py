"""Which head stands between a model and a loss? Where none does, the reason is told."""

from typing import Any

import numpy as np

from lossary.core.composition import terms_of
from lossary.core.loss import Loss
from lossary.domains import (
    censored_time,
    log_amount,
    log_probability,
    logit,
    margin,
    probability,
    scores,
)
from lossary.errors import ArgumentError
from lossary.heads.amounts import Amount, Normal
from lossary.heads.binary import Binary
from lossary.heads.chances import tells_chances
from lossary.heads.classes import Many, OneVersusRest
from lossary.heads.head import Head
from lossary.heads.times import Times

OF_CLASSES = (logit, margin, probability, scores, log_probability)


def head_for_amounts(loss: Loss, target: str = "the target") -> Head:
    """Return the head with which a loss learns an amount; `target` is what errors call it.

    Raises:
        ArgumentError: it cannot; says why and what would fit.
    """
    axes = axes_of(loss, target)
    reads = loss.domains[0][0]
    if "k" in axes or reads in OF_CLASSES:
        raise ArgumentError(
            f"{loss.label}: is for classes, but {target} is an amount. "
            f"`lossary list` shows the losses for amounts."
        )
    if axes[-1] == "2":
        return Normal()
    if of_times(loss):
        return _times(loss)
    if reads == log_amount:
        return Amount("log")
    return Amount("plain" if np.isneginf(reads.low) else "log1p")


def head_for_classes(loss: Loss, k: int, target: str = "the target") -> Head:
    """Return the head with which a loss learns one of k classes.

    Raises:
        ArgumentError: as above.
    """
    axes = axes_of(loss, target)
    reads = loss.domains[0][0]
    if reads not in OF_CLASSES:
        raise ArgumentError(
            f"{loss.label}: is for amounts, but {target} has classes. "
            f"`lossary list` shows the losses for classes."
        )
    if "k" in axes:
        if k == 2 and pooled(loss):
            return Binary(reads=probability, as_class=True)
        return Many(**classwise(loss, k))
    if k == 2:
        return Binary(reads=reads, chance=told(loss))
    return OneVersusRest(k=k, reads=reads, chance=told(loss))


def pooled(loss: Loss) -> bool:
    """Say whether a loss sees all rows together, as an overlap or a root of a mean does."""
    return any(term.sentences[0].output.axes != ("...",) for term in terms_of(loss))


def of_times(loss: Loss) -> bool:
    """Say whether a loss compares with times, negative where they were censored."""
    return loss.domains[0][1] == censored_time


def told(loss: Loss) -> Loss | None:
    """Return a loss of yes and no if it says how probable its scores are."""
    return loss if not pooled(loss) and tells_chances(loss) else None


def classwise(loss: Loss, k: int) -> dict[str, Any]:
    """Return what a head of many classes must know of a loss."""
    proper = all(term.elicits == "distribution" for term in terms_of(loss))  # type: ignore[attr-defined]
    chance = None if proper or pooled(loss) else loss
    return {"k": k, "reads": loss.domains[0][0], "shares": _shares(loss), "chance": chance}


def axes_of(loss: Loss, target: str) -> tuple[str, ...]:
    """Return the axes of a loss's prediction.

    Raises:
        ArgumentError: no model learns rows one by one with it.
    """
    axes = loss.sentences[0].inputs[0].axes
    if not loss.trainable:
        raise ArgumentError(f"{loss.label}: has no slope to follow; it is for judging only.")
    if len(loss.names) != 2 or axes[0] != "..." or axes[-1] == "d":
        raise ArgumentError(
            f"{loss.label}: compares rows with each other, not a prediction with {target}. "
            f"Leave it out here."
        )
    return axes


def _times(loss: Loss) -> Head:
    if len(terms_of(loss)) > 1 or getattr(loss, "factors", (1.0,)) != (1.0,):
        raise ArgumentError(
            f"{loss.label}: is no likelihood of times, so that the chance to last does not follow "
            f"from it. Take one of its terms alone."
        )
    return Times(chance=loss)


def _shares(loss: Any) -> bool:
    """Whether the target must be a row of shares, because no sentence takes labels."""
    return all("k" in each.inputs[1].axes for each in loss.sentences)
