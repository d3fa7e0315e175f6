"""How sure one may be of a verdict, in words: what is shown, what is not, what would show it."""

from math import isnan, sqrt

from scipy import stats

from lossary.lab.verdict.contest import CONSTANT
from lossary.lab.verdict.differences import Difference
from lossary.lab.verdict.finding import Finding

_VERY = 0.99
_MOST = 50


def sure(found: Finding) -> str:
    """Say how sure one may be that the arm to take is the right one."""
    if not found.losses:
        return "Nothing was compared."
    if found.folds == 1:
        return "Not sure at all: one fold shows no spread. Take five folds, or repeat them."
    if found.nothing_learnt:
        return _against_the_constant(found)
    if len(found.losses) == 1:
        return "There was nothing to compare it with but the best constant."
    taken, default = found.recommended, found.contest.default
    if taken == default:
        return _of_the_default(found)
    if default not in found.losses:
        return (
            f"Not sure: {default}, the default, failed, so that there is nothing to compare with."
        )
    return _of_another(found, taken, default)


def _against_the_constant(found: Finding) -> str:
    first = found.losses[0]
    gain = found.contest.behind(CONSTANT, first)
    low, high = gain.interval(found.contest.level, len(found.losses) / 2)
    return f"Not sure that anything was learnt: {_reaches(first, CONSTANT, low, high)}."


def _of_another(found: Finding, taken: str, default: str) -> str:
    row = found.standings[taken]
    base = abs(found.standings[default].mean)
    if row.gain_low > 0:
        word = "Very sure" if row.better >= _VERY and row.p <= 1 - _VERY else "Sure"
        least = found.amount(row.gain_low, base)
        return (
            f"{word}: {taken} is better than {default} by at least {least}.{_matters(found, taken)}"
        )
    if taken in found.better:
        return f"{_odds(found, taken)} {_more(found, taken)}"
    if row.same >= found.contest.level:
        rope = found.amount(found.contest.rope)
        return f"Sure that {taken} and {default} do not differ by an amount that matters ({rope})."
    return (
        f"Not sure which is better: {_reaches(taken, default, row.gain_low, row.gain_high)}. "
        f"{_more(found, taken)}"
    )


def _of_the_default(found: Finding) -> str:
    default = found.contest.default
    rivals = [name for name in found.losses if name != default]
    rows = [found.standings[name] for name in rivals]
    if all(row.gain_high < 0 for row in rows):
        least = min(-row.gain_high for row in rows)
        base = abs(found.standings[default].mean)
        return f"Sure: every other is worse than {default} by at least {found.amount(least, base)}."
    near = [row for row in rows if row.gain_high >= 0]
    if all(row.same + row.worse >= found.contest.level for row in near):
        rope = found.amount(found.contest.rope)
        return f"Sure that no other is better by an amount that matters ({rope} or more)."
    unlike = [row for row in near if row.gain_low < row.gain_high]
    rival = max(unlike or near, key=lambda row: row.gain)
    if not unlike:
        return (
            f"Not sure that nothing is better: {rival.arm} and {default} came to the same on every "
            "fold. More rows might tell them apart."
        )
    reach = _reaches(rival.arm, default, rival.gain_low, rival.gain_high)
    return f"Not sure that nothing is better: {reach}. {_more(found, rival.arm)}"


def _odds(found: Finding, taken: str) -> str:
    row, rope = found.standings[taken], found.amount(found.contest.rope)
    many = f"picked out of {len(found.losses)}, " if len(found.losses) > 2 else ""
    return (
        f"Probably, not surely: taken by itself, {taken} is better than {found.contest.default} "
        f"by more than {rope} with the probability {row.better:.2f}; {many}its gain may lie "
        f"between {row.gain_low:.3g} and {row.gain_high:.3g}."
    )


def _reaches(one: str, other: str, low: float, high: float) -> str:
    return f"the gain of {one} over {other} lies between {low:.3g} and {high:.3g}"


def _matters(found: Finding, taken: str) -> str:
    rope, better = found.amount(found.contest.rope), found.standings[taken].better
    chance = "above 0.99" if better > _VERY else f"{better:.2f}"
    return f" The probability that it gains more than {rope}, and so matters, is {chance}."


def _more(found: Finding, rival: str) -> str:
    """Say what it would take to tell an arm from the default."""
    gain = found.contest.behind(found.contest.default, rival)
    if not gain.mean > found.contest.rope:
        return "What is seen is no gain that matters; more rows would narrow the interval."
    steps = _comparisons(gain, found.standings[rival].gain_high, found.contest.level)
    times = repeats_needed(gain, found.contest.ratio, found.contest.level, steps)
    if isnan(times):
        return (
            "If the gain is as it seems, repeats on these rows would not show it; more rows might."
        )
    return f"If the gain is as it seems, {times:.0f} times as many repeats would show it."


def _comparisons(gain: Difference, high: float, level: float) -> float:
    """Return for how many comparisons the interval that ends at `high` was made wider."""
    beyond = stats.t.sf((high - gain.mean) / gain.scale, gain.freedom)
    return float((1 - level) / 2 / beyond)


def repeats_needed(gain: Difference, ratio: float, level: float, comparisons: float) -> float:
    """Return how many times as many folds would tell a difference of this size from none, or NaN.

    More folds shrink 1/J, but not judged/trained: what shared rows leave open, new rows settle.
    """
    deviation = gain.scale / sqrt(1 / gain.folds + ratio)
    for times in range(2, _MOST + 1):
        folds = gain.folds * times
        wider = Difference(abs(gain.mean), deviation * sqrt(1 / folds + ratio), folds)
        if wider.interval(level, comparisons)[0] > 0:
            return float(times)
    return float("nan")
