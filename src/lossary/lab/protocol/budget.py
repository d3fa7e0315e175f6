"""What a study may cost: a ladder of repeats, trials and steps, and the highest rung in reach."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lossary.errors import ArgumentError

_FEW_ROWS = 6_000
_TRIALS = 8
_UNITS = {"": 1.0, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True)
class Rung:
    """How often the rows are divided, how many settings are tried, and what share of the steps."""

    repeats: int
    trials: int
    share: float = 1.0


LADDER = (
    Rung(1, 2, 0.25), Rung(1, 4, 0.25), Rung(1, 4, 0.5), Rung(1, 4), Rung(2, 4), Rung(2, 8),
    Rung(3, 8), Rung(5, 8), Rung(7, 8), Rung(10, 8), Rung(10, 16), Rung(10, 32),
)  # fmt: skip
"""From the cheapest study that says anything to one beyond which little is learnt."""


def default_rung(rows: int, repeats: int | None, trials: int | None) -> Rung:
    """Return what is done where nobody names a budget: more repeats where there are few rows."""
    return Rung(repeats or (3 if rows <= _FEW_ROWS else 1), trials or _TRIALS)


def seconds(text: str | float) -> float:
    """Read a duration.

    >>> seconds("10m"), seconds("1.5h"), seconds(30)
    (600.0, 5400.0, 30.0)

    Raises:
        ArgumentError: it is none.
    """
    read = re.fullmatch(r"\s*(\d+(?:\.\d*)?)\s*([a-z]*)\s*", str(text).lower())
    if read is None or read[2] not in _UNITS or not float(read[1]):
        raise ArgumentError(
            f"duration {text!r}: expected a number and a unit, such as 90s, 10m or 1.5h."
        )
    return float(read[1]) * _UNITS[read[2]]


def highest(
    budget: float, cost: Callable[[Rung], float], repeats: int | None, trials: int | None
) -> Rung:
    """Return the highest rung whose cost, in seconds, is within the budget; the lowest if none.

    What the user fixed, repeats or trials, stays as it is.
    """
    rungs = [
        replace(each, repeats=repeats or each.repeats, trials=trials or each.trials)
        for each in LADDER
    ]
    within = [each for each in rungs if cost(each) <= budget]
    return max(within, key=cost) if within else min(rungs, key=cost)
