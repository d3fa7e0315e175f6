"""Time contestants fairly: by turns in one process, first round dropped, ratios within rounds."""

import gc
import math
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from statistics import median

Call = Callable[[], object]
Within = Callable[[], AbstractContextManager[object]]


@dataclass(frozen=True)
class Timing:
    """Seconds for one call, one number for each round."""

    rounds: tuple[float, ...]

    @property
    def median(self) -> float:
        return median(self.rounds)

    def data(self) -> dict[str, float]:
        return {"median": self.median, "min": min(self.rounds), "max": max(self.rounds)}


def race(
    calls: Mapping[str, Call],
    rounds: int = 6,
    least: float = 0.01,
    clock: Callable[[], float] = time.perf_counter,
    within: Mapping[str, Within] | None = None,
) -> dict[str, Timing]:
    """Time calls turn by turn, A B A B; return the rounds but the first, which only warms up.

    In a turn a call is repeated until `least` seconds should be full, three times over, and the
    fastest of the three counts: what disturbs a machine only ever adds. A call much longer than
    `least` has one go. A turn begins by entering what `within` opens, and the clock starts after.
    """
    found: dict[str, list[float]] = {name: [] for name in calls}
    opened = dict.fromkeys(calls, nullcontext) | dict(within or {})
    with _undisturbed():
        turns = {}
        for name, call in calls.items():
            with opened[name]():
                turns[name] = _turn(call, least, clock)
        for _ in range(rounds + 1):
            for name, turn in turns.items():
                with opened[name]():
                    found[name].append(turn())
    return {name: Timing(tuple(seconds[1:])) for name, seconds in found.items()}


def ratio(theirs: Timing, ours: Timing) -> dict[str, float]:
    """Say how many times as long theirs takes: above one, ours is faster.

    Each round is compared with itself: a machine that slows down slows down both.
    """
    each = [them / us for them, us in zip(theirs.rounds, ours.rounds, strict=True)]
    return {"median": median(each), "min": min(each), "max": max(each)}


def _turn(call: Call, least: float, clock: Callable[[], float]) -> Callable[[], float]:
    """Try a call, to compile it and to see how long it takes; return what a turn of it is."""

    def once(count: int) -> float:
        begin = clock()
        for _ in range(count):
            call()
        return (clock() - begin) / count

    call()
    seconds = once(1)
    if seconds < least:
        seconds = min(once(3) for _ in range(3))
    count, goes = math.ceil(least / max(seconds, 1e-9)), 3 if seconds < 5 * least else 1
    return lambda: min(once(max(count, 1)) for _ in range(goes))


@contextmanager
def _undisturbed():
    """Keep the collector out, as timeit does."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
