"""A loop whose turns follow each other, for frameworks that need not write it down as one."""

from collections.abc import Callable
from typing import Any


def swept(function: Callable[..., Any], carried: Any, count: int, reverse: bool = False) -> Any:
    """Call a function of what is carried, and of 0 … count-1, that returns both anew.

    Returns what is carried in the end; and what else was returned, each by its number.
    """
    found: list[Any] = [None] * count
    for place in reversed(range(count)) if reverse else range(count):
        carried, found[place] = function(carried, place)
    return carried, tuple(zip(*found, strict=True))
