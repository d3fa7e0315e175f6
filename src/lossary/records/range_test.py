"""What a learning-rate range test found: every repeat as it ran, and what to start with."""

from dataclasses import dataclass
from math import log10

from lossary.records.plain import FORMAT, Record


@dataclass(frozen=True)
class TermRecord:
    """One term of a loss, after the step at each learning rate; `smooth` as that of the sum."""

    name: str
    values: tuple[float, ...]
    smooth: tuple[float, ...]


@dataclass(frozen=True)
class SweepRecord:
    """One repeat: learning rates that grew step by step, and the loss seen after each.

    `still` is the loss of the same batches with the weights left where they were; `smooth` is the
    loss without the batches' own ups and downs, from the level of the first weights on.
    `held` is the highest constant rate that did not diverge in a short run from the first weights,
    `diverged` the lowest that did; None where none was found in the range.
    """

    seed: int
    before: float
    learning_rates: tuple[float, ...]
    losses: tuple[float, ...]
    terms: tuple[TermRecord, ...]
    still: tuple[float, ...]
    smooth: tuple[float, ...]
    steepest: float | None
    held: float | None
    diverged: float | None


@dataclass(frozen=True)
class RangeRecord(Record):
    """What the repeats say together; every interval goes over all of them.

    `suggested` is None where the loss fell at no rate. `held` and `diverged` bracket where it
    diverges. Between `wide_low` and `wide_high` it fell at least half as fast as at its fastest.
    `cut` says at which end rates that may be better lie beyond the range: "low", "high", "both",
    or "" where the range shows all.
    """

    low: float
    high: float
    steps: int
    holding: int
    sweeps: tuple[SweepRecord, ...]
    suggested: float | None
    suggested_low: float | None
    suggested_high: float | None
    held: float | None
    diverged: float | None
    wide_low: float | None
    wide_high: float | None
    cut: str
    taken: int
    sentence: str
    format: int = FORMAT

    @property
    def decades(self) -> float | None:
        """The robust width in powers of ten; None where the loss fell nowhere."""
        if self.wide_low is None or self.wide_high is None:
            return None
        return log10(self.wide_high / self.wide_low)
