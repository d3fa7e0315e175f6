"""What the tables are made of: a call of theirs that gives our number, or one that does not.

Arrays go by one letter, in the calls that run and on the page alike: p is the prediction, t the
target, w the weight, m the mask, c the class weights; a, p and n are a triplet's three rows.
"""

import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields
from typing import Any

import lossary
from lossary.core.catalogue import all_of
from lossary.core.composition import Reading
from lossary.domains import Domain

LETTERS = {"prediction": "p", "target": "t", "anchor": "a", "positive": "p", "negative": "n"}
ROUNDING = (1e-12, "rounding of sums of a few dozen doubles")
SAME = "the same"
OURS = {"lossary": lossary} | {cls.__name__: cls for cls in all_of(lossary.Loss)}


@dataclass(frozen=True)
class Meets:
    """A call of theirs that gives our value and our slope, on random arrays."""

    ours: Any
    theirs: str
    how: str = SAME
    """What they do to p and t, or what must be done to the result."""
    weight: bool = False
    mask: bool = False
    reduction: str = "mean"
    call: str = ""
    """Our call, where it is more than the loss of p and t."""
    prediction: Domain | None = None
    target: Domain | None = None
    """Where p or t are drawn from, if not from all that our loss reads."""
    place: int = 0
    """Which of our loss's shape sentences is meant."""
    shape: tuple[int, ...] = ()
    """What the dots of our loss's sentence stand for, if not for the library's usual shape."""
    slope: str | None = ""
    """Their slope, where they give it themselves; None where a value is all there is."""
    curvature: str = ""
    within: tuple[float, str] = ROUNDING
    """How far the two may be apart, and why."""
    slope_within: tuple[float, str] | None = None
    """The same for slopes, where these are found less exactly."""

    @property
    def letters(self) -> tuple[str, ...]:
        return letters_of(self.ours)

    @property
    def ours_written(self) -> str:
        return self.call or self._asked("", self.reduction)

    @property
    def our_gradient(self) -> str:
        return self._asked(".gradient", "mean" if self.reduction == "mean" else "sum")

    @property
    def our_curvature(self) -> str:
        return self._asked(".curvature", "")

    def _asked(self, method: str, reduction: str) -> str:
        extras = (("weight=w", self.weight), ("mask=m", self.mask))
        words = [*self.letters, *(text for text, given in extras if given)]
        if reduction != ("mean" if not method else ""):
            words.append(f'reduction="{reduction}"')
        return f"{written(self.ours)}{method}({', '.join(words)})"


@dataclass(frozen=True)
class Differs:
    """A call of theirs that gives another number than ours, or none, on the arrays shown."""

    ours: Any
    theirs: str
    given: dict[str, Any]
    they: Any
    """Their number, or the error they raise."""
    we: Any
    why: str
    follows: str
    """Who follows the published formula, "ours" or "either", and after a colon which that is."""
    of: str = "value"
    everywhere: bool = False
    """Whether it is so for every loss, and this one is but the example."""
    call: str = ""

    @property
    def ours_written(self) -> str:
        extras = [
            text for letter, text in (("w", "weight=w"), ("m", "mask=m")) if letter in self.given
        ]
        return self.call or f"{written(self.ours)}({', '.join([*letters_of(self.ours), *extras])})"


@dataclass(frozen=True)
class Library:
    """Another library: what its calls see, how it finds slopes, and its tables."""

    title: str
    package: str
    names: dict[str, Any]
    array: Callable[[Any], Any]
    number: Callable[[Any], Any]
    """An array of its framework in NumPy."""
    differentiate: Callable[[Callable[[Any], Any], Any], Any]
    """The slope of the sum of a function's result, at an array."""
    shape: tuple[int, ...]
    meets: tuple[Meets, ...]
    differs: tuple[Differs, ...]
    absent: dict[str, str]
    """Losses it does not have: no public name in `searched` holds these words."""
    searched: tuple[Any, ...]
    setting: Callable[[], AbstractContextManager[Any]] = nullcontext
    automatic: bool = True
    """Whether `differentiate` is exact, so that our slope can be found by it too."""

    def value(self, text: str, arrays: dict[str, Any]) -> Any:
        """Run a call on arrays by letter."""
        with self.setting():
            function, array = self._read(text, arrays)
            return self.number(function(array))

    def slope(self, text: str, arrays: dict[str, Any]) -> Any:
        """Run a call on arrays by letter, and return its slope in the first of them."""
        with self.setting():
            return self.number(self.differentiate(*self._read(text, arrays)))

    def _read(self, text: str, arrays: dict[str, Any]) -> tuple[Callable[[Any], Any], Any]:
        first, *_ = arrays
        given = {letter: self.array(array) for letter, array in arrays.items()}
        scope = self.names | OURS | given
        program = compile(text, f"<{self.title}>", "eval")

        def function(array: Any) -> Any:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # theirs; ours warns of nothing in a call
                return eval(program, scope | {first: array})

        return function, given[first]


def letters_of(loss: Any) -> tuple[str, ...]:
    """Name a loss's arrays by one letter each."""
    return tuple(LETTERS[name] for name in loss.names)


def written(loss: Any) -> str:
    """Write a loss with the parameters that are not at their default."""
    if isinstance(loss, Reading):
        return f"{written(loss.loss)}.reading(lossary.domains.{loss.given.name})"
    changed = (each for each in fields(loss) if getattr(loss, each.name) != each.default)
    inside = ", ".join(f"{each.name}={getattr(loss, each.name)!r}" for each in changed)
    return f"{type(loss).__name__}({inside})"


def named(loss: Any) -> str:
    """Name the loss that a row is about."""
    return type(loss.loss if isinstance(loss, Reading) else loss).__name__
