"""What judges the rounds of a booster: its loss, another loss, or a metric of its predictions."""

from collections.abc import Callable
from dataclasses import dataclass
from inspect import signature
from typing import Any

import numpy as np

from lossary.adapters.estimators.objective import Objective
from lossary.backends import backend_named
from lossary.core.loss import Loss
from lossary.domains import margin
from lossary.errors import ArgumentError
from lossary.heads import (
    Amount,
    Answer,
    Binary,
    Head,
    Many,
    Normal,
    head_for_amounts,
    head_for_classes,
)

Array = np.ndarray


@dataclass(frozen=True, eq=False)
class Seen:
    """What is known of rows beside their raw scores."""

    target: Array
    """Amounts, or the numbers of classes, of shape (n,)."""
    encoded: Array
    """The same as the loss compares with them."""
    weight: Array | None

    @property
    def felt(self) -> Array:
        """The targets of the rows that have a weight."""
        return self.target if self.weight is None else self.target[self.weight > 0]


@dataclass(frozen=True, eq=False)
class Judge:
    """A name for the log, and a number for the raw scores of rows."""

    name: str
    greater_is_better: bool
    judged: Callable[[Array, Seen], float]


def judges_for(
    given: Any, objective: Objective, classes: Array | None, *, greater_is_better: bool
) -> tuple[Judge, ...]:
    """Return the judges that a user names: None (the loss itself), losses, functions, or a list.

    A function is called as metric(y_true, y_prediction), with sample_weight if it takes one. It is
    given what `predict` says of amounts; of `classes`, their probabilities: of the second one, of
    shape (n,), where there are two, else of all, of shape (n, k).

    Raises:
        ArgumentError: it is none of these, or the loss cannot judge such predictions.
    """
    several = given if isinstance(given, (list, tuple)) else [given]
    for each in several:
        _look(each)
    meant = dict.fromkeys(objective.loss if each is None else each for each in several)
    return tuple(
        _judge(name, each, objective, classes, greater_is_better)
        for name, each in _named(list(meant)).items()
    )


def _look(given: Any) -> None:
    if given is not None and not callable(given):
        like = _LIKE.get(given, "mean_absolute_error") if isinstance(given, str) else "r2_score"
        raise ArgumentError(
            f"eval_metric={given!r}: expected a loss or a function metric(y_true, y_prediction); "
            f"a metric of the host's own would judge raw scores.\n"
            f"Hint: eval_metric=sklearn.metrics.{like}"
        )


def _named(several: list[Any]) -> dict[str, Any]:
    """Return judges by a name of their own: parameters are told where classes are the same."""
    short = [
        each.label if isinstance(each, Loss) else getattr(each, "__name__", repr(each))
        for each in several
    ]
    names = [
        repr(each) if isinstance(each, Loss) and short.count(name) > 1 else name
        for name, each in zip(short, several, strict=True)
    ]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ArgumentError(
            f"eval_metric: two are named {min(twice)!r}, so that the log could not tell them apart."
            f"\nHint: give each function a name with def."
        )
    return dict(zip(names, several, strict=True))


def _judge(
    name: str, given: Any, objective: Objective, classes: Array | None, greater: bool
) -> Judge:
    if given == objective.loss:
        return Judge(name, False, _own(objective))
    if isinstance(given, Loss):
        return Judge(name, False, _loss(given, objective, classes))
    return Judge(name, greater, _function(given, objective, classes))


_LIKE = {
    "rmse": "root_mean_squared_error",
    "rmsle": "root_mean_squared_log_error",
    "mape": "mean_absolute_percentage_error",
    "logloss": "log_loss",
    "mlogloss": "log_loss",
    "auc": "roc_auc_score, with greater_is_better=True",
    "aucpr": "average_precision_score, with greater_is_better=True",
}
"""What scikit-learn calls the metrics of the hosts."""


def _own(objective: Objective) -> Any:
    def judged(raw: Array, seen: Seen) -> float:
        return objective.value(raw, seen.encoded, seen.weight)

    return judged


def _function(metric: Any, objective: Objective, classes: Array | None) -> Any:
    try:
        weighs = "sample_weight" in signature(metric).parameters
    except ValueError:  # a function written in C has none
        weighs = False

    def judged(raw: Array, seen: Seen) -> float:
        answer = objective.answer(raw)
        told = seen.target if classes is None else classes[seen.target]
        by_weight = {"sample_weight": seen.weight} if weighs and seen.weight is not None else {}
        return float(metric(told, _said(answer), **by_weight))

    return judged


def _said(answer: Answer) -> Array:
    if answer.value is not None:
        return answer.value
    if answer.probability is None:
        assert answer.score is not None
        return answer.score
    return answer.probability[:, 1] if answer.probability.shape[1] == 2 else answer.probability


def _loss(loss: Loss, objective: Objective, classes: Array | None) -> Any:
    """Judge predictions by another loss, whatever scale it reads them on."""
    name = "eval_metric's target"
    head = (
        head_for_amounts(loss, name)
        if classes is None
        else head_for_classes(loss, len(classes), name)
    )
    _fits(loss, head, objective)
    xp = backend_named("numpy").xp

    def judged(raw: Array, seen: Seen) -> float:
        scores = _rescaled(head, objective.answer(raw), raw)
        prediction = head.prediction(xp, scores[:, None] if head.outputs == 1 else scores)
        weight = Objective(loss, head).spread(seen.weight)
        return float(loss(prediction, head.target(seen.target), weight=weight))

    return judged


def _fits(loss: Loss, head: Head, objective: Objective) -> None:
    if isinstance(head, Normal) and not isinstance(objective.head, Normal):
        raise ArgumentError(
            f"eval_metric={loss!r}: judges a mean and its uncertainty, but "
            f"loss={objective.loss!r} learns none.\nHint: loss=GaussianNLL() does."
        )


def _rescaled(head: Head, answer: Answer, raw: Array) -> Array:
    """Return the raw scores with which another loss's head would answer the same."""
    if isinstance(head, Normal):
        return raw
    with np.errstate(divide="ignore"):  # a certain answer is infinite on these scales
        if isinstance(head, Amount):
            assert answer.value is not None
            return head.raw_of(answer.value)
        if getattr(head, "reads", None) == margin or answer.probability is None:
            assert answer.score is not None
            return answer.score
        if isinstance(head, Many):
            return np.log(answer.probability)
        yes = answer.probability
        return (
            np.log(yes[:, 1] / yes[:, 0]) if isinstance(head, Binary) else np.log(yes / (1 - yes))
        )
