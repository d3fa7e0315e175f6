"""Where a kernel may answer in the place of a definition. Kernels shelve themselves here."""

from collections.abc import Callable
from threading import Lock
from typing import Any

Answer = Callable[..., Any]


class State:
    """Whether kernels are asked at all, and what broke them.

    A switch is `said` for the process until another is, or entered for a block. Each is taken back
    by itself, in any order: calls and blocks of several threads may overlap.
    """

    def __init__(self) -> None:
        self.on = self.first = False
        self.said: list[Any] = []
        self.blocks: list[Any] = []
        self.broken: str | None = None
        self._turn = Lock()

    def start(self, on: bool) -> None:
        """Set what holds as long as nothing has been said."""
        self.on = self.first = on

    def say(self, switch: Any) -> None:
        """Let a switch hold for the process."""
        with self._turn:
            self.said.append(switch)
            self._settle()

    def enter(self, switch: Any) -> None:
        """Let a switch hold for a block, and no longer for the process."""
        with self._turn:
            self.said = [each for each in self.said if each is not switch]
            self.blocks.append(switch)
            self._settle()

    def leave(self, switch: Any) -> None:
        """End a block."""
        with self._turn:
            self.blocks = [each for each in self.blocks if each is not switch]
            self._settle()

    def _settle(self) -> None:
        """Work out what holds: the block entered last, what was said last, or what was first."""
        self.said = self.said[-64:]  # those that were no blocks need not be kept
        last = self.blocks[-1:] or self.said[-1:]
        self.on = last[0].on if last else self.first


state = State()
hosts: dict[type, Answer | None] = {}
"""By the class of an array: a function (loss, request, arrays, weight, mask) -> arrays or None."""
openers: list[Callable[[type], Answer | None]] = []
"""Functions that find the host of a class met for the first time."""
written: dict[str, Callable[[], Any]] = {}
"""By name: functions that open a kernel which is written and not derived, or return None."""


def answered(
    loss: Any, request: str, arrays: tuple[Any, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Return a kernel's answer, or None where the definition must answer.

    Requests: "mean", "sum" and "none" are the loss so reduced; "parts" its sums; "gradient:sum"
    and "gradient:mean" its slopes; "curvature"; "derivatives" slopes and curvature at once (of
    NumPy's arrays also "gradient:single", … , which are handed back in single precision);
    "pooled" the sums of a `RatioOfSums` before it finishes them, and last how many entries count.
    """
    if not state.on or not arrays:
        return None
    kind = type(arrays[0])
    if kind not in hosts:
        hosts[kind] = next((host for host in (find(kind) for find in openers) if host), None)
    host = hosts[kind]
    return None if host is None else host(loss, request, arrays, weight, mask)


def by_hand(name: str) -> Any:
    """Return a kernel that is written and not derived, or None where NumPy must do."""
    opened = written.get(name) if state.on else None
    return None if opened is None else opened()
