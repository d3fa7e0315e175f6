"""Which head stands between a model and a loss? Where none does, the reason is told."""

from typing import Any

import numpy as np

from lossary.core.composition import terms_of
from lossary.core.loss import Loss
from lossary.domains import log_amount, log_probability, logit, margin, probability, scores
from lossary.errors import ArgumentError
from lossary.heads.amounts import Amount, Normal
from lossary.heads.binary import Binary
from lossary.heads.chances import tells_chances
from lossary.heads.classes import Many, OneVersusRest
from lossary.heads.head import Head

_OF_CLASSES = (logit, margin, probability, scores, log_probability)


def head_for_amounts(loss: Loss, target: str = "the target") -> Head:
    """Return the head with which a loss learns an amount; `target` is what errors call it.

    Raises:
        ArgumentError: it cannot; says why and what would fit.
    """
    axes = _axes(loss, target)
    reads = loss.domains[0][0]
    if "k" in axes or reads in _OF_CLASSES:
        raise ArgumentError(
            f"{loss.label}: is for classes, but {target} is an amount. "
            f"`lossary list` shows the losses for amounts."
        )
    if axes[-1] == "2":
        return Normal()
    if reads == log_amount:
        return Amount("log")
    return Amount("plain" if np.isneginf(reads.low) else "log1p")


def head_for_classes(loss: Loss, k: int, target: str = "the target") -> Head:
    """Return the head with which a loss learns one of k classes.

    Raises:
        ArgumentError: as above.
    """
    axes = _axes(loss, target)
    reads = loss.domains[0][0]
    if reads not in _OF_CLASSES:
        raise ArgumentError(
            f"{loss.label}: is for amounts, but {target} has classes. "
            f"`lossary list` shows the losses for classes."
        )
    if "k" in axes:
        if k == 2 and pooled(loss):
            return Binary(reads=probability, as_class=True)
        return Many(k=k, reads=reads, shares=_shares(loss))
    chance = loss if not pooled(loss) and tells_chances(loss) else None
    if k == 2:
        return Binary(reads=reads, chance=chance)
    return OneVersusRest(k=k, reads=reads, chance=chance)


def pooled(loss: Loss) -> bool:
    """Say whether a loss sees all rows together, as an overlap or a root of a mean does."""
    return any(term.sentences[0].output.axes != ("...",) for term in terms_of(loss))


def _axes(loss: Loss, target: str) -> tuple[str, ...]:
    axes = loss.sentences[0].inputs[0].axes
    if not loss.trainable:
        raise ArgumentError(f"{loss.label}: has no slope to follow; it is for judging only.")
    if len(loss.names) != 2 or axes[0] != "..." or axes[-1] == "d":
        raise ArgumentError(
            f"{loss.label}: compares rows with each other, not a prediction with {target}. "
            f"Leave it out here."
        )
    return axes


def _shares(loss: Any) -> bool:
    """Whether the target must be a row of shares, because no sentence takes labels."""
    return all("k" in each.inputs[1].axes for each in loss.sentences)
