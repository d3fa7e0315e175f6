"""What an arm answered on rows it had not seen, as a report draws it: no row by row, but bins."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BinRecord:
    """Rows whose answers are alike: their mean answer, and the mean target with its interval.

    For classes the answer is the probability of `series` (a class, or a level), else the amount.
    """

    series: str
    answer: float
    target: float
    low: float
    high: float
    rows: int


@dataclass(frozen=True)
class ResidualRecord:
    """Target minus answer among rows whose answers are alike: five quantiles, and their place."""

    answer: float
    quantiles: tuple[float, float, float, float, float]
    """At 5, 25, 50, 75 and 95 per cent."""
    rows: int


@dataclass(frozen=True)
class PullRecord:
    """One of the rows that pull hardest: its number in the table, target, answer, and share."""

    row: int
    target: str
    answer: str
    share: float


@dataclass(frozen=True)
class PortraitRecord:
    """An arm's answers on the folds of the first repeat.

    `before` and `after` are calibration without and with the decision layer (empty where there is
    none to compare), `residuals` for amounts. `pull` is where the gradient goes: (share of the
    rows, share of the sum of sizes of slopes), the hardest pulling first; `hardest` names a few.
    """

    rows: int
    before: tuple[BinRecord, ...] = ()
    after: tuple[BinRecord, ...] = ()
    residuals: tuple[ResidualRecord, ...] = ()
    histogram: tuple[tuple[float, int], ...] = ()
    """Residuals counted: (the left end of a cell, rows in it); the cells are of one width."""
    pull: tuple[tuple[float, float], ...] = ()
    hardest: tuple[PullRecord, ...] = ()
