"""Losses that learn: arrays stand in the place of parameters, each kept inside its domain.

A kernel takes numbers as settings, so a loss that learns is computed by its definition. What it
learns, an optimizer moves as a raw number without bounds; zero is where the parameter began.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from typing import Any

import numpy as np

from lossary.backends import backend_named
from lossary.core.composition import Reading, Sum
from lossary.core.parameter import facts_of
from lossary.domains import Domain
from lossary.errors import ArgumentError, DomainError, nearest

Array = Any
FAR = 80.0
"""A raw number beyond this changes its parameter no more: e^80 still fits single precision."""
_KINDS: dict[type, type] = {}


@dataclass(frozen=True)
class Course:
    """The way from a raw number to a parameter: smooth, rising, and inside the ends.

    Without ends, raw numbers are added to the start; above a low end they are the logarithm of
    the distance to it, below a high one minus that; between two, the log-odds of the way.
    """

    start: float
    low: float
    high: float
    lowest: float
    highest: float

    def value(self, xp: Any, raw: Array) -> Array:
        """Return the parameter; of zero it is the start."""
        if self.low == -inf and self.high == inf:
            return self.start + raw
        raw = xp.clip(raw, min=-FAR, max=FAR)
        if self.high == inf:
            found = self.low + (self.start - self.low) * xp.exp(raw)
        elif self.low == -inf:
            found = self.high - (self.high - self.start) * xp.exp(-raw)
        else:
            way = (self.start - self.low) / (self.high - self.low)
            odds = way * xp.exp(raw) / (1 + way * xp.expm1(raw))
            found = self.low + (self.high - self.low) * odds
        return xp.clip(found, min=self.lowest, max=self.highest)


def course(loss: Any, name: str) -> Course:
    """Return the way on which a loss's parameter can be learned, from where it stands now.

    Raises:
        ArgumentError: there is no such parameter, or it is not one number.
        DomainError: the number lies on an end of its domain, which it could never leave.
    """
    loss = formula_of(loss)
    known = facts_of(type(loss))
    if name not in known:
        raise ArgumentError(f"{loss.label} has no parameter {name!r}. {nearest(name, known)}")
    facts, start = known[name], getattr(loss, name)
    if not isinstance(start, float):
        raise ArgumentError(
            f"{loss.label}({name}={start!r}): only a parameter that is one number can be learned."
        )
    domain = facts.learned or facts.domain
    if not domain.contains(start) or start in (domain.low, domain.high) or domain.points:
        raise DomainError(
            f"{loss.label}({name}={start!r}): to be learned, {name} must begin inside {domain}; on "
            f"an end it would stay.\nHint: {loss.label}({name}={_inside(domain, start):g})"
        )
    low, high = domain.low, domain.high
    if domain.without is not None:  # the number stays on its side of what it must not be
        low, high = (domain.without, high) if start > domain.without else (low, domain.without)
    lowest = low if domain.low_closed else low + _hair(low)
    highest = high if domain.high_closed else high - _hair(high)
    return Course(start, low, high, lowest, highest)


def _hair(end: float) -> float:
    """Return a step off an end that shows in single precision."""
    return 0.0 if abs(end) == inf else 2.0**-22 * abs(end) or 2.0**-120


def _inside(domain: Domain, start: float) -> float:
    """Return a number near the start and well inside."""
    step = min(domain.high - domain.low, 1.0) / 10
    return min(max(start, domain.low + step), domain.high - step)


def formula_of(loss: Any) -> Any:
    """Return the loss that has the parameters: the loss, or the one a reading stands before.

    Raises:
        ArgumentError: a sum has no parameters of its own.
    """
    if isinstance(loss, Sum):
        raise ArgumentError(
            f"{loss.label} is a sum: what can be learned are its terms' parameters.\nHint: learn "
            f"them with each term by itself, and add what they return."
        )
    return formula_of(loss.loss) if isinstance(loss, Reading) else loss


def with_formula(loss: Any, found: Any) -> Any:
    """Return a loss like this one whose `formula_of` is another."""
    if not isinstance(loss, Reading):
        return found
    return replace(loss, loss=with_formula(loss.loss, found))


def normalised(loss: Any) -> bool:
    """Say whether the loss has a normaliser: then no parameter makes it small by itself.

    Raises:
        DomainError: with these parameters the normaliser is infinite.
    """
    loss = formula_of(loss)
    given = getattr(loss, "normaliser", None)
    found = given and given(backend_named("numpy").xp, np.zeros(1))
    if found is not None and not np.isfinite(found):
        raise DomainError(
            f"{loss!r} is no negative log-likelihood: ∫ exp(-loss) is infinite, so nothing holds "
            f"what it learns.\nHint: choose other parameters, or say held=False to go without."
        )
    return found is not None


def unheld(loss: Any, names: Iterable[str]) -> str:
    """Say that nothing holds what is learned of a loss that is not `normalised`."""
    return (
        f"{loss.label} has no normaliser, so nothing holds {', '.join(names)}: what makes the loss "
        f"small by itself is learned too, up to an end of the domain.\nHint: held=False says that "
        f"something of yours holds it, and silences this."
    )


def learned(loss: Any, values: dict[str, Array], held: bool = True) -> Any:
    """Return the loss with arrays for some of its parameters; ask it for `defined` and `parts`.

    With `held`, the loss's normaliser is added to each entry, if it has one.
    """
    frozen = formula_of(loss)
    found: Any = object.__new__(_kind(type(frozen)))
    for name, value in {**vars(frozen), **values, "frozen": frozen, "held": held}.items():
        if name != "_kernels":
            object.__setattr__(found, name, value)
    return with_formula(loss, found)


def _kind(cls: type) -> type:
    # No functools.cache: torch.compile looks into it, and warns.
    if cls not in _KINDS:
        _KINDS[cls] = type(cls.__name__, (_Learned, cls), {})
    return _KINDS[cls]


class _Learned:
    """What a loss does otherwise while some of its parameters are arrays.

    `frozen` is the loss with numbers; parts of two that come from the same add up.
    """

    frozen: Any
    held: bool

    @property
    def lower_bound(self) -> float:
        """Return the frozen loss's bound; with a normaliser that is learned too there is none."""
        return -inf if self.held and normalised(self.frozen) else self.frozen.lower_bound

    def summed(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Any:
        return self._sums(arrays, weight, mask)  # type: ignore[attr-defined]

    def _pooled(self, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Any:
        return self.pooled(arrays, weight, mask)  # type: ignore[attr-defined]

    def _values(self, batch: Any) -> Array:
        values = super()._values(batch)  # type: ignore[misc]
        more = self.normaliser(batch.xp, values) if self.held else None  # type: ignore[attr-defined]
        return values if more is None else values + more

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, _Learned) and other.frozen == self.frozen

    def __hash__(self) -> int:
        return hash(self.frozen)
