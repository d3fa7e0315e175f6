"""Computes a candidate's own formula in so many digits that no rounding is left to see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from math import inf
from typing import Any

import numpy as np

from lossary.verifier.oracle.words import numbers, words
from lossary.verifier.silence import silence

Array = Any
DIGITS, MOST = 40, 1000
"""Digits for ordinary numbers, and as many as are ever spent, on sigmoids of thousands."""
SINGLE = 1e-6
"""Constants within a formula may have been written down in single precision."""


@dataclass(frozen=True)
class Oracle:
    """One formula, followed at one batch, ready for many digits."""

    formula: Callable[[Sequence[Array]], Array]
    names: tuple[str, ...]
    arrays: tuple[Array, ...]
    digits: int

    def value(self) -> float:
        """Return the summed value, rounded to double precision."""
        from mpmath import mp

        with mp.workdps(self.digits), silence():
            return _float(self._at(list(self.arrays)))

    def slope(self, name: str, index: tuple[int, ...], side: int = 0) -> float:
        """Return the slope in one entry: from both sides, or from above (1) or below (-1)."""
        from mpmath import mp

        with mp.workdps(self.digits), silence():
            step = mp.mpf(10) ** (-self.digits // 3)
            up = self._moved(name, index, step if side >= 0 else mp.zero)
            down = self._moved(name, index, -step if side <= 0 else mp.zero)
            return _float((up - down) / (2 * step if side == 0 else step))

    def _moved(self, name: str, index: tuple[int, ...], step: Any) -> Any:
        arrays = list(self.arrays)
        place = self.names.index(name)
        arrays[place] = arrays[place].copy()
        arrays[place][index] += step
        return self._at(arrays)

    def _at(self, arrays: list[Array]) -> Any:
        from mpmath import mpf

        return mpf(0) + np.asarray(self.formula([np.array(each) for each in arrays])).sum()


def oracle_of(subject: Any, batch: Any, digits: int | None = None) -> Oracle | None:
    """Follow a candidate's formula at a batch; None where it cannot be followed."""
    if find_spec("mpmath") is None or not _followed(subject):
        return None
    try:
        return _at(subject, batch, digits or _enough(batch))
    except Exception:  # whatever an operation that has no rule here raises
        return None


def _followed(subject: Any) -> bool:
    """Believe in a formula once it gave the candidate's own value at the typical batch."""
    if "followed" not in subject.memory:
        try:
            found = _at(subject, subject.typical, DIGITS).value()
            own = subject.number(subject.typical)
            agrees = abs(found - own) <= SINGLE * max(1.0, abs(own))
        except Exception:
            agrees = False
        subject.memory["followed"] = agrees
    return bool(subject.memory["followed"])


def _at(subject: Any, batch: Any, digits: int) -> Oracle:
    with silence():
        formula = subject.candidate.followed(
            [subject.host.array(each) for each in batch.values()],
            [name if subject.argument(name).keyword else None for name in batch],
            words(),
        )
    if formula is None:
        raise LookupError(f"{subject.host.name} cannot be followed")
    return Oracle(formula, tuple(batch), tuple(map(numbers, batch.values())), digits)


def exact(subject: Any, batch: Any, digits: int | None = None) -> float | None:
    """Return the summed value in exact arithmetic, as a float; None where it is not to be had."""
    found = oracle_of(subject, batch, digits)
    return None if found is None else _safely(found.value)


def exact_slope(
    subject: Any, batch: Any, name: str, index: tuple[int, ...], digits: int | None = None
) -> float | None:
    """Return the slope of the value in one entry in exact arithmetic; None as above."""
    found = oracle_of(subject, batch, digits)
    return None if found is None else _safely(lambda: found.slope(name, index))


def _safely(ask: Callable[[], float]) -> float | None:
    try:
        return ask()
    except Exception:
        return None


def _enough(batch: Any) -> int:
    """Return the digits that 1 - sigmoid(x) needs at the largest number of a batch."""
    sizes = [
        np.abs(a[np.isfinite(a)]).max(initial=0.0) for a in batch.values() if a.dtype.kind == "f"
    ]
    return int(min(MOST, DIGITS + 1.0 * max(sizes, default=0.0)))


def _float(number: Any) -> float:
    """Round to double precision; what is larger is infinite there, and what is smaller zero."""
    try:
        found = float(number)
    except OverflowError:
        return inf if number > 0 else -inf
    return found
