"""The learning-rate range test: which rates make a loss fall, and where does it diverge?"""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, Protocol

import numpy as np

from lossary.errors import ArgumentError, DomainError
from lossary.records import RangeRecord, SweepRecord, TermRecord
from lossary.search import randomness
from lossary.search.bracket import bracket
from lossary.search.falling import Fall, fall
from lossary.search.finding import together
from lossary.search.terms import read
from lossary.search.watch import Watch

Progress = Callable[[int, int, str], None]
_NEXT_TO_NOTHING = 1e-3
_METHODS = ("state", "restore", "begin", "step")
HOLDS = 6  # about as many short runs find the place where a loss diverges


class Run(Protocol):
    """Training that can be begun again: what a range test needs of it, and nothing more."""

    def state(self) -> Any:
        """Return all that a step changes: weights, the optimizer's memory, random states."""

    def restore(self, state: Any) -> None:
        """Bring a state back, bit for bit; it may be brought back again later."""

    def begin(self, seed: int) -> None:
        """Begin the data anew, in the order that belongs to the seed."""

    def step(self, learning_rate: float) -> Any:
        """Do one step; return the loss before it: a number, or one for each term."""


def learning_rate_range(
    run: Run,
    *,
    low: float = 1e-6,
    high: float = 10.0,
    steps: int = 100,
    repeats: int = 3,
    holding: int = 20,
    seed: int = 0,
    progress: Progress | None = None,
) -> RangeRecord:
    """Train with learning rates that grow from `low` to `high`, several times; say what to take.

    The learning rate is multiplied by the same number in each step [smith2017], and the suggestion
    is where the loss falls fastest per decade. A loss diverges late in such a sweep, because the
    small rates have brought it far down; so short runs at constant rates find where it really
    does, and half of the highest rate that held is the most that is suggested. Whatever happens,
    `run` is left as it was, and so are the random states.

    Args:
        run: `Descent(...)`, `lossary.adapters.torch.rehearsal.Rehearsal(...)`, or your own.
        low, high: the range.
        steps: how many steps a sweep takes.
        repeats: how many sweeps, each with the data in another order.
        holding: how many steps a constant rate must hold.
        seed: of the orders.
        progress: `progress(done, total, doing)` hears every step.

    Raises:
        ArgumentError, DomainError: say what was given, what was expected and how to mend it.

    >>> import numpy as np
    >>> from lossary.optimizers import SGD
    >>> from lossary.search import Descent
    >>> bowl = lambda w: (float(w @ w) - 7, 2 * w)  # curvature 2: diverges above 1
    >>> found = learning_rate_range(Descent(SGD(), np.ones(3), bowl), repeats=1)
    >>> found.held < 1 < found.diverged, found.suggested < 0.5
    (True, True)
    """
    _trainable(run)
    _fit(low, high, {"steps": (steps, 10), "repeats": (repeats, 1), "holding": (holding, 5)})
    rates = [float(rate) for rate in np.geomspace(low, high, steps)]
    meter = _Meter((repeats, 2 * steps + 2, HOLDS * holding), progress)
    with _undone(run) as start:
        trial = _Trial(run, start, rates, holding, meter)
        sweeps = tuple(trial.repeat(seed + number) for number in range(repeats))
    return together(sweeps, rates, holding, meter.taken)


class _Trial:
    """One run, begun again and again from one state."""

    def __init__(
        self, run: Run, start: Any, rates: list[float], holding: int, meter: "_Meter"
    ) -> None:
        self.run, self.start, self.rates, self.meter = run, start, rates, meter
        self.holding = holding

    def repeat(self, seed: int) -> SweepRecord:
        """Sweep once, then find by short runs where it diverges."""
        count, low, high = len(self.rates) + 1, self.rates[0], self.rates[-1]
        rest = self._still(seed, max(count, self.holding), low)
        still = [_total(terms) for terms in rest]
        told, fired = self._course(seed, [*self.rates, high], still)
        before, after = told[0], told[1:]
        seen, losses = self.rates[: len(after)], [_total(terms) for terms in after]
        top = seen[-1] if fired else high

        def holds(rate: float) -> bool:
            return not self._course(seed, [rate] * self.holding, still)[1]

        held, diverged = bracket(holds, top, low, high)
        self.meter.end()
        found = fall(seen, losses, still[1 : len(seen) + 1], held)
        return SweepRecord(
            seed=seed,
            before=_total(before),
            learning_rates=tuple(seen),
            losses=tuple(losses),
            terms=tuple(
                _term(name, [each.get(name, math.nan) for each in after], seen, rest)
                for name in before
            ),
            still=tuple(still[1 : len(seen) + 1]),
            smooth=_level(found, still),
            steepest=None if found.fastest is None else seen[found.fastest],
            held=held,
            diverged=diverged,
        )

    def _still(self, seed: int, count: int, low: float) -> list[dict[str, float]]:
        """Return the losses of the batches with weights that all but stay where they are.

        What is left when they are taken off has far less noise: the batches are the same.
        """
        told, _ = self._course(seed, [low * _NEXT_TO_NOTHING] * count, None)
        return told if all(math.isfinite(_total(terms)) for terms in told) else told[:1] * count

    def _course(
        self, seed: int, rates: list[float], still: list[float] | None
    ) -> tuple[list[dict[str, float]], bool]:
        """Return the terms before each step, up to where they diverge, and whether they do."""
        self.run.restore(self.start)
        randomness.begin(seed)
        self.run.begin(seed)
        watch, told = Watch(still or [0.0]), []
        for place, rate in enumerate(rates):
            told.append(read(self.run.step(rate)))
            self.meter.tick()
            total = _total(told[-1])
            if place == 0 and not math.isfinite(total):
                raise DomainError(
                    f"the loss is {total} before the first step, so that no learning rate is at "
                    f"fault.\nHint: look at the data and at the loss of the first batch."
                )
            if still is not None and watch.hear(total - still[place]):
                return told, True
        return told, False


def _term(
    name: str, values: list[float], rates: list[float], rest: list[dict[str, float]]
) -> TermRecord:
    still = [each.get(name, math.nan) for each in rest]
    found = fall(rates, values, still[1 : len(rates) + 1], None)
    return TermRecord(name, tuple(values), _level(found, still))


def _level(found: Fall, still: list[float]) -> tuple[float, ...]:
    """Return the loss without its noise, from the level of the first weights on."""
    return tuple(float(median(still) + each) for each in found.smooth)


def _total(terms: dict[str, float]) -> float:
    return sum(terms.values())


class _Meter:
    """Counts steps."""

    def __init__(self, parts: tuple[int, int, int], progress: Progress | None) -> None:
        repeats, swept, held = parts
        self.each, self.total = swept + held, repeats * (swept + held)
        self.repeat = self.taken = self.done = 0
        self.progress = progress

    def tick(self) -> None:
        """Hear that one more step is done; how many there will be is known about."""
        self.taken += 1
        self.done = min(self.done + 1, (self.repeat + 1) * self.each - 1)
        self._tell()

    def end(self) -> None:
        """Hear that a repeat is done."""
        self.repeat += 1
        self.done = self.repeat * self.each
        self._tell()

    def _tell(self) -> None:
        if self.progress is not None:
            number = min(self.done // self.each, self.total // self.each - 1) + 1
            self.progress(self.done, self.total, f"repeat {number}")


@contextmanager
def _undone(run: Run) -> Iterator[Any]:
    """Leave no trace of what is done within, however it ends."""
    states = randomness.state()
    start = run.state()
    try:
        yield start
    finally:
        run.restore(start)
        randomness.restore(states)


def _trainable(run: Any) -> None:
    lacks = [name for name in _METHODS if not callable(getattr(run, name, None))]
    if lacks or isinstance(run, type):
        raise ArgumentError(
            f"run: expected training that can be begun again, got {type(run).__name__} without "
            f"{', '.join(lacks) or 'being made'}.\nHint: Descent(optimizer, weights, slope), or "
            f"lossary.adapters.torch.rehearsal.Rehearsal(model, optimizer, loader, loss)"
        )


def _fit(low: float, high: float, counts: dict[str, tuple[int, int]]) -> None:
    if not 0 < low < high < math.inf:
        raise ArgumentError(f"low={low}, high={high}: expected 0 < low < high, both finite.")
    for name, (given, least) in counts.items():
        if given < least:
            raise ArgumentError(f"{name}={given}: expected at least {least}.")
