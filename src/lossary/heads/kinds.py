"""Which head serves a loss for a kind of target? Where none does, the reason is told."""

from collections.abc import Callable
from functools import partial

from lossary.core.loss import Loss
from lossary.domains import probability
from lossary.errors import ArgumentError, nearest
from lossary.heads.binary import Binary
from lossary.heads.fitting import (
    OF_CLASSES,
    axes_of,
    classwise,
    head_for_amounts,
    head_for_classes,
    of_times,
    pooled,
    told,
)
from lossary.heads.head import Head
from lossary.heads.labels import Labels
from lossary.heads.levels import Cumulative, LevelNumber, OrderedClasses
from lossary.heads.shares import Share


def head_for(loss: Loss, kind: str, k: int = 0, target: str = "the target") -> Head:
    """Return the head with which a loss learns a kind of target of k classes, levels or labels.

    Kinds: regression, positive, nonnegative, count, proportion (amounts); binary, multiclass
    (classes); ordinal (levels, as numbers from 0); multilabel (0 and 1, of shape (n, k)); survival
    (times, negative where they were censored). `target` is what errors call it.

    Raises:
        ArgumentError: it cannot; says why and what would fit. Or there is no such kind.
    """
    ways: dict[str, Callable[[], Head]] = {
        **dict.fromkeys(
            ("regression", "nonnegative", "count"), partial(_head_for_plain, loss, target)
        ),
        "positive": partial(head_for_amounts, loss, target),
        "proportion": partial(head_for_shares, loss, target),
        **dict.fromkeys(("binary", "multiclass"), partial(head_for_classes, loss, k, target)),
        "ordinal": partial(head_for_levels, loss, k, target),
        "multilabel": partial(head_for_labels, loss, k, target),
        "survival": partial(head_for_times, loss, target),
    }
    if kind not in ways:
        raise ArgumentError(f"kind={kind!r}: {nearest(kind, ways)}")
    return ways[kind]()


def head_for_levels(loss: Loss, k: int, target: str = "the target") -> Head:
    """Return the head with which a loss learns one of k ordered levels, numbered from 0.

    Raises:
        ArgumentError: as above.
    """
    axes, (reads, compares, *_) = axes_of(loss, target), loss.domains[0]
    if "k" in axes:
        return OrderedClasses(**classwise(loss, k))
    if reads in OF_CLASSES:
        return Cumulative(k=k, reads=reads, chance=told(loss))
    wrong = [level for level in range(k) if not compares.contains(float(level))]
    if wrong:
        raise ArgumentError(
            f"{loss.label}: compares with {compares}, but the levels of {target} are numbered from "
            f"0. BinaryCrossEntropy and SquaredError learn levels."
        )
    return LevelNumber(head_for_amounts(loss, target), k)


def head_for_labels(loss: Loss, labels: int, target: str = "the target") -> Head:
    """Return the head with which a loss learns labels of which several may hold at once.

    Raises:
        ArgumentError: as above.
    """
    axes, reads = axes_of(loss, target), loss.domains[0][0]
    if reads not in OF_CLASSES:
        raise ArgumentError(
            f"{loss.label}: is for amounts, but {target} has labels that hold or do not. "
            f"BinaryCrossEntropy learns them."
        )
    if "k" not in axes:
        return Labels(labels=labels, reads=reads, chance=told(loss))
    if pooled(loss) and reads == probability:
        return Labels(labels=labels, reads=reads, overlap=True)
    raise ArgumentError(
        f"{loss.label}: is for classes that exclude each other, but several labels of {target} may "
        f"hold at once. BinaryCrossEntropy learns each by itself."
    )


def head_for_shares(loss: Loss, target: str = "the target") -> Head:
    """Return the head with which a loss learns a share between 0 and 1.

    Raises:
        ArgumentError: as above.
    """
    axes, (reads, compares, *_) = axes_of(loss, target), loss.domains[0]
    if reads not in OF_CLASSES:
        return Share(_head_for_plain(loss, target))
    if "k" in axes or not compares.contains(0.5) or told(loss) is None:
        raise ArgumentError(
            f"{loss.label}: compares with one class or the other, but {target} is a share of both. "
            f"BinaryCrossEntropy and SquaredError learn shares."
        )
    return Share(Binary(reads=reads, chance=told(loss)))


def head_for_times(loss: Loss, target: str = "the target") -> Head:
    """Return the head with which a loss learns times of which some were censored.

    Raises:
        ArgumentError: as above.
    """
    axes_of(loss, target)
    if not of_times(loss):
        raise ArgumentError(
            f"{loss.label}: does not know censoring, but some times of {target} were not lived to "
            f"see. WeibullAFT and LogLogisticAFT learn from them."
        )
    return head_for_amounts(loss, target)


def _head_for_plain(loss: Loss, target: str) -> Head:
    """Return the head for amounts of which none is censored, though some may be negative."""
    if of_times(loss):
        raise ArgumentError(
            f"{loss.label}: takes what is negative for censored, but {target} holds amounts. "
            f"`lossary list` shows the losses for amounts."
        )
    return head_for_amounts(loss, target)
