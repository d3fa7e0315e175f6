"""A loss with a formula of its own: its facts, its parameters, and how it is written down."""

import inspect
from typing import Any, ClassVar

from lossary.backends import backend_of
from lossary.core.composition import Addable
from lossary.core.parameter import facts_of, normal
from lossary.core.shapes import Pattern, Sentence, sentence
from lossary.core.value import Value
from lossary.domains import Domain, real
from lossary.errors import ArgumentError, ShapeError
from lossary.numerics import ratio

Array = Any
_READ: dict[str, Sentence] = {}


class Formula(Value, Addable):
    """A loss with facts, parameters and one formula. Its kinds say what the formula may look at.

    The facts: `shapes` (a sentence, or several for several encodings of the target), a domain for
    each array under the array's name (as many as sentences where they differ), `cites`, `aliases`,
    `tasks`, `elicits` (what the best constant is: "mean", "median", …), `convex` in the
    prediction, `robust` (one entry's slope is bounded), `formula` and `slope_formula` (LaTeX, where
    what is derived is not for reading).
    """

    shapes: ClassVar[Any] = "..., ... -> ..."
    prediction: ClassVar[Any] = real
    target: ClassVar[Any] = real
    tasks: ClassVar[tuple[str, ...]] = ()
    elicits: ClassVar[str] = ""
    convex: ClassVar[bool] = False
    robust: ClassVar[bool] = False
    shelf: ClassVar[str] = "loss"
    slope_formula: ClassVar[str] = ""
    method: ClassVar[str] = "value"
    """The name of the one method that holds the formula; its arguments name the arrays."""
    arrays: ClassVar[tuple[str, ...]] = ()
    _lengths: list[tuple[str, str, int]]

    def __post_init__(self) -> None:
        lengths = []
        for name, facts in facts_of(type(self)).items():
            value = normal(self.label, name, getattr(self, name), facts)
            object.__setattr__(self, name, value)
            if facts.axis is not None and value is not None:
                lengths.append((name, facts.axis, len(value)))
        texts = self.sentences_read()
        names = self.arrays
        domains = tuple(self._domains_at(place) for place in range(len(texts)))
        sentences = tuple(_READ.get(text) or sentence(text) for text in texts)
        # Not fields: they follow from the class and the parameters.
        for fact, value in (
            ("names", names), ("sentences", sentences), ("domains", domains), ("_lengths", lengths)
        ):  # fmt: skip
            object.__setattr__(self, fact, value)

    @classmethod
    def settle(cls) -> None:
        """Work out, once for the class, what follows from its facts; `@define` asks for it."""
        cls.arrays = array_names(cls)
        super().settle()
        texts = (cls.shapes,) if isinstance(cls.shapes, str) else tuple(cls.shapes)
        for text in texts:
            _READ[text] = sentence(text)
            if len(_READ[text].inputs) != len(cls.arrays):
                raise ArgumentError(
                    f"{cls.__name__}: shapes = {text!r} has {len(_READ[text].inputs)} patterns, "
                    f"but {cls.method} takes {', '.join(cls.arrays)}."
                )

    def sentences_read(self) -> tuple[str, ...]:
        """Return the shape sentences that hold with these parameters."""
        return (self.shapes,) if isinstance(self.shapes, str) else tuple(self.shapes)

    def domain_of(self, name: str) -> Any:
        """Return where an array's values may lie; one for each sentence, if they differ."""
        return getattr(type(self), name, real)

    def _domains_at(self, place: int) -> tuple[Domain, ...]:
        found = (self.domain_of(name) for name in self.arrays)
        return tuple(each[place] if isinstance(each, tuple) else each for each in found)

    @property
    def entries(self) -> Pattern:
        return self.sentences[0].output

    @property
    def additive(self) -> bool:
        return self.sentences[0].separable

    @property
    def width(self) -> int:
        return 2

    def fits(self, sizes: dict[str, Any]) -> None:
        for name, axis, count in self._lengths:
            if sizes[axis] is not None and count != sizes[axis]:
                raise ShapeError(
                    f"{self.label}: {name} has {count} numbers, but {axis} is {sizes[axis]}.\n"
                    f"Hint: give one number for each of the {axis}."
                )

    def finished(self, sums: tuple[Array, ...]) -> Array:
        numerator, denominator = sums
        backend = backend_of(numerator)
        with backend.quiet():
            return ratio(backend.xp, numerator, denominator, 0.0)


def array_names(cls: type) -> tuple[str, ...]:
    """Return the names of the arrays of a loss: those its formula gives them."""
    formula = getattr(cls, cls.method)  # type: ignore[attr-defined]
    names = list(inspect.signature(formula).parameters)[2:]
    return tuple(name for name in names if name != "present")
