"""Where a kernel may answer in the place of a definition. Kernels shelve themselves here."""

from collections.abc import Callable
from typing import Any

Answer = Callable[..., Any]


class State:
    """Whether kernels are asked at all, and what broke them."""

    def __init__(self) -> None:
        self.on = self.base = False
        self.blocks: list[Any] = []
        self.broken: str | None = None

    def settle(self) -> None:
        """Work out what holds: the block entered last, or else what was said for the process."""
        self.on = self.blocks[-1].on if self.blocks else self.base


state = State()
hosts: dict[type, Answer | None] = {}
"""By the class of an array: a function (loss, request, arrays, weight, mask) -> arrays or None."""
openers: list[Callable[[type], Answer | None]] = []
"""Functions that find the host of a class met for the first time."""


def answered(
    loss: Any, request: str, arrays: tuple[Any, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Return a kernel's answer, or None where the definition must answer.

    Requests: "mean", "sum" and "none" are the loss so reduced; "parts" its sums; "gradient:sum"
    and "gradient:mean" its slopes; "curvature"; "derivatives" slopes and curvature at once;
    "pooled" the sums of a `RatioOfSums` before it finishes them, and last how many entries count.
    """
    if not state.on or not arrays:
        return None
    kind = type(arrays[0])
    if kind not in hosts:
        hosts[kind] = next((host for host in (find(kind) for find in openers) if host), None)
    host = hosts[kind]
    return None if host is None else host(loss, request, arrays, weight, mask)
