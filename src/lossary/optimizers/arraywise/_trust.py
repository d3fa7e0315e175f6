"""How far an array may move for its size: the ratio of two norms."""

from typing import Any


def trust(xp: Any, size: Any, step: Any) -> Any:
    """Return size / step, and 1 where one of them is zero."""
    nothing = xp.logical_or(size == 0, step == 0)
    one = xp.ones_like(step)
    return xp.where(nothing, one, size / xp.where(nothing, one, step))
