"""Runs a loss again, one operation after the other, to name the first that gives no number."""

from importlib import import_module
from typing import Any

from lossary.adapters.foreign.replaying.bad import Bad, Step

__all__ = ["Bad", "Step", "replay"]

_ROOMS = {"torch": "torch", "jax": "jax", "tensorflow": "tensorflow", "numpy": "numpy"}


def replay(backend: str, function: Any, arrays: Any, of: int | None) -> Bad | None:
    """Name the first bad operation of a call on arrays of a framework, or None if there is none.

    `of` is the place of the prediction: where the value is a number, its gradient is looked at too.
    """
    room = import_module(f"lossary.adapters.foreign.replaying.{_ROOMS[backend]}")
    found: Bad | None = room.first_bad(function, arrays, of)
    return found
