"""What an author says of a loss: by options of `check`, or by a decorator above the loss."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from lossary.errors import ArgumentError, nearest

NAME = "__lossary_contract__"
WORDS = {
    "reduction": ("mean", "sum", "none", "other"),
    "structure": ("entries", "rows", "batch"),
    "per": ("entry", "row", "valid", "weight"),
}
"""Facts that are one of a few words."""


@dataclass(frozen=True)
class Declared:
    """What was declared; None is left to probing."""

    prediction: str | None = None
    """The domain of the prediction, as real, logit, scores, probability, log_probability, box."""
    target: str | None = None
    """The domain of the target, as real, labels, degree (0 to 1), side (-1 or 1), distribution."""
    shapes: str | None = None
    """The axes of the arguments in their order, as "n k, n"."""
    order: str | None = None
    """The roles of the arguments in their order, as "target, prediction, weight"."""
    reduction: str | None = None
    """mean, sum, none, or other."""
    structure: str | None = None
    """entries, rows or batch."""
    per: str | None = None
    """What a mean divides by: entry, row, valid or weight."""
    ignore: float | None = None
    """The target that leaves an entry out, as -100."""
    infimum: float | None = None
    like: str | None = None
    """A loss of ours to compare with, as huber."""
    metric: Any = None
    """The metric that the loss is judged by, a callable of the same arrays."""
    value: Any = None
    """The loss whose slopes a boosting objective gives, a callable of scores and labels."""
    example: tuple[Any, ...] | None = None
    """Arrays of one real call, from which shapes and domains are read."""

    def stated(self) -> dict[str, Any]:
        """Return what is not None."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        return {name: value for name, value in found.items() if value is not None}


def contract(**facts: Any) -> Callable[[Any], Any]:
    """Declare what probing cannot know, above a function or a class.

    >>> import lossary
    >>> @lossary.contract(prediction="probability", target="degree", shapes="n, n")
    ... def brier(p, y):
    ...     return ((p - y) ** 2).mean()
    """
    declared = declared_as(facts)

    def note(loss: Any) -> Any:
        setattr(loss, NAME, declared)
        return loss

    return note


def declared_as(facts: Mapping[str, Any]) -> Declared:
    """Read what was declared by keyword.

    Raises:
        ArgumentError: nothing of this name can be declared, and the nearest names are told; or the
            word is none of those that there are.
    """
    known = [each.name for each in fields(Declared)]
    for name in facts:
        if name not in known:
            raise ArgumentError(f"{name}= declares nothing. {nearest(name, known)}")
    for name, words in WORDS.items():
        given = facts.get(name)
        if given is not None and given not in words:
            raise ArgumentError(f"{name}={given!r} is none of {', '.join(words)}.")
    return Declared(**facts)


def declared_on(loss: Any) -> Declared:
    """Read what a loss or its class declares."""
    found = getattr(loss, NAME, None)
    return found if isinstance(found, Declared) else Declared()
