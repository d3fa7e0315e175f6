"""The numbers of an optimizer: one for all weights, one for each of many trials, or a schedule."""

from typing import Any, TypeVar

from lossary.backends import Backend
from lossary.core.parameter import Facts, facts_of, normal
from lossary.core.value import Value
from lossary.domains import Whole
from lossary.errors import ArgumentError, DomainError

Array = Any
T = TypeVar("T")
HOMES = {
    "keras": "lossary.adapters.keras.optimizer({owner}(), {name}=...) takes one of Keras.",
    "optax": "lossary.adapters.optax.transformation({owner}(), {name}=...) takes one of optax.",
}
"""Where the schedules of other libraries go, which are functions of the step."""


def settle(owner: Any) -> None:
    """Bring the parameters of a frozen value to their normal form.

    A tuple, list or array is one number for each of many trials, whose weights are stacked along
    their first axis.

    Raises:
        DomainError: a number does not lie where it may.
    """
    for name, facts in facts_of(type(owner)).items():
        value = _normal(owner.label, name, getattr(owner, name), facts)
        if owner.shelf == "optimizer" and isinstance(facts.domain, Whole) and _several(value):
            raise DomainError(
                f"{owner.label}({name}={value!r}): one number serves all trials and steps."
            )
        object.__setattr__(owner, name, value)


def trials(owner: Any) -> int:
    """Return how many trials the parameters are for, or 0 where there is one and no such axis.

    Raises:
        DomainError: two parameters are for a different number of trials.
    """
    counts = {name: _trials(owner, name, each) for name, each in owner.parameters().items()}
    counts = {name: each for name, each in counts.items() if each}
    if len(set(counts.values())) > 1:
        told = ", ".join(f"{name} has {count}" for name, count in counts.items())
        raise DomainError(f"{owner.label}: one number for each trial is needed, but {told}.")
    return next(iter(counts.values()), 0)


def _trials(owner: Any, name: str, value: Any) -> int:
    if scheduled(value):
        return int(value.stacked)
    many = facts_of(type(owner))[name].many if isinstance(value, tuple) else True
    return 0 if many else len(value)


def scheduled(value: Any) -> bool:
    """Say whether a parameter changes with the step."""
    return isinstance(value, Value) and value.shelf == "schedule"


def changing(owner: Any) -> bool:
    """Say whether a parameter is anything but one number for all steps."""
    return any(map(_several, _open(owner).values()))


def _several(value: Any) -> bool:
    return isinstance(value, tuple) or scheduled(value)


def _open(owner: Any) -> dict[str, Any]:
    """Return the parameters that are one number for a step and a trial, not a row of numbers."""
    rows = [name for name, facts in facts_of(type(owner)).items() if facts.many]
    return {name: value for name, value in owner.parameters().items() if name not in rows}


def valued(owner: T, values: dict[str, Any]) -> T:
    """Return a frozen value with other parameters, taken as they are: arrays, or symbols."""
    found = object.__new__(type(owner))
    found.__dict__.update(vars(owner), **values)
    return found


def for_trials(optimizer: Any, count: int) -> Any:
    """Return an optimizer whose weights are those of several trials, though its numbers are not."""
    return optimizer if optimizer.stacked == count else valued(optimizer, {"stacked": count})


def at(owner: T, backend: Backend, step: Any, like: Array, axes: int | None = None) -> T:
    """Return an optimizer with the numbers of a step, from 0 on, as they meet the array `like`.

    Numbers of several trials get `axes` axes behind their own: as many as `like` has, if None.
    """
    if not changing(owner):
        return owner
    behind = len(backend.shape(like)) - 1 if axes is None else axes
    number = backend.real(step, like)
    values: dict[str, Any] = {}
    for name, value in _open(owner).items():
        if scheduled(value):
            value = value(number)
            if isinstance(number, float) and hasattr(value, "tolist"):
                value = tuple(value.tolist())
        if isinstance(value, tuple):
            value = backend.xp.row(value, like)
        rowed = hasattr(value, "ndim") and value.ndim > 0
        values[name] = spread(value, behind) if rowed else value
    return valued(owner, values)


def spread(numbers: Array, axes: int) -> Array:
    """Give numbers of several trials the axes that an array has behind the first."""
    return numbers[(slice(None), *[None] * axes)] if axes > 0 else numbers


def _normal(owner: str, name: str, value: Any, facts: Facts) -> Any:
    if scheduled(value):
        for step in value.turns():
            _turned(owner, name, value, step, facts)
        return value
    if callable(value):
        raise DomainError(_foreign(owner, name, value))
    listed = _told(owner, name, value)
    if isinstance(listed, (list, tuple)) and not facts.many and not facts.choices:
        if not listed:
            raise DomainError(f"{owner}({name}=[]): expected a number, or one for each trial.")
        return tuple(normal(owner, name, each, facts) for each in listed)
    return normal(owner, name, listed, facts)


def _foreign(owner: str, name: str, value: Any) -> str:
    """Say where a schedule of another library goes."""
    library = str(getattr(value, "__module__", "")).partition(".")[0]
    home = HOMES.get(library, "Cosine, Exponential, StepDecay and others stand there.")
    return (
        f"{owner}({name}={value!r}): expected a number, or a schedule of lossary.schedules.\n"
        f"Hint: {home.format(owner=owner, name=name)}"
    )


def _turned(owner: str, name: str, schedule: Any, step: float, facts: Facts) -> None:
    """Hold the number that a schedule has at a step against where it may lie."""
    number = schedule(step)
    try:
        _normal(owner, name, number, facts)
    except DomainError as error:
        raise DomainError(
            f"{owner}({name}={schedule!r}): it is {number!s} in step {step:g}, but {name} must "
            f"lie in {facts}."
        ) from error


def _told(owner: str, name: str, value: Any) -> Any:
    """Bring what may be an array to Python numbers.

    Raises:
        ArgumentError: nobody knows them before the program runs.
    """
    try:
        found = value.tolist() if hasattr(value, "tolist") else value
        found = found.numpy().tolist() if hasattr(found, "numpy") else found  # TensorFlow's
    except (TypeError, AttributeError, NotImplementedError, RuntimeError):
        found = value
    if hasattr(found, "dtype"):
        raise ArgumentError(
            f"{owner}({name}=…): its value is not known yet, in a program that is being traced.\n"
            f"Hint: a schedule counts steps there; in optax, adapters.optax.transformation(Adam(), "
            f"learning_rate=...) takes it."
        )
    return found
