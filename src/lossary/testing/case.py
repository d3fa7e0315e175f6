"""One trial of a law: a loss, a framework, a precision, and the means to compare."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from lossary.backends import Backend
from lossary.core.parameter import Facts, facts_of
from lossary.testing.sampling import SIZES, draw

Array = Any


@dataclass(frozen=True)
class Case:
    """A loss to try on a framework, in a precision; `twin` is its slow second spelling, if any."""

    loss: Any
    backend: Backend
    precision: str
    twin: Callable[..., Any] | None = None
    place: int = 0
    """Which of the loss's shape sentences is meant, where it reads several."""
    seed: int = 0
    """Another seed draws other numbers; the laws hold for all."""

    def draw(self, seed: int = 0, **sizes: Any) -> tuple[Array, ...]:
        """Draw NumPy arrays in double precision, already rounded to the case's precision."""
        arrays = draw(self.loss, seed + 1000 * self.seed, self.place, sizes)
        return tuple(self._rounded(array) for array in arrays)

    def on(self, *arrays: Array) -> tuple[Array, ...]:
        """Bring NumPy arrays to the framework, floats in the case's precision."""
        return tuple(self.backend.array(array, self.precision) for array in arrays)

    def call(self, *arrays: Array, **settings: Any) -> Array:
        """Call the loss on the framework with NumPy arrays and settings; bring the result back."""
        return self.number(self.loss(*self.on(*arrays), **self._settings(settings)))

    def slope(self, *arrays: Array, reduction: str = "mean", **settings: Any) -> Array:
        """Return the slope in the first array, by the framework's own means."""
        first, *others = self.on(*arrays)
        moved = self._settings(settings)
        found = self.backend.gradient(
            lambda p: self.loss(p, *others, reduction=reduction, **moved), first
        )
        return self.number(found)

    def number(self, array: Array) -> Array:
        return np.asarray(self.backend.numpy(array))

    def entry_shape(self, arrays: tuple[Array, ...]) -> tuple[int, ...]:
        """Return the shape that a weight of these arrays has."""
        sizes = self.loss.sentences[self.place].bind(tuple(each.shape for each in arrays))
        assert sizes is not None
        shape: tuple[int, ...] = ()
        for axis in self.loss.entries.axes:
            shape += sizes[axis] if isinstance(sizes[axis], tuple) else (sizes[axis],)
        return shape

    def with_loss(self, loss: Any) -> "Case":
        return replace(self, loss=loss)

    def _rounded(self, array: Array) -> Array:
        if array.dtype.kind != "f":
            return array
        return np.array(self.number(self.on(array)[0]), dtype=np.float64)

    def _settings(self, settings: dict[str, Any]) -> dict[str, Any]:
        return {k: self.on(v)[0] if isinstance(v, np.ndarray) else v for k, v in settings.items()}


@dataclass(frozen=True)
class Law:
    """A sentence that holds for every loss it applies to."""

    says: str
    holds: Callable[[Case], None]
    applies: Callable[[Any], bool]
    precisions: tuple[str, ...]

    @property
    def needs_twin(self) -> bool:
        return "twin" in self.says


class Refused:
    """Expect an error of lossary, and keep it."""

    def __init__(self, kind: type[Exception]) -> None:
        self.kind = kind
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: Any, error: BaseException | None, trace: Any) -> bool:
        assert error is not None, f"expected {self.kind.__name__}, but nothing was refused"
        self.error = error
        return isinstance(error, self.kind)


def assert_close(found: Array, expected: Array, units: float, why: str) -> None:
    """Compare numbers up to `units` roundings of the precision they were computed in.

    `why` says where the roundings come from. Infinities and NaN must be the same.
    """
    found, expected = np.asarray(found), np.asarray(expected, dtype=np.float64)
    spacing = np.finfo(found.dtype).eps
    # What is too large for the precision is infinite in it.
    large = abs(expected) > np.finfo(found.dtype).max
    expected = np.where(large, np.copysign(np.inf, expected), expected)
    np.testing.assert_allclose(
        found.astype(np.float64), expected, rtol=units * spacing, atol=units * spacing, err_msg=why
    )


def instances(cls: type) -> Iterator[Any]:
    """Yield a loss at its default, and with each parameter changed, closed ends included."""
    yield cls()
    for name, facts in facts_of(cls).items():
        for value in _others(facts):
            if value != getattr(cls(), name):
                yield cls(**{name: value})


def _others(facts: Facts) -> list[Any]:
    if facts.choices:
        return list(facts.choices)
    if facts.many:
        return [tuple(0.5 + 0.5 * i for i in range(SIZES[facts.axis or "k"]))]  # type: ignore[call-overload]
    domain = facts.domain
    low, high = max(domain.low, 0.0), min(domain.high, 4.0)
    found: list[Any] = [low + 0.2 * (high - low), low + 0.75 * (high - low)]
    if domain.low_closed:
        found.append(domain.low)
    if domain.high_closed and np.isfinite(domain.high):
        found.append(domain.high)
    return [None, *found] if facts.optional else found
