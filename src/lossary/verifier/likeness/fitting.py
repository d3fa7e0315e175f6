"""How well a formula's numbers follow the candidate's, up to a scale and a constant."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lossary.verifier.likeness.family import Reading
from lossary.verifier.likeness.totals import Total, totals
from lossary.verifier.likeness.trials import Trial
from lossary.verifier.silence import silence

Array = Any
FITS = 1e-3
"""A relative distance that single precision and small epsilons stay below, and no other formula."""
PLAIN = {1.0: "", 0.5: "half of", 2.0: "twice", 100.0: "100 times"}
BASES = {1 / np.log(2): "in base 2", 1 / np.log(10): "in base 10"}


@dataclass(frozen=True)
class Fit:
    """One reading with one total: candidate = scale · number + shift, off by `error` at most."""

    reading: Reading
    total: Total
    parameters: dict[str, Any]
    scale: float
    shift: float
    error: float
    steady: bool = True
    """Whether the scale is the same at all settings."""

    @property
    def fits(self) -> bool:
        return self.error < FITS

    @property
    def exact(self) -> bool:
        """Say whether it fits as it stands, to the last digits."""
        return self.oddness[0] == 0 and self.error < FITS / 100

    @property
    def plain(self) -> bool:
        """Say whether neither a constant nor a scale that changes was needed."""
        return self.steady and not self.shift

    @property
    def cause(self) -> str:
        """What is wrong with it; empty where it is a convention."""
        if self.reading.cause or self.total.cause:
            return self.reading.cause or self.total.cause
        return "the sign is turned" if self.scale < 0 else ""

    @property
    def oddness(self) -> tuple[int, int]:
        """Order fits that are equally good: the plainer one is meant."""
        plain = any(abs(self.scale - each) < 1e-3 for each in PLAIN)
        odd = (0 if abs(self.scale - 1) < 1e-3 else 1 if plain else 2) + 3 * (self.shift != 0)
        return odd + 6 * (not self.steady), max(-9, round(np.log10(self.error + 1e-9)))


def fits(reading: Reading, made: list[Trial], parameters: dict[str, Any], place: Any) -> list[Fit]:
    """Fit a reading to all trials of one domain, under each total."""
    if not made[0].domains.startswith(reading.given):
        return []
    first = _numbers(reading, made[0], {**parameters, **made[0].parameters})
    if first is None:
        return []
    found, numbers = [], [first]
    for total in totals(first[0], made[0].found[0], place):
        fit = _over(reading, total, made[:1], numbers[:1])
        if fit is not None and fit.fits and len(made) > 1:
            if len(numbers) == 1:
                numbers += [
                    _numbers(reading, each, {**parameters, **each.parameters}) for each in made[1:]
                ]
            whole = all(each is not None for each in numbers)
            fit = _over(reading, total, made, numbers) if whole else None
        if fit is not None:
            found.append(replace(fit, parameters={**parameters, **made[0].parameters}))
    return found


def _numbers(reading: Reading, made: Trial, parameters: dict[str, Any]) -> Any:
    with silence():
        try:
            return [
                np.asarray(reading.formula(*arrays, **parameters), dtype=np.float64)
                for arrays in made.arrays
            ]
        except (ValueError, IndexError, TypeError, FloatingPointError, ZeroDivisionError):
            return None


def _over(reading: Reading, total: Total, made: list[Trial], numbers: Any) -> Fit | None:
    """Fit every setting by itself; the scales should agree."""
    lines = []
    for each, entries in zip(made, numbers, strict=True):
        own = np.concatenate([np.ravel(total.take(e)) for e in entries])
        theirs = np.concatenate([np.ravel(found) for found in each.found])
        if own.shape != theirs.shape or not np.isfinite(own).all():
            return None
        lines.append(line(own, theirs))
    scale, shift, _ = lines[0]
    steady = all(abs(each[0] - scale) <= 5 * FITS * abs(scale) for each in lines)
    return Fit(reading, total, {}, scale, shift, max(each[2] for each in lines), steady)


def line(own: Array, theirs: Array) -> tuple[float, float, float]:
    """Return the scale and shift that turn one into the other, and what they are off by."""
    size = np.abs(theirs).max()
    if size == 0 or np.abs(own).max() == 0:
        return 0.0, 0.0, float(size > 0 or np.abs(own).max() > 0) * 1.0
    scale = float(theirs @ own / (own @ own))
    error = float(np.abs(theirs - scale * own).max() / size)
    spread = np.ptp(theirs)
    if error < FITS or len(own) < 5 or spread < 1e-9 * size or np.ptp(own) < 1e-9:
        return scale, 0.0, error
    slope, shift = np.polyfit(own, theirs, 1)
    apart = float(np.abs(theirs - slope * own - shift).max() / spread)
    return (float(slope), float(shift), apart) if apart < FITS / 10 else (scale, 0.0, error)


def scaled(fit: Fit) -> str:
    """Say the scale and the constant in words."""
    text = next((says for plain, says in PLAIN.items() if abs(fit.scale - plain) < 1e-3), None)
    if text is None:
        text = f"{fit.scale:.4g} times"
    parts = [text] if text else []
    return " ".join(parts)
