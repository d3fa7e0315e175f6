"""What a loss promises, as far as it is known: its arguments, its reduction, and who says so."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

UNCALLABLE = "uncallable"
"""A fact of a loss that cannot be called at all, with nothing but its defaults."""


@dataclass(frozen=True)
class Argument:
    """One array that a loss takes."""

    name: str
    """As the loss's own signature spells it."""
    role: str
    """prediction, target, weight, mask, or other; the first prediction is the one to be learnt."""
    axes: tuple[str, ...]
    """n counts rows, k classes, d features, t steps, h and w pixels; a number stands for itself."""
    domain: str
    """A name of `lossary.domains` (real, logit, scores, probability, labels, degree ...) or box."""
    keyword: bool = False
    """Handed over by keyword, not by place."""

    def __str__(self) -> str:
        return f"{self.name}: {self.domain.replace('_', ' ')} ({', '.join(self.axes)})"


@dataclass(frozen=True)
class Contract:
    """What a loss takes and gives. `known` says of each fact whether it was declared, read from a
    name, found by probing, or assumed for want of anything better."""

    arguments: tuple[Argument, ...]
    """In the order in which the loss takes them."""
    kind: str = "loss"
    """loss: a value comes out. objective: a gradient and a curvature do, as boosters want them."""
    output: tuple[str, ...] = ()
    """The axes of what comes out: none for a scalar, (n,) for one number a row."""
    reduction: str = "mean"
    """What becomes of the entries: mean, sum, none, or other where it is no plain sum."""
    reductions: tuple[str, ...] = ()
    """What may be asked for under the setting `reduction_setting`, as the loss spells it."""
    reduction_setting: str = "reduction"
    structure: str = "rows"
    """What the value is a sum or mean of: entries, rows, or nothing (batch, as Dice or InfoNCE)."""
    per: str = "unknown"
    """What a mean divides by: entry, row, valid (entries that count), weight (their sum)."""
    ignore: float | None = None
    """The target that leaves an entry out, as -100."""
    infimum: float | None = None
    """The lowest value that can be reached, where it is known."""
    like: str | None = None
    """The loss of ours that it is compared with, as declared or as its name says."""
    metric: Any = None
    """The metric that the loss is judged by, where it was handed over: a callable alike."""
    value: Any = None
    """The loss whose slopes an objective gives, where it was handed over: of score and label."""
    sizes: Mapping[str, int] = field(default_factory=dict)
    """Sizes of axes that the loss insists on."""
    example: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    """The arrays of one real call, in the order of the arguments, where they were handed over."""
    known: Mapping[str, str] = field(default_factory=dict)
    """fact -> declared, named, probed or assumed; an argument's facts are `prediction.domain`."""

    @property
    def prediction(self) -> Argument:
        return next(each for each in self.arguments if each.role == "prediction")

    @property
    def target(self) -> Argument | None:
        return next((each for each in self.arguments if each.role == "target"), None)

    def roles(self, role: str) -> tuple[Argument, ...]:
        return tuple(each for each in self.arguments if each.role == role)

    def sure(self, fact: str) -> bool:
        """Say whether a fact was declared or found, and not only assumed."""
        return self.known.get(fact, "assumed") != "assumed"

    def but(self, **facts: Any) -> "Contract":
        return replace(self, **facts)
