"""The numbers of an optimizer: one for all weights, one for each of many trials, or a schedule."""

from typing import Any, TypeVar

from lossary.backends import Backend
from lossary.core.parameter import Facts, facts_of, normal
from lossary.core.value import Value
from lossary.errors import DomainError

Array = Any
T = TypeVar("T")


def settle(owner: Any) -> None:
    """Bring the parameters of a frozen value to their normal form.

    A tuple, list or array is one number for each of many trials, whose weights are stacked along
    their first axis.

    Raises:
        DomainError: a number does not lie where it may.
    """
    for name, facts in facts_of(type(owner)).items():
        value = _normal(owner.label, name, getattr(owner, name), facts)
        object.__setattr__(owner, name, value)


def trials(owner: Any) -> int:
    """Return how many trials the parameters are for, or 0 where there is one and no such axis.

    Raises:
        DomainError: two parameters are for a different number of trials.
    """
    counts = {
        name: len(each) for name, each in owner.parameters().items() if isinstance(each, tuple)
    }
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in counts.items())
        raise DomainError(f"{owner.label}: one number for each trial is needed, but {told}.")
    return next(iter(counts.values()), 0)


def scheduled(value: Any) -> bool:
    """Say whether a parameter changes with the step."""
    return isinstance(value, Value) and value.shelf == "schedule"


def changing(owner: Any) -> bool:
    """Say whether a parameter is anything but one number for all steps."""
    return any(isinstance(each, tuple) or scheduled(each) for each in owner.parameters().values())


def valued(owner: T, values: dict[str, Any]) -> T:
    """Return a frozen value with other parameters, taken as they are: arrays, or symbols."""
    found = object.__new__(type(owner))
    found.__dict__.update(vars(owner), **values)
    return found


def at(owner: T, backend: Backend, step: Any, like: Array, axes: int | None = None) -> T:
    """Return an optimizer with the numbers of a step, from 0 on, as they meet the array `like`.

    Numbers of several trials get `axes` axes behind their own: as many as `like` has, if None.
    """
    if not changing(owner):
        return owner
    behind = len(backend.shape(like)) - 1 if axes is None else axes
    values: dict[str, Any] = {}
    for name, value in owner.parameters().items():  # type: ignore[attr-defined]
        if scheduled(value):
            value = value(step)
            if getattr(value, "ndim", 0):
                value = tuple(value.tolist())
            elif not isinstance(value, float):
                value = backend.cast(value, like.dtype)
        values[name] = (
            spread(backend.xp.row(value, like), behind) if isinstance(value, tuple) else value
        )
    return valued(owner, values)


def spread(numbers: Array, axes: int) -> Array:
    """Give numbers of several trials the axes that an array has behind the first."""
    return numbers[(slice(None), *[None] * axes)] if axes > 0 else numbers


def _normal(owner: str, name: str, value: Any, facts: Facts) -> Any:
    if scheduled(value):
        _normal(owner, name, value(0), facts)  # the first number stands for the others
        return value
    listed = value.tolist() if hasattr(value, "tolist") else value
    if hasattr(listed, "numpy"):
        listed = listed.numpy().tolist()  # a tensor of TensorFlow
    if isinstance(listed, (list, tuple)) and not facts.many and not facts.choices:
        if not listed:
            raise DomainError(f"{owner}({name}=[]): expected a number, or one for each trial.")
        return tuple(normal(owner, name, each, facts) for each in listed)
    return normal(owner, name, listed, facts)
