"""`lossary.watch`: a loss that tells in a training run what is wrong with what it is given."""

import sys
import traceback
import warnings
from collections.abc import Callable
from itertools import takewhile
from typing import Any

from lossary.adapters.foreign.watched import cut, finite, here
from lossary.backends import backend_of
from lossary.errors import ArgumentError, NonFiniteError, NonFiniteWarning, SuspicionWarning
from lossary.verifier.finding import Finding, Severity
from lossary.verifier.watching.seeing import Seeing
from lossary.verifier.watching.story import told, told_before

ON_NAN = ("warn", "raise")


_Call = tuple[tuple[Any, ...], dict[str, Any], Any]
"""The arrays by place, those by name, and the value: a plain tuple, for it is made every step."""


class Watcher:
    """Looks at the first batches and keeps the last one, to replay it when a number is lost."""

    def __init__(
        self, loss: Callable[..., Any], first: int, on_nan: str, declared: dict[str, Any]
    ) -> None:
        if on_nan not in ON_NAN:
            raise ArgumentError(f"on_nan={on_nan!r}: expected one of {', '.join(ON_NAN)}.")
        self.loss = loss
        self.first = first
        self.on_nan = on_nan
        self.seeing = Seeing(loss, declared)
        self.findings: list[Finding] = []
        """What was found so far, each sentence once."""
        self.steps = 0
        """How many calls were seen; those of a compiled program are not."""
        self.lost = 0
        """At how many steps the value was no number."""
        self.backend: Any = None
        self._last: tuple[_Call | None, _Call | None] = (None, None)
        self._told: set[str] = set()

    def seen(self, arrays: tuple[Any, ...], named: dict[str, Any], value: Any) -> None:
        """Take note of one call of the loss and of what it gave."""
        total = _total(value)
        self.backend = backend = self.backend or backend_of(total)
        if not backend.concrete(total):
            self._within_a_program(backend, arrays, named, total)
            return
        if self.steps < self.first:
            self.look(*arrays, **named)
        self.steps += 1
        # Cut off from their graphs, so that no step keeps the one before it alive.
        call = (tuple([cut(each) for each in arrays]), named, cut(total))
        before, self._last = self._last, (self._last[1], call)
        # An accelerator is not waited for: there, it is the step before that is looked at.
        ready = call if here(total) else before[1]
        if ready is not None and not finite(ready[2]):
            self._lost(ready)

    def look(self, *arrays: Any, **named: Any) -> list[Finding]:
        """Hold one batch against the contract; what is new is warned of.

        In a compiled program (jit, tf.function) call it yourself, on one batch.
        """
        new = []
        for found in self.seeing.look(arrays, named):
            key = found.says.partition(" ")[0] + found.mend + found.cause
            if key not in self._told:
                self._told.add(key)
                new.append(found)
                if found.severity is not Severity.INFO:
                    warnings.warn(self._said(found), SuspicionWarning, stacklevel=_outside())
        self.findings += new
        return new

    def summary(self) -> str:
        """Say in a few lines what was seen."""
        head = f"{self.seeing.name}: {self.steps} steps seen, {self.lost} without a number."
        return "\n".join([head, *(f"{each.severity}: {each.says}" for each in self.findings)])

    def _said(self, found: Finding) -> str:
        parts = [f"{self.seeing.name}, batch {self.steps + 1}: {found.says}"]
        parts += [f"Likely cause: {found.cause}."] if found.cause else []
        parts += [f"Hint: {found.mend}."] if found.mend else []
        return "\n".join(parts)

    def _lost(self, call: _Call) -> None:
        self.lost += 1
        if self.lost > 1:  # the first explains the rest
            return
        message = self._story(call)
        if self.on_nan == "raise":
            raise NonFiniteError(message)
        warnings.warn(message, NonFiniteWarning, stacklevel=_outside())

    def _story(self, call: _Call) -> str:
        name = self.seeing.name
        spoilt = self.seeing.spoilt(*call[:2])
        if spoilt:
            first = self._last[0]
            known = first is not None and first is not call
            bad = self.seeing.replay(*first[:2]) if first and known else None
            return told_before(name, self._when, spoilt, bad, known=known)
        bad = self.seeing.replay(*call[:2])
        if bad is None:
            return f"{name} lost a number {self._when}, and gave one when it was replayed."
        return told(name, self._when, bad)

    @property
    def _when(self) -> str:
        return f"at step {self.steps}" if self.steps else "in a compiled step"

    def _within_a_program(
        self, backend: Any, arrays: tuple[Any, ...], named: dict[str, Any], total: Any
    ) -> None:
        """Where the numbers are known later only, ask the program to tell of a lost one."""
        caught = backend.name == "jax" and not named
        if caught:
            from lossary.adapters.foreign.watched_jax import net

            net(total, arrays, lambda *back: self._lost((back, {}, None)))
        if "program" not in self._told:
            self._told.add("program")
            seen = "only a lost number will be told" if caught else "no number can be seen there"
            warnings.warn(
                f"{self.seeing.name} runs within a compiled program: {seen}.\nHint: call "
                f".watcher.look(...) on one batch outside of it, or run the first steps eagerly.",
                SuspicionWarning,
                stacklevel=_outside(),
            )


class Watched:
    """A loss and its watcher: it is called as the loss, and gives what the loss gives."""

    def __init__(self, watcher: Watcher) -> None:
        self.watcher = watcher

    def __call__(self, *arrays: Any, **named: Any) -> Any:
        value = self.watcher.loss(*arrays, **named)
        self.watcher.seen(arrays, named, value)
        return value

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["watcher"].loss, name)


def watch(loss: Any, *, first: int = 3, on_nan: str = "warn", **declared: Any) -> Any:
    """Wrap a loss of any framework for a training run; use it in the loss's place.

    The first batches are held against what the loss reads: ranges, encodings, shapes, saturation,
    how much of the gradient the top 1 % of the rows carry, and terms of a sum that move nothing.
    Afterwards a step costs one look at the value. When it is no number, the loss alone is replayed,
    and a NonFiniteWarning names the operation, the entry and the line that lost it.

    Args:
        loss: a function, a module or a loss object of PyTorch, JAX, TensorFlow, Keras or NumPy,
            or a loss of ours.
        first: how many batches to look at closely.
        on_nan: "warn" or "raise"; raised before the optimizer steps, it keeps the weights whole.
        declared: what probing cannot know, as for `lossary.check`.

    Returns:
        The loss, with a `watcher` whose `findings` and `summary()` say what was seen. A module
        stays a module, and a Keras loss a Keras loss.

    Raises:
        ArgumentError: `on_nan` is no such word.
    """
    from lossary.adapters.foreign.watched import wrapped

    return wrapped(loss, Watcher(loss, first, on_nan, declared), Watched)


def _total(value: Any) -> Any:
    """Return the loss itself, where it comes with other things."""
    if hasattr(value, "shape"):
        return value
    if isinstance(value, dict):
        value = value.get("loss", next(iter(value.values())))
    return value[0] if isinstance(value, (tuple, list)) else value


def _outside() -> int:
    """Count how many calls lie between a warning and the line of the user's that caused it."""
    frames = traceback.walk_stack(sys._getframe(1))
    passed = ("/lossary/", "/torch/", "/keras/", "/jax/", "/tensorflow/")
    lines = (frame.f_code.co_filename for frame, _ in frames)
    inside = takewhile(lambda name: any(each in name for each in passed), lines)
    return 1 + sum(1 for _ in inside)
