"""A loss that is defined by a formula of its own: its names, parameters, and how it is written down."""

import inspect
from dataclasses import fields
from functools import lru_cache
from typing import Any, ClassVar, Self

from lossary.backends import backend_of
from lossary.core.composition import Addable
from lossary.core.parameter import facts_of, normal
from lossary.core.shapes import Pattern, Sentence, sentence
from lossary.domains import Domain, real
from lossary.errors import ShapeError
from lossary.numerics import ratio

Array = Any
_read_once = lru_cache(maxsize=None)(sentence)


class Formula(Addable):
    """A loss with facts, parameters and one formula. Its kinds say what the formula may look at.

    The facts: `shapes` (a sentence, or several for several encodings of the target), a domain for
    each array under the array's name (as many as sentences where they differ), `cites`, `aliases`,
    `tasks`, `elicits` (what the best constant is: "mean", "median", …), `convex` in the
    prediction, `robust` (one entry's slope is bounded), `formula` (LaTeX, where none is derived).
    """

    shapes: ClassVar[Any] = "..., ... -> ..."
    prediction: ClassVar[Any] = real
    target: ClassVar[Any] = real
    cites: ClassVar[tuple[str, ...]] = ()
    aliases: ClassVar[tuple[str, ...]] = ()
    tasks: ClassVar[tuple[str, ...]] = ()
    elicits: ClassVar[str] = ""
    convex: ClassVar[bool] = False
    robust: ClassVar[bool] = False
    formula: ClassVar[str] = ""
    hazards: ClassVar[str] = ""
    version: ClassVar[int] = 1
    method: ClassVar[str] = "value"
    """The name of the one method that holds the formula; its arguments name the arrays."""

    def __post_init__(self) -> None:
        for name, facts in facts_of(type(self)).items():
            value = normal(self.label, name, getattr(self, name), facts)
            object.__setattr__(self, name, value)
        texts = (self.shapes,) if isinstance(self.shapes, str) else tuple(self.shapes)
        names = array_names(type(self))
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "sentences", tuple(map(_read_once, texts)))
        object.__setattr__(self, "domains", tuple(_domains(type(self), names, i) for i in range(len(texts))))

    @property
    def label(self) -> str:
        return type(self).__name__

    @property
    def entries(self) -> Pattern:
        return self.sentences[0].output

    @property
    def additive(self) -> bool:
        return self.sentences[0].separable

    @property
    def width(self) -> int:
        return 2

    def replace(self, **changes: Any) -> Self:
        """Return the same loss with other parameters."""
        return type(self)(**({each.name: getattr(self, each.name) for each in fields(self)} | changes))  # type: ignore[arg-type]

    def to_dict(self) -> dict[str, Any]:
        values = {each.name: getattr(self, each.name) for each in fields(self)}  # type: ignore[arg-type]
        plain = {name: list(v) if isinstance(v, tuple) else v for name, v in values.items()}
        return {"loss": self.label, "version": self.version, "parameters": plain}

    def fits(self, sizes: dict[str, Any]) -> None:
        for name, facts in facts_of(type(self)).items():
            value = getattr(self, name)
            if facts.axis is not None and value is not None and len(value) != sizes[facts.axis]:
                raise ShapeError(
                    f"{self.label}: {name} has {len(value)} numbers, but {facts.axis} is "
                    f"{sizes[facts.axis]}.\nHint: give one number for each of the {facts.axis}."
                )

    def finished(self, sums: tuple[Array, ...]) -> Array:
        numerator, denominator = sums
        return ratio(backend_of(numerator).xp, numerator, denominator, 0.0)


def array_names(cls: type) -> tuple[str, ...]:
    """Return the names of the arrays of a loss: those its formula gives them."""
    formula = getattr(cls, cls.method)  # type: ignore[attr-defined]
    names = list(inspect.signature(formula).parameters)[2:]
    return tuple(name for name in names if name != "present")


def _domains(cls: type, names: tuple[str, ...], place: int) -> tuple[Domain, ...]:
    found = []
    for name in names:
        domain = getattr(cls, name, real)
        found.append(domain[place] if isinstance(domain, tuple) else domain)
    return tuple(found)
