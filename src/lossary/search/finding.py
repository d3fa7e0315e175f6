"""What all repeats of a range test say together: the rate to take, where it diverges, the width."""

import math
from collections.abc import Iterable
from statistics import median_high, median_low

from lossary.records import RangeRecord, SweepRecord
from lossary.search.falling import fall

_HALF = 0.5
"""Of one curvature, the best learning rate is half of where it diverges."""
Pair = tuple[float, float]


def together(
    sweeps: tuple[SweepRecord, ...], rates: list[float], holding: int, taken: int
) -> RangeRecord:
    """Return the record: medians over repeats, and from the least to the most of them."""
    held = [sweep.held for sweep in sweeps if sweep.held is not None]
    diverged = [sweep.diverged for sweep in sweeps if sweep.diverged is not None]
    wanted = [rate for rate in map(_wanted, sweeps) if rate is not None]
    suggested = _middle(wanted) if wanted else None
    top = min(held) if held and diverged else rates[-1]
    wide = None if suggested is None else _wide(sweeps, suggested, top)
    cut_low = not held or (wide is not None and wide[0] <= rates[0])
    cut = (("", "high"), ("low", "both"))[cut_low][not diverged]
    least, most = min(held, default=None), max(diverged, default=None)
    return RangeRecord(
        low=rates[0],
        high=rates[-1],
        steps=len(rates),
        holding=holding,
        sweeps=sweeps,
        suggested=suggested,
        suggested_low=min(wanted, default=None),
        suggested_high=max(wanted, default=None),
        held=least,
        diverged=most,
        wide_low=wide[0] if wide else None,
        wide_high=wide[1] if wide else None,
        cut=cut,
        taken=taken,
        sentence=" ".join(
            (_start(suggested, wanted), _end(least, most, len(sweeps)), _hidden(cut))
        ).strip(),
    )


def _wanted(sweep: SweepRecord) -> float | None:
    """Return where a repeat fell fastest, but at most half of what held."""
    if sweep.steepest is None or sweep.held is None:
        return None
    return sweep.steepest if sweep.diverged is None else min(sweep.steepest, _HALF * sweep.held)


def _wide(sweeps: tuple[SweepRecord, ...], suggested: float, top: float) -> Pair:
    """Return between which rates, up to `top`, the loss fell nearly as fast as at its fastest."""
    ends = []
    for sweep in sweeps:
        found = fall(sweep.learning_rates, sweep.losses, sweep.still, sweep.held)
        places = found.width()
        if places is not None:
            ends.append([sweep.learning_rates[place] for place in places])
    low, high = (_middle(rates) for rates in zip(*ends, strict=True))
    return min(low, suggested), max(min(high, top), suggested)


def _middle(rates: Iterable[float]) -> float:
    """Return the median on the logarithmic scale."""
    known = list(rates)
    return math.sqrt(median_low(known) * median_high(known))


def _start(suggested: float | None, wanted: list[float]) -> str:
    if suggested is None:
        return "The loss fell at no learning rate of the range by more than its noise."
    over = f" ({min(wanted):.2g} to {max(wanted):.2g} over {len(wanted)} repeats)"
    return f"Start with {suggested:.2g}{over if len(wanted) > 1 else ''}."


def _end(held: float | None, diverged: float | None, repeats: int) -> str:
    each = ", in every repeat" if repeats > 1 else ""
    if diverged is None:
        return "Nothing diverged."
    if held is None:
        return f"Training diverged even at {diverged:.2g}{each}."
    return f"Training was stable at {held:.2g}, and diverged at {diverged:.2g}{each}."


def _hidden(cut: str) -> str:
    if not cut:
        return ""
    end = {"low": "lower", "high": "higher", "both": "lower and higher"}[cut]
    return f"Look at {end} rates too: what may be better lies beyond the range."
