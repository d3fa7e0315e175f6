"""Compares a candidate with a family: which convention it follows, which mistake, or neither."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice, product
from typing import Any

from lossary.verifier.likeness.drawing import _classes
from lossary.verifier.likeness.family import Family
from lossary.verifier.likeness.fitting import Fit, fits
from lossary.verifier.likeness.mapping import Mapped, mapped
from lossary.verifier.likeness.trials import Trial, trials

CLEARLY = 0.02
"""A formula that is off by less may be the same with a coarse epsilon: no statement."""
GRID, BRIEF = 16, 4


@dataclass(frozen=True)
class Comparison:
    """What came of holding a candidate against a family."""

    family: Family
    mapped: Mapped
    follows: Fit | None
    """The convention that fits."""
    mistake: Fit | None
    """The mistake that fits, where no convention does."""
    nearest: Fit | None
    """The convention that is least far off, where none fits."""
    trial: Trial | None
    """The trial to which these belong: the loss as it stands."""

    @property
    def far(self) -> bool:
        """Say whether no convention comes near."""
        return self.follows is None and self.nearest is not None and self.nearest.error > CLEARLY


def best(found: Iterable[Comparison | None]) -> Comparison | None:
    """Return the comparison that says most: a convention before a mistake, before neither."""

    def rank(each: Comparison) -> tuple[int, float]:
        near = each.nearest.error if each.nearest else 1e9
        return (0 if each.follows else 1 if each.mistake else 2), near

    tried = []
    for each in found:
        if each is not None:
            tried.append(each)
            if each.follows:
                break
    return min(tried, key=rank, default=None)


def compare(
    subject: Any, family: Family, *, briefly: bool = False, turned: bool = False
) -> Comparison | None:
    """Try every convention and every known mistake; None where nothing could be tried.

    `briefly` tries the conventions alone, with the usual parameters; `turned` takes the prediction
    for the target, and the target for the prediction.
    """
    key = f"likeness: {family.name}, {briefly}, {turned}"
    if key not in subject.remembered:
        subject.remembered[key] = _compared(subject, family, briefly, turned)
    found: Comparison | None = subject.remembered[key]
    return found


def _compared(subject: Any, family: Family, briefly: bool, turned: bool) -> Comparison | None:
    fitted = mapped(subject, family)
    if fitted is None or (turned and len(fitted.order) != 2):
        return None
    if turned:
        fitted = replace(fitted, order=fitted.order[::-1])
    place = _classes(subject.argument(fitted.order[0]))
    found: list[tuple[Fit, Trial]] = []
    for made in trials(subject, family, fitted, within=briefly):
        for parameters in islice(_searched(family, fitted), BRIEF if briefly else GRID):
            for reading in family.readings:
                if briefly and reading.cause:
                    continue
                found += [(fit, made[0]) for fit in fits(reading, made, parameters, place)]
            if any(fit.fits and not fit.cause for fit, _ in found):
                break
    return _judged(family, fitted, found) if found else None


def _judged(family: Family, fitted: Mapped, found: list[tuple[Fit, Trial]]) -> Comparison:
    right = [(fit, made) for fit, made in found if not fit.reading.cause and not fit.total.cause]
    wrong = [(fit, made) for fit, made in found if fit.cause and fit.fits]
    good = sorted(
        (pair for pair in right if pair[0].fits and not pair[0].cause),
        key=lambda pair: pair[0].oddness,
    )
    bad = sorted(wrong, key=lambda pair: pair[0].oddness)
    # A mistake to the last digit explains more than a convention with a constant of its own.
    exact = bool(bad) and bool(good) and bad[0][0].exact and not good[0][0].plain
    if good and not exact:
        return Comparison(family, fitted, good[0][0], None, None, good[0][1])
    near = sorted(right, key=lambda pair: round(pair[0].error, 1))
    if not bad:
        nearest, made = near[0] if near else (None, None)
        return Comparison(family, fitted, None, None, nearest, made)
    mistake, made = bad[0]
    meant = [fit for fit, other in right if other is made and _meant(fit, mistake)]
    return Comparison(family, fitted, None, mistake, meant[0] if meant else None, made)


def _meant(fit: Fit, mistake: Fit) -> bool:
    """Say whether a convention is what a mistake may have been meant for."""
    told = "," in mistake.reading.says
    same = fit.reading.says == mistake.reading.says
    return (same or not told) and all(
        fit.parameters[name] == value for name, value in mistake.parameters.items()
    )


def _searched(family: Family, fitted: Mapped) -> Iterator[dict[str, Any]]:
    """Yield values of the parameters that no setting tells: a loss may have them in its code."""
    free = [name for name in family.parameters if name not in fitted.parameters]
    ranges = [[*family.parameters[name].values, *(_new(family, name, fitted))] for name in free]
    for values in product(*ranges):
        yield dict(zip(free, values, strict=True))


def _new(family: Family, name: str, fitted: Mapped) -> list[float]:
    known = family.parameters[name].values
    if len(known) < 2:
        return []
    return [each for each in fitted.written if each not in known and each > 0 and each != 1]
