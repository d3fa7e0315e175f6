"""A pair: a loss with one bug, its correct twin, and the checks of which one must see the bug."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Pair:
    name: str
    buggy: Any
    correct: Any
    caught_by: tuple[str, ...]
    """Names of checks; one of them has to report FAIL or WARN."""
    story: str
    """Who met it and what it did, in one sentence."""
    warned: bool = False
    """Whether a warning is all that can be said: some write it so and mean it."""
    declared: dict[str, Any] = field(default_factory=dict)
    """Options of `lossary.check` for both of them; the fewer the better."""


PAIRS: dict[str, Pair] = {}


def pair(
    *,
    correct: Any,
    caught_by: str | tuple[str, ...],
    story: str,
    warned: bool = False,
    **declared: Any,
) -> Callable[[Any], Any]:
    """Note the function or class below as a buggy one, with its correct twin."""
    names = (caught_by,) if isinstance(caught_by, str) else caught_by

    def noted(buggy: Any) -> Any:
        name = buggy.__name__
        PAIRS[name] = Pair(name, buggy, correct, names, story, warned, declared)
        return buggy

    return noted
