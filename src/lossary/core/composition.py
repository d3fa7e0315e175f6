"""Losses made of losses: weighted sums, and a loss that reads what a network puts out."""

from dataclasses import dataclass
from math import inf, isfinite
from typing import Any

from lossary.backends import backend_of
from lossary.core.batch import read
from lossary.core.links import ANY, link
from lossary.core.loss import Loss
from lossary.core.shapes import Pattern, Sentence
from lossary.domains import Domain
from lossary.errors import ArgumentError, DomainError, GradientError, ShapeError

Array = Any


class Addable(Loss):
    """A loss that can be added and multiplied: `0.7 * Dice() + 0.3 * SigmoidFocal()`."""

    def __mul__(self, factor: Any) -> "Sum":
        if isinstance(factor, bool) or not isinstance(factor, (int, float)):
            return NotImplemented
        return _sum_of([(factor * own, term) for own, term in _pairs(self)])

    __rmul__ = __mul__

    def __add__(self, other: Any) -> "Addable":
        if isinstance(other, int) and other == 0:  # where sum([...]) starts
            return self
        if not isinstance(other, Loss):
            return NotImplemented
        return _sum_of(_pairs(self) + _pairs(other))

    __radd__ = __add__

    def reading(self, given: Domain) -> "Addable":
        """Return this loss of another kind of prediction, as Dice of logits.

        Raises:
            DomainError: no function leads from that domain to the one the loss reads.
        """
        own = self.domains[0][0]
        if own == given or own in ANY:
            return self
        if link(given, own) is None:
            raise DomainError(f"{self.label} reads {own.name}; {given.name} does not lead there.")
        return Reading(self, given)

    def _by_framework(
        self, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str
    ) -> Array:
        """Let the framework (on NumPy: a tape) find the slope."""
        if not self.trainable:
            raise GradientError(f"{self.label} is for judging, not for training: it has no slope.")
        first, *others = arrays
        backend = backend_of(first)
        if backend.kind(first) != "float":
            first = backend.cast(first, backend.wide(None))

        def reduced(prediction: Array) -> Array:
            return self(prediction, *others, weight=weight, mask=mask, reduction=reduction)

        return backend.gradient(reduced, first)


@dataclass(frozen=True, repr=False)
class Sum(Addable):
    """A weighted sum of losses of the same prediction and target.

    Where one term reads logits and another probabilities, the sum reads logits, and hands the
    other their sigmoid (or softmax, if the first reads the scores of exclusive classes).
    """

    factors: tuple[float, ...]
    terms: tuple[Loss, ...]

    def __post_init__(self) -> None:
        reads = _rawest(self.terms)
        terms = tuple(term.reading(reads) for term in self.terms)  # type: ignore[attr-defined]
        object.__setattr__(self, "terms", terms)
        first = next((term for term in terms if len(term.sentences) == 1), terms[0])
        for name in ("names", "sentences", "domains"):
            object.__setattr__(self, name, getattr(first, name))
        if any(len(term.names) != len(self.names) for term in terms):
            told = "; ".join(f"{term.label}: {', '.join(term.names)}" for term in terms)
            raise ShapeError(f"these losses do not take the same arrays: {told}.")

    @property
    def trainable(self) -> bool:  # type: ignore[override]
        return all(term.trainable for term in self.terms)

    @property
    def averaged(self) -> bool:  # type: ignore[override]
        return len(self.terms) == 1 and self.terms[0].averaged and self.factors == (1.0,)

    @property
    def lower_bound(self) -> float:  # type: ignore[override]
        """Add up the terms' bounds; a negative factor may bring its term down to anything."""
        if any(factor < 0 for factor in self.factors):
            return -inf
        pairs = zip(self.factors, self.terms, strict=True)
        return sum(factor * term.lower_bound for factor, term in pairs if factor)

    @property
    def label(self) -> str:
        return repr(self)

    @property
    def entries(self) -> Pattern:
        return self.terms[0].entries

    @property
    def additive(self) -> bool:
        return all(term.additive for term in self.terms)

    @property
    def width(self) -> int:
        return sum(term.width for term in self.terms)

    def to_dict(self) -> dict[str, Any]:
        terms = [term.to_dict() for term in self.terms]
        return {"loss": "Sum", "version": 1, "factors": list(self.factors), "terms": terms}

    def fits(self, sizes: dict[str, Any]) -> None:
        for term in self.terms:
            term.fits(sizes)

    def finished(self, sums: tuple[Array, ...]) -> Array:
        total, place = 0.0, 0
        for factor, term in zip(self.factors, self.terms, strict=True):
            total = total + factor * term.finished(sums[place : place + term.width])
            place += term.width
        return total

    def curvature(
        self, prediction: Array, target: Array, *, weight: Any = None, mask: Any = None
    ) -> Array:
        if any(factor < 0 for factor in self.factors):
            raise GradientError(f"{self.label}: a negative factor turns a safe curvature over.")
        pairs = zip(self.factors, self.terms, strict=True)
        return sum(f * t.curvature(prediction, target, weight=weight, mask=mask) for f, t in pairs)

    def _check(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> None:
        for term in self.terms:
            term._check(arrays, weight, mask)

    def _sums(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]:
        return tuple(each for term in self.terms for each in term.summed(arrays, weight, mask))

    def _entries(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Array:
        entries = [term._entries(arrays, weight, mask) for term in self.terms]
        # Three classes and three rows have one shape, but are not the same entries.
        outputs = {term.sentences[0].output for term in self.terms}
        if len(outputs) > 1 or any(each.shape != entries[0].shape for each in entries):
            shapes = ", ".join(str(tuple(each.shape)) for each in entries)
            raise ArgumentError(
                f"{self.label}: the terms have entries of different shapes ({shapes}), so neither "
                f"'none' nor 'sum' has a meaning.\nHint: reduction='mean' adds their means, "
                f"and gradient(..., reduction='mean') is its slope."
            )
        pairs = zip(self.factors, entries, strict=True)
        return sum(factor * each for factor, each in pairs)

    def _gradient(self, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str) -> Array:
        return self._by_framework(arrays, weight, mask, reduction)

    def __repr__(self) -> str:
        pairs = zip(self.factors, self.terms, strict=True)
        return " + ".join(f"{term!r}" if f == 1 else f"{f!r} * {term!r}" for f, term in pairs)


@dataclass(frozen=True, repr=False)
class Reading(Addable):
    """A loss of another kind of prediction: the function between the two stands before it."""

    loss: Loss
    given: Domain

    def __post_init__(self) -> None:
        own = self.loss.domains
        domains = tuple((self.given, *others) for _, *others in own)
        for name, value in (
            ("names", self.loss.names), ("sentences", self.loss.sentences), ("domains", domains)
        ):  # fmt: skip
            object.__setattr__(self, name, value)

    sentences: tuple[Sentence, ...] = ()

    # Of the loss itself: what stands before it changes none of these.
    trainable = property(lambda self: self.loss.trainable)
    averaged = property(lambda self: self.loss.averaged)
    lower_bound = property(lambda self: self.loss.lower_bound)
    label = property(lambda self: self.loss.label)
    entries = property(lambda self: self.loss.entries)
    additive = property(lambda self: self.loss.additive)
    width = property(lambda self: self.loss.width)

    def to_dict(self) -> dict[str, Any]:
        return {
            "loss": "Reading",
            "version": 1,
            "given": self.given.name,
            "of": self.loss.to_dict(),
        }

    def fits(self, sizes: dict[str, Any]) -> None:
        self.loss.fits(sizes)

    def finished(self, sums: tuple[Array, ...]) -> Array:
        return self.loss.finished(sums)

    def _linked(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Any, ...]:
        """Put the link before the loss; what does not count is safe before the link sees it."""
        batch = read(self, arrays, weight, mask)
        way = link(self.given, self.loss.domains[0][0])
        assert way is not None, "checked when this was made"
        first, *others = batch.arrays
        return (way(batch.xp, first), *others), batch.weight, batch.valid

    def _sums(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]:
        return self.loss.summed(*self._linked(arrays, weight, mask))

    def _entries(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Array:
        return self.loss._entries(*self._linked(arrays, weight, mask))

    def _gradient(self, arrays: tuple[Array, ...], weight: Any, mask: Any, reduction: str) -> Array:
        return self._by_framework(arrays, weight, mask, reduction)

    def __repr__(self) -> str:
        inner = f"({self.loss!r})" if isinstance(self.loss, Sum) else repr(self.loss)
        return f"{inner}.reading(domains.{self.given.name})"


def terms_of(loss: Any) -> tuple[Loss, ...]:
    """Return the losses with a formula of their own that a loss is made of."""
    if isinstance(loss, Sum):
        return tuple(each for term in loss.terms for each in terms_of(term))
    return terms_of(loss.loss) if isinstance(loss, Reading) else (loss,)


def _pairs(loss: Loss) -> list[tuple[float, Loss]]:
    """Take a loss as the sum that it is, without sums inside."""
    if isinstance(loss, Sum):
        return list(zip(loss.factors, loss.terms, strict=True))
    return [(1.0, loss)]


def _sum_of(pairs: list[tuple[float, Loss]]) -> Any:
    if len(pairs) == 1 and pairs[0][0] == 1:
        return pairs[0][1]
    if not all(isfinite(factor) for factor, _ in pairs):
        raise ArgumentError(f"a factor must be finite, but got {[factor for factor, _ in pairs]}.")
    return Sum(tuple(float(factor) for factor, _ in pairs), tuple(term for _, term in pairs))


def _rawest(terms: tuple[Loss, ...]) -> Domain:
    """Find the one domain from which every term's own can be reached."""
    reads = tuple(term.domains[0][0] for term in terms)
    for given in reads:
        if all(link(given, wanted) is not None for wanted in reads) and given not in ANY:
            return given
    if all(each in ANY for each in reads):
        return reads[0]
    told = "; ".join(
        f"{term.label} reads {domain.name}" for term, domain in zip(terms, reads, strict=True)
    )
    raise DomainError(
        f"these losses cannot share one prediction: {told}.\nHint: use losses that read the same, "
        f"or call each with its own prediction and add the results."
    )
