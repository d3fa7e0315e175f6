"""Maximum, minimum and clip out of `where`, so that ties have one slope on every framework."""

from collections.abc import Callable
from typing import Any

Array = Any


def branches(where: Callable[..., Array]) -> tuple[Callable[..., Array], ...]:
    """Return maximum, minimum and clip; a tie goes to the first argument, NaN stays NaN."""

    def maximum(x: Array, y: Any) -> Array:
        return where((x < y) | (y != y), y, x)

    def minimum(x: Array, y: Any) -> Array:
        return where((x > y) | (y != y), y, x)

    def clip(x: Array, min: Any = None, max: Any = None) -> Array:  # noqa: A002 (the standard's names)
        if min is not None:
            x = where(x < min, min, x)
        return x if max is None else where(x > max, max, x)

    return maximum, minimum, clip
