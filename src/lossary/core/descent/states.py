"""One of two states, by a condition that only the running program may know."""

from typing import Any

from lossary.backends import Backend
from lossary.core.descent.norms import met
from lossary.core.descent.trees import Leaves

Array = Any


def selected(backend: Backend, condition: Any, yes: Any, no: Any, stacked: int = 0) -> Any:
    """Return a state, or a list of arrays, where a condition holds, and another where it does not.

    A condition that is a Python truth takes one as a whole. One for each of `stacked` trials takes
    each trial's own; what is common to all trials is taken from `yes` if it holds for any.
    """
    if isinstance(condition, bool):
        return yes if condition else no
    if isinstance(yes, dict):
        return {
            name: selected(backend, condition, each, no[name], stacked)
            for name, each in yes.items()
        }
    if isinstance(yes, (list, tuple)):
        both = zip(yes, no, strict=True)
        kind = Leaves if isinstance(yes, Leaves) else type(yes)
        return kind(selected(backend, condition, *each, stacked) for each in both)
    if yes is None:
        return None
    if not hasattr(yes, "dtype"):
        return yes if bool(_any(backend, condition)) else no
    return _chosen(backend, condition, yes, no, stacked)


def _chosen(backend: Backend, condition: Array, yes: Array, no: Array, stacked: int) -> Array:
    if stacked and backend.shape(yes)[:1] == (stacked,):
        return backend.xp.where(met(backend, condition, yes, stacked), yes, no)
    return backend.xp.where(_any(backend, condition), yes, no)


def _any(backend: Backend, condition: Array) -> Array:
    if not len(backend.shape(condition)):
        return condition
    return backend.xp.sum(backend.xp.astype(condition, backend.wide(None))) > 0
