"""A loss as boosters and Newton's method see it: slope, curvature, start, link and leaf rule."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.estimators.leaves import LeafRule
from lossary.adapters.estimators.start import start
from lossary.core.composition import terms_of
from lossary.core.curvature import Curvature, none
from lossary.core.dispatch import answered
from lossary.core.loss import Loss
from lossary.domains import log_probability, probability
from lossary.errors import ArgumentError
from lossary.heads import (
    Amount,
    Answer,
    Binary,
    Head,
    Many,
    Normal,
    OneVersusRest,
    head_for_amounts,
    head_for_classes,
    pooled,
)

Array = np.ndarray


@dataclass(frozen=True)
class Objective:
    """A loss behind its head. Raw scores have the shape (n,), or (n, outputs) for several each.

    Targets are those that `encoded` returns; weights have the shape (n,) or are None.
    """

    loss: Loss
    head: Head

    @property
    def outputs(self) -> int:
        """How many raw scores a row has."""
        return self.head.outputs

    @property
    def refits(self) -> bool:
        """Whether leaves must be fitted again, since the curvature only sets the size of a step."""
        return all(rule.stand_in for rule in _rules(self.loss))

    @property
    def by_row(self) -> bool:
        """Whether a row has one weight, and not one for each class."""
        return not isinstance(self.head, OneVersusRest)

    def encoded(self, target: Array) -> Array:
        """Return amounts or class numbers, of shape (n,), as the loss compares with them."""
        found = self.head.target(target)
        return np.ascontiguousarray(found if found.dtype.kind == "i" else found.astype(float))

    def check(self, target: Array, weight: Array | None = None) -> None:
        """Hold encoded targets and weights against what the loss declares of them.

        Raises:
            DomainError: says the first wrong value, its place and the mend.
        """
        shape = target.shape if self.outputs == 1 else (len(target), self.outputs)
        self.loss.check(self._prediction(np.zeros(shape)), target, weight=self.spread(weight))

    def value(self, raw: Array, target: Array, weight: Array | None = None) -> float:
        """Return the weighted mean loss of raw scores."""
        prediction = self._prediction(raw)
        return float(self.loss(prediction, target, weight=self.spread(weight)))

    def total(self, raw: Array, target: Array, weight: Array | None = None) -> float:
        """Return the weighted sum of the losses of raw scores, whose slope `derivatives` gives."""
        prediction = self._prediction(raw)
        return float(self.loss(prediction, target, weight=self.spread(weight), reduction="sum"))

    def derivatives(
        self, raw: Array, target: Array, weight: Array | None = None
    ) -> tuple[Array, Array]:
        """Return slope and safe curvature of the weighted sum in each raw score, in raw's shape."""
        prediction = self._prediction(raw)
        each = self.spread(weight)
        if hasattr(self.loss, "derivatives"):
            slope, curvature = self.loss.derivatives(prediction, target, weight=each)
        else:
            slope = self.loss.gradient(prediction, target, weight=each)
            curvature = self.loss.curvature(prediction, target, weight=each)
        if prediction is raw:
            return slope, curvature
        chain = np.exp(raw)  # of expm1, the one link that is not the raw score itself
        return slope * chain, curvature * chain * chain

    def single(self, raw: Array, target: Array, weight: Array | None = None) -> tuple[Array, Array]:
        """Return the same in single precision, rounded at the end: what most boosters take."""
        found = None
        if self._prediction(raw) is raw:
            found = _single(self.loss, (raw, target), self.spread(weight))
        if found is not None:
            return found
        slope, curvature = self.derivatives(raw, target, weight)
        return slope.astype(np.float32, copy=False), curvature.astype(np.float32, copy=False)

    def tiled(self, raw: Any, rows: int) -> Array:
        """Return the same raw scores for so many rows, in raw's shape, as kernels read them."""
        shape = (rows,) if self.outputs == 1 else (rows, self.outputs)
        return np.broadcast_to(raw, shape).copy()

    def start(self, target: Array, weight: Array | None = None) -> Array:
        """Return the best constant raw scores, of shape (outputs,), for encoded targets."""
        return start(self, target, weight)

    def leaf_rule(self, target: Array, weight: Array | None) -> LeafRule:
        """Return how leaves are fitted again: what all trees share, to be asked for once."""
        return LeafRule.of(self.loss, target, weight)

    def leaf_values(
        self, raw: Array, target: Array, weight: Array | None, leaf: Array, leaves: int
    ) -> Array:
        """Return what to add to the raw scores of each leaf; `leaf` numbers the rows' leaves.

        Only for a loss whose leaves must be fitted again, of one raw score.
        """
        return self.leaf_rule(target, weight).values(raw, leaf, leaves)

    def apart(self, target: Array) -> tuple[tuple["Objective", Array], ...]:
        """Take an objective apart into those that share nothing: each class against the rest."""
        if self.by_row:
            return ((self, target),)
        one = Objective(self.loss, Binary())
        return tuple((one, np.ascontiguousarray(column)) for column in target.T)

    def answer(self, raw: Array) -> Answer:
        """Return amounts, or scores of classes and probabilities, on the scale of the target."""
        return self.head.answer(raw[:, None] if self.outputs == 1 else raw)

    def explained(self) -> dict[str, str]:
        """Say in words what a booster is given."""
        rules = (f"{each.rule} ({each.reason})".removesuffix(" ()") for each in _rules(self.loss))
        return {
            "loss": repr(self.loss),
            "link": _link(self.head),
            "curvature": " + ".join(rules),
            "leaves": "fitted again after each tree" if self.refits else "Newton steps",
        }

    def _prediction(self, raw: Array) -> Array:
        if isinstance(self.head, Amount) and self.head.scale == "log1p":
            return np.expm1(raw)
        return raw

    def spread(self, weight: Array | None) -> Array | None:
        """Return weights as the loss takes them: where each class is judged by itself, for each."""
        if weight is None or self.by_row:
            return weight
        return np.broadcast_to(weight[:, None], (len(weight), self.outputs))


def for_amounts(loss: Loss) -> Objective:
    """Return the objective with which a loss learns amounts.

    Raises:
        ArgumentError: boosters and linear models cannot minimise it; says what would fit.
    """
    return _fit(loss, head_for_amounts(loss))


def for_classes(loss: Loss, k: int) -> Objective:
    """Return the objective with which a loss learns one of k classes.

    Raises:
        ArgumentError: as above.
    """
    _raw(loss)
    return _fit(loss, head_for_classes(loss, k))


_INSTEAD = {
    "LogLoss": "BinaryCrossEntropy",
    "NegativeLogLikelihood": "CrossEntropy",
    "KullbackLeibler": "CrossEntropy",
    "RootMeanSquaredError": "SquaredError",
}
"""Losses of raw scores, row by row, with the same optimum."""


def _raw(loss: Loss) -> None:
    reads = loss.domains[0][0]
    if reads in (probability, log_probability) and not pooled(loss):
        raise ArgumentError(
            f"{loss.label}: reads {reads.name}, but this model puts out raw scores.{_hint(loss)}"
        )


def _fit(loss: Loss, head: Head) -> Objective:
    if pooled(loss):
        raise ArgumentError(
            f"{loss.label}: sees all rows together, but this model needs the slope and the "
            f"curvature of each row by itself.{_hint(loss)}"
        )
    for rule in _rules(loss):
        if rule.rule == "none":
            raise ArgumentError(f"{loss.label}: has no curvature: {rule.reason}.{_hint(loss)}")
    return Objective(loss, head)


def _single(loss: Any, arrays: tuple[Array, Array], weight: Array | None) -> Any:
    """Ask kernels, which round what they write; None where there is none."""
    if not hasattr(loss, "derivatives"):
        return None
    found = answered(loss, "derivatives:single", arrays, weight)
    if found is not None:
        return found
    each = [answered(loss, f"{name}:single", arrays, weight) for name in ("gradient", "curvature")]
    return None if any(one is None for one in each) else tuple(each)


def _rules(loss: Any) -> tuple[Curvature, ...]:
    """Return the curvature rules of a loss or of its terms."""
    terms = getattr(loss, "terms", (loss,))
    return tuple(getattr(term, "curvature_rule", _READ) for term in terms)


_READ = none("a term reads what a link makes of raw scores, and is curved by both")


def _hint(loss: Loss) -> str:
    """Name the loss to take instead of one, or of the first of its terms that has such a one."""
    for term in terms_of(loss):
        name = _INSTEAD.get(term.label)
        if name is not None:
            instead = "" if term.label == loss.label else f", in the place of {term.label}"
            return f"\nHint: {name}() has the same optimum, of raw scores by row{instead}."
    return ""


def _link(head: Head) -> str:
    if isinstance(head, Amount):
        return {"plain": "identity", "log": "log", "log1p": "log1p"}[head.scale]
    if isinstance(head, (Normal, Many)):
        return "softmax" if isinstance(head, Many) else "mean and log of the variance"
    if head.chance is None:  # type: ignore[attr-defined]
        return "none: the larger score decides"
    one = "the probability at which the loss is content with a score"
    return one if head.outputs == 1 else f"{one}, class by class, brought to one"
