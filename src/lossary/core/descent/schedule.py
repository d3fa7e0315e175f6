"""A number that changes with the step: a learning rate that warms up, a momentum that grows."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Self

from lossary.backends import Backend, backend_named, backend_of
from lossary.core.descent.settings import scheduled, settle, trials, valued
from lossary.core.parameter import facts_of
from lossary.core.value import Value
from lossary.errors import ArgumentError, DomainError

Array = Any


class Schedule(Value, ABC):
    """A frozen value that gives a number for each step; the first step is step 0.

    It stands wherever an optimizer takes a number: `Adam(learning_rate=Cosine(steps=1000))`. Each
    number of its own may be one for each of many trials.
    """

    shelf: ClassVar[str] = "schedule"
    stacked: int
    """How many trials the numbers are for, or 0."""

    def __post_init__(self) -> None:
        settle(self)
        for name, each in self.parameters().items():
            if scheduled(each) and name != "then":
                raise ArgumentError(f"{self.label}({name}={each!r}): expected a number.")
        object.__setattr__(self, "stacked", trials(self))
        self._check()

    def __call__(self, step: Any) -> Any:
        """Return the number for a step: a Python number for one, and an array for an array.

        Where the numbers are for many trials, it is an array of one for each.
        """
        if isinstance(step, (int, float)):
            if not step >= 0:
                raise DomainError(f"{self.label}: step={step!r}, but the first step is step 0.")
            backend = backend_named("numpy")
            met = self._met(backend, None) if self.stacked else self
            found = met.value(backend.xp, float(step))
            return found if getattr(found, "ndim", 0) else float(found)
        backend = backend_of(step)
        real = backend.kind(step) == "float"
        step = backend.cast(step, backend.wide(step if real else None))
        return self._met(backend, step).value(backend.xp, step)

    @abstractmethod
    def value(self, xp: Any, step: Any) -> Any:
        """Return the number for a step: maths alone.

        The step and all numbers are Python numbers, or arrays of one dtype.
        """

    def turns(self) -> tuple[float, ...]:
        """Return steps of which some have the lowest and the highest number that it states.

        Where it stands for a parameter, those numbers must lie where the parameter may.
        """
        return (0,)

    def _each(self, name: str) -> tuple[float, ...]:
        """Return a number of its own, for each trial."""
        found = getattr(self, name)
        return found if isinstance(found, tuple) else (found,)

    def _check(self) -> None:
        """Hold the numbers against each other."""

    def _ordered(self, low: str, high: str, **known: Any) -> None:
        """Refuse numbers of which the lower lies above the higher, in any trial."""
        for one, other in self._pairs(low, high, **known):
            if one > other:
                raise DomainError(f"{self.label}: {low}={one:g} lies above {high}={other:g}.")

    def _pairs(self, *names: str, **known: Any) -> list[tuple[float, ...]]:
        """Return the named numbers together, once for each trial."""
        found = [known[name] if name in known else getattr(self, name) for name in names]
        length = max(len(each) if isinstance(each, tuple) else 1 for each in found)
        every = (each if isinstance(each, tuple) else (each,) * length for each in found)
        return list(zip(*every, strict=True))

    def _met(self, backend: Backend, step: Array | None) -> Self:
        """Bring the numbers to where the step is: arrays, where it is one."""
        facts = facts_of(type(self))
        like = backend.array([0.0]) if step is None else step
        values: dict[str, Any] = {}
        for name, each in self.parameters().items():
            if isinstance(each, tuple) and not facts[name].many:
                values[name] = backend.xp.row(each, like)
            elif isinstance(each, (int, float)) and not isinstance(each, bool) and step is not None:
                values[name] = backend.xp.row((each,), step)[0]
        return valued(self, values) if values else self
