"""One batch held against what a model's losses declare, before the model is trained."""

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

import keras

from lossary.adapters.keras.call import Call, terms
from lossary.core.loss import Loss
from lossary.errors import ArgumentError, DomainError

_SEEN: ContextVar[list[Loss] | None] = ContextVar("_SEEN", default=None)


def check(model: Any, x: Any, y: Any, sample_weight: Any = None) -> None:
    """Hold a model's predictions and your targets against its losses; silent if all is well.

    Keras compiles its training step, and values in a compiled step cannot be looked at. So call
    this once, between `compile` and `fit`, with as many rows as you like. It looks at every output
    whose loss is a `KerasLoss`, and trains nothing.

    >>> import keras, lossary, numpy as np
    >>> from lossary.adapters.keras import KerasLoss
    >>> model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, "softmax")])
    >>> model.compile(loss=KerasLoss(lossary.CrossEntropy()))
    >>> check(model, np.eye(2), np.asarray([0, 2]))
    Traceback (most recent call last):
        ...
    lossary.errors.DomainError: CrossEntropy: every row of prediction sums to one, as after a
    softmax; this loss applies the softmax itself.
    Hint: hand over the network's raw output, without a softmax.

    Args:
        model: a model that has been compiled.
        x, y, sample_weight: what `fit` will be given, or the first rows of it.

    Raises:
        DomainError: logits where probabilities are read, labels that are none, and the like.
        ShapeError, ArgumentError: as in a call; or the model has no `KerasLoss` at all.

    Warns:
        SuspicionWarning: all logits lie in [0, 1], as after a sigmoid.
    """
    token = _SEEN.set([])
    try:
        model.compute_loss(x=x, y=y, y_pred=model(x), sample_weight=sample_weight)
        seen = _SEEN.get()
    finally:
        _SEEN.reset(token)
    if not seen:
        raise ArgumentError(
            f"{model.name} was compiled with loss={getattr(model, 'loss', None)!r}, which says "
            f"nothing of what it reads.\nHint: compile(loss=KerasLoss(...)) says it."
        )


def look(loss: Loss, reader: Callable[[Loss], Call], y_true: Any) -> None:
    """Look at the values of a call, where `check` has asked for it."""
    seen = _SEEN.get()
    if seen is None:
        return
    for _, term in terms(loss):
        call = reader(term)
        if call.labels:
            _whole(term, y_true)
        term.check(*call.arrays, **call.counted)
    seen.append(loss)


def _whole(loss: Loss, y_true: Any) -> None:
    """Raise a DomainError for an amount where a label is read; NaN may be masked."""
    given = keras.ops.convert_to_numpy(y_true)
    wrong = given[given % 1 > 0]
    if wrong.size:
        raise DomainError(
            f"{loss.label}: target must hold labels, but {wrong.size} of {given.size} are no "
            f"integers, the first {wrong[0]:g}.\nHint: a regression loss reads amounts."
        )
