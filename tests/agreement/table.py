"""What the tables are made of: a call of theirs that gives our number, or one that does not.

Arrays go by one letter, in the calls that run and on the page alike: p is the prediction, t the
target, w the weight, m the mask, c the class weights; a, p and n are a triplet's three rows.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import lossary
from lossary.core.composition import Reading
from lossary.domains import Domain

LETTERS = {"prediction": "p", "target": "t", "anchor": "a", "positive": "p", "negative": "n"}
ROUNDING = (1e-12, "sums of a few dozen doubles")
SAME = "the same"


@dataclass(frozen=True)
class Meets:
    """A call of theirs that gives our value and our slope, on random arrays."""

    ours: Any
    theirs: str
    how: str = SAME
    weight: bool = False
    mask: bool = False
    reduction: str = "mean"
    call: str = ""
    """Ours, where it is more than the loss of p and t."""
    prediction: Domain | None = None
    target: Domain | None = None
    """Where p or t are drawn from, if not from all that our loss reads."""
    place: int = 0
    """Which of our loss's shape sentences is meant."""
    shape: tuple[int, ...] = ()
    slope: str | None = ""
    """Their slope, where they give it themselves; None where a value is all there is."""
    curvature: str = ""
    within: tuple[float, str] = ROUNDING

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(LETTERS[name] for name in self.ours.names)

    @property
    def ours_written(self) -> str:
        extras = [text for given, text in ((self.weight, "weight=w"), (self.mask, "mask=m")) if given]
        return self.call or call_of(self.ours, self.letters, *extras, reduction=self.reduction)


@dataclass(frozen=True)
class Differs:
    """A call of theirs that gives another number than ours, or none, on the arrays shown."""

    ours: Any
    theirs: str
    given: dict[str, Any]
    they: Any
    """Their number, or the error that they raise."""
    we: Any
    why: str
    follows: str
    """Who follows the published formula, and where it is published."""
    of: str = "value"
    everywhere: bool = False
    """Whether it is so for every loss, and this one is only the example."""
    call: str = ""

    @property
    def letters(self) -> tuple[str, ...]:
        return tuple(LETTERS[name] for name in self.ours.names)

    @property
    def ours_written(self) -> str:
        extras = [text for letter, text in (("w", "weight=w"), ("m", "mask=m")) if letter in self.given]
        return self.call or call_of(self.ours, self.letters, *extras)


@dataclass(frozen=True)
class Library:
    """Another library: what it is called, what its calls see, how it differentiates; its tables."""

    title: str
    package: str
    names: dict[str, Any]
    array: Callable[[Any], Any]
    differentiate: Callable[[Callable[[Any], Any], Any], tuple[Any, Any]]
    """From a function and an array to its value, and the slope of its sum, in NumPy."""
    shape: tuple[int, ...]
    meets: tuple[Meets, ...]
    differs: tuple[Differs, ...]
    absent: dict[str, str]
    """Losses it does not have: no public name in `searched` holds these words."""
    searched: tuple[Any, ...]
    setting: Callable[[], AbstractContextManager[Any]] = nullcontext

    def run(self, text: str, arrays: dict[str, Any]) -> tuple[Any, Any]:
        """Run a call on arrays by letter; return its value, and its slope in the first of them."""
        first, *others = arrays
        rest = {letter: self.array(arrays[letter]) for letter in others}
        scope = self.names | {"lossary": lossary} | vars(lossary.losses) | rest
        compiled = compile(text, f"<{self.title}>", "eval")
        return self.differentiate(
            lambda x: eval(compiled, scope | {first: x}), self.array(arrays[first])
        )


def call_of(loss: Any, letters: tuple[str, ...], *extras: str, reduction: str = "mean") -> str:
    """Write a call of ours as a user would."""
    last = [] if reduction == "mean" else [f'reduction="{reduction}"']
    return f"{written(loss)}({', '.join([*letters, *extras, *last])})"


def written(loss: Any) -> str:
    """Write a loss with the parameters that are not at their default."""
    if isinstance(loss, Reading):
        return f"{written(loss.loss)}.reading(lossary.domains.{loss.given.name})"
    assert is_dataclass(loss)
    changed = (each for each in fields(loss) if getattr(loss, each.name) != each.default)
    inside = ", ".join(f"{each.name}={getattr(loss, each.name)!r}" for each in changed)
    return f"{type(loss).__name__}({inside})"


def named(loss: Any) -> str:
    """Name the loss that a row is about."""
    return type(loss.loss if isinstance(loss, Reading) else loss).__name__


