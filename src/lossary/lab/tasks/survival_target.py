"""A target read as times to an event, of which some rows were followed for a while only."""

import numpy as np
import pandas as pd

from lossary.errors import ArgumentError
from lossary.lab.metrics.facts import SURVIVAL
from lossary.lab.tasks.class_target import Target
from lossary.lab.tasks.numbers import numbers
from lossary.lab.tasks.truths import truths


def read_survival(time: pd.Series, event: pd.Series) -> Target:
    """Read a column of times, and one that says 1 where the event happened at that time.

    The values are times, negative where the row was censored: its event, if any, came later.

    Raises:
        ArgumentError: times that are no numbers or not above zero; an event column that holds
            anything but yes and no, or one of them only.
    """
    read, _ = numbers(time)
    if read is None:
        seen = ", ".join(map(repr, time.dropna().astype(str).unique()[:3]))
        raise ArgumentError(f"target {time.name!r}: a time is a number, but this is {seen}.")
    happened = truths(event)
    if happened is None:
        seen = ", ".join(map(repr, event.dropna().unique()[:4].tolist()))
        raise ArgumentError(
            f"event {event.name!r}: expected 1 where it happened and 0 where not, or true and "
            f"false, but there is {seen}."
        )
    known = read.notna().to_numpy() & ~np.isnan(happened)
    times, events = read.to_numpy()[known], happened[known] == 1
    _check(times, events, str(time.name), str(event.name))
    said = (
        f"{time.name}: {len(times):,} times from {times.min():,.6g} to {times.max():,.6g}; "
        f"{events.sum():,} rows ({events.mean():.1%}) had their event by {event.name}, the others "
        f"were followed for as long without it"
    )
    values = np.where(events, times, -times)
    return Target(str(time.name), values, known, SURVIVAL, (), (said,))


def _check(times: np.ndarray, events: np.ndarray, time: str, event: str) -> None:
    if not len(times):
        raise ArgumentError(f"target {time!r}: no row has both a time and an event.")
    if (times <= 0).any():
        raise ArgumentError(
            f"target {time!r}: times must lie above zero, but {(times <= 0).sum():,} of "
            f"{len(times):,} do not, first {times[times <= 0][0]:g}. Leave such rows out, or, "
            f"where times were rounded down, add half of their unit to all."
        )
    if not events.any():
        raise ArgumentError(
            f"event {event!r}: no row had its event; there is nothing to learn. Is 0 the event "
            f"here? Then turn the column round."
        )
    if events.all():
        raise ArgumentError(
            f"event {event!r}: every row had its event. Leave event out: {time!r} is then an "
            f"amount above zero."
        )
    if times.min() == times.max():
        raise ArgumentError(f"target {time!r}: every time is {times[0]:g}.")
