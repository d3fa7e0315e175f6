"""Weights of classes that a loss holds by itself, as a default or a buffer: how to change them."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.adapters.foreign.made import Made, copied
from lossary.adapters.foreign.signature import construction_of, parameters_of
from lossary.verifier.batch import Array

NAMED = re.compile(
    r"(?<!pos)(?<!positive)(^|_)(weights?|wts?|alphas?|w)$|class_?w|cls_?w|^weights_?per"
)
Change = Callable[[Any], Any]


@dataclass(frozen=True)
class Vector:
    """One of them: several numbers under a name that says weight or alpha."""

    subject: Any
    name: str
    given: Any
    """As the loss holds it: numbers in a tuple, a list or an array."""
    values: Array
    settable: bool
    """Whether the loss takes it under this name."""

    def times(self, factor: float) -> Any:
        """Return the loss with weights that are so many times as large."""
        return self._changed(lambda held: held * factor)

    def ones(self) -> Any:
        """Return the loss with weights of one."""
        return self._changed(lambda held: held * 0 + 1.0)

    def _changed(self, change: Change) -> Any:
        if self.settable:
            try:
                other = self.subject.changed(**{self.name: _alike(self, change)})
                other.value(other.typical)
            except (CandidateError, Unchangeable):
                pass
            else:
                return other
        return _within(self.subject, self.name, change)


def vectors(subject: Any) -> list[Vector]:
    """Return the weights that are held; most losses hold none."""
    taken = _parameters(subject.candidate.given)
    found = []
    for name, held in _held(subject, taken).items():
        values = _numbers(subject, held)
        if values is not None and NAMED.search(name.rpartition(".")[2].lower().strip("_")):
            found.append(Vector(subject, name, held, values, name in taken))
    return found


def _parameters(given: Any) -> dict[str, inspect.Parameter]:
    """Return what a class is made with, or a function called with."""
    if inspect.isroutine(given):
        return parameters_of(given) or {}
    return construction_of(given if inspect.isclass(given) else type(given))


def _held(subject: Any, taken: dict[str, inspect.Parameter]) -> dict[str, Any]:
    """Return all that is held under a name: the defaults, what is bound, and the attributes."""
    candidate = subject.candidate
    found = {name: each.default for name, each in taken.items() if each.default is not each.empty}
    found |= getattr(candidate.call, "bound", {})
    live = candidate.live
    if inspect.isroutine(live) or not hasattr(live, "__dict__"):
        return found
    arrays = {n: e.values for n, e in candidate.state().items() if e.kind != "parameter"}
    return {
        **found,
        **{n: v for n, v in vars(live).items() if isinstance(v, (tuple, list))},
        **arrays,
    }


def _numbers(subject: Any, held: Any) -> Array | None:
    if isinstance(held, (str, bool, int, float)) or held is None:
        return None
    if not isinstance(held, (tuple, list, np.ndarray)) and not subject.host.owns(held):
        return None
    try:
        found = np.asarray(
            held if isinstance(held, (tuple, list)) else subject.host.numpy(held), dtype=np.float64
        )
    except (TypeError, ValueError, RuntimeError):  # words, or arrays that are still learnt
        return None
    usual = found.ndim == 1 and found.size > 1 and np.isfinite(found).all() and (found >= 0).all()
    return found if usual and found.any() else None


def _alike(vector: Vector, change: Change) -> Any:
    """Change the numbers, and keep the kind of thing that they were handed over in."""
    default = _parameters(vector.subject.candidate.given)[vector.name].default
    changed = change(vector.values)
    return type(default)(changed.tolist()) if isinstance(default, (tuple, list)) else changed


def _within(subject: Any, name: str, change: Change) -> Any:
    """Return a copy of the loss with another array in it; raise Unchangeable where none can be."""
    call = subject.candidate.call
    if not isinstance(call, Made) or inspect.isroutine(call.loss):
        raise Unchangeable(f"{name} is not held by an object")
    other = copied(call.loss)
    *path, last = name.split(".")
    try:
        owner = other
        for part in path:
            owner = getattr(owner, part)
        held = getattr(owner, last)
        numbers = isinstance(held, (tuple, list))
        setattr(
            owner, last, type(held)(change(np.asarray(held)).tolist()) if numbers else change(held)
        )
    except Exception as error:  # what an author's own attributes raise
        raise Unchangeable(f"{name} cannot be replaced: {error}") from error
    made = replace(call, loss=other, versions={})
    return replace(subject, candidate=replace(subject.candidate, call=made))
