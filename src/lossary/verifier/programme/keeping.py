"""What a loss keeps between its calls, and whether its numbers hang on it."""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batch import Batch
from lossary.verifier.programme.calls import once, same
from lossary.verifier.programme.remaking import anew, containers, emptied

Array = Any
AVERAGES = re.compile(
    r"cent(er|re)|ema|running|moving|momentum|queue|memory|bank|prototypes?|avg|mean|average|std"
    r"|var|history|teacher|^u\d?$",
    re.IGNORECASE,
)
CLOCKS = re.compile(r"step|iter|epoch|count|calls|time|schedule|warm|anneal|^t$|^n$", re.IGNORECASE)


@dataclass(frozen=True)
class Kept:
    """A loss whose value for one batch hangs on the calls before."""

    first: Array
    after: Array
    """The value of the same batch after a call with another."""
    names: tuple[str, ...]
    """Attributes that the other call has changed, where they can be seen."""
    buffers: bool
    """Whether all of them are buffers, which a checkpoint keeps."""

    @property
    def averages(self) -> bool:
        return bool(self.names) and all(AVERAGES.search(name) for name in self.names)

    @property
    def clocks(self) -> bool:
        return any(CLOCKS.search(name) for name in self.names)


def kept(subject: Any, one: Batch, other: Batch) -> Kept | None:
    """Call with one batch, with another, and with the first again; None where nothing is kept."""
    try:
        first, second = anew(subject), anew(subject)
    except Unchangeable:
        return _of_function(subject, one, other)
    # What the very first call leaves behind shows only where another batch comes first.
    return _in_a_row(first, one, other) or _compared(second, once(first, one), one, other)


def _in_a_row(subject: Any, one: Batch, other: Batch) -> Kept | None:
    return _compared(subject, once(subject, one), one, other)


def _of_function(subject: Any, one: Batch, other: Batch) -> Kept | None:
    """Do the same with a function, whose lists and tables are emptied first."""
    function = subject.candidate.given
    if next(containers(function), None) is None:
        return _in_a_row(subject, one, other)
    try:
        with emptied(function):
            first = once(subject, one)
        with emptied(function):
            return _compared(subject, first, one, other)
    except CandidateError:  # it needed what was in them: no memory, a table
        return _in_a_row(subject, one, other)


def _compared(subject: Any, first: Array, one: Batch, other: Batch) -> Kept | None:
    before = _held(subject)
    once(subject, other)
    now = _held(subject)
    after = once(subject, one)
    if same(first, after):
        return None
    names = tuple(n for n, value in now.items() if n not in before or _moved(before[n], value))
    buffers = {n for n, each in subject.candidate.state().items() if each.kind == "buffer"}
    return Kept(first, after, names, bool(names) and set(names) <= buffers)


def _held(subject: Any) -> dict[str, Any]:
    """Return the attributes of the loss as they stand: arrays copied, the others as text."""
    found: dict[str, Any] = {}
    call = subject.candidate.call
    for loss in (subject.candidate.live, *getattr(call, "versions", {}).values()):
        found |= _plain(loss)
        found |= {n: np.copy(each.values) for n, each in subject.host.state(loss).items()}
    return found


def _plain(loss: Any) -> dict[str, str]:
    if not hasattr(loss, "__dict__") or hasattr(loss, "__code__"):
        return {}
    kinds = (int, float, str, bool, list, dict, tuple, type(None))
    held = vars(loss).items()
    return {n: repr(v) for n, v in held if isinstance(v, kinds) and n not in REGISTERS}


REGISTERS = ("_buffers", "_parameters", "_modules", "_non_persistent_buffers_set")
"""Where a module keeps what is looked at by itself."""


def _moved(before: Any, now: Any) -> bool:
    if isinstance(now, str) or isinstance(before, str):
        return not (isinstance(now, str) and isinstance(before, str) and now == before)
    return not np.array_equal(before, now, equal_nan=True)
