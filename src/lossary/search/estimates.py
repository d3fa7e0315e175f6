"""What would one more restart bring? Told from the ends of those that have been made."""

from collections import Counter

import numpy as np

from lossary.records import MoreRecord

LEVEL = 0.95
_NORMAL = 1.959963984540054  # the quantile that belongs to the level
_DRAWS = 1000


def more(
    losses: np.ndarray,
    basins: list[int] | None,
    generator: np.random.Generator,
    lower_bound: float | None = None,
) -> MoreRecord:
    """Return chances and gains; restarts must be alike, and drawn by themselves.

    - The next of n + 1 restarts that are alike is the best with the chance 1 / (n + 1); what lies
      below the best of n has a Beta(1, n) distribution, whatever the losses': with confidence L,
      the chance is below 1 - (1 - L)^(1/n). Where minima are hit exactly again, both are too high.
    - Left out one after the other, one restart of n has brought (second best - best) / n on
      average. That is an unbiased estimate of what the n-th brought; the next brings less, on
      average. The interval is from the bootstrap's percentiles, which know nothing of minima that
      no restart has found. Where nothing can be below a bound, the chance above times (best -
      bound) is the most that the next can bring on average, found or not, with confidence L.
    - Restarts that settle in a basin which no other has found: f of the n that settled. The
      chance of yet another new basin is about f / n [good1953], with the interval of [esty1983].
    - There are S + (n - 1) / n * f (f - 1) / (2 (g + 1)) basins at the least, of which S are seen
      and g were found twice [chao1984; chao1987].

    >>> found = more(np.array([3.0, 1.0, 2.0, 1.5]), [0, 1, 2, 1], np.random.default_rng(0))
    >>> found.chance, found.gain, found.unseen, found.basins
    (0.2, 0.125, 0.5, 3.375)
    """
    count = len(losses)
    high = _bound(count)
    draws = losses[generator.integers(0, count, (_DRAWS, count))]
    low_gain, high_gain = np.quantile(gain(draws), [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    if lower_bound is not None:
        high_gain = high * max(0.0, float(losses.min()) - lower_bound)
        low_gain = min(low_gain, high_gain)
    unseen = _unseen(basins) if basins else (None,) * 4
    return MoreRecord(
        restarts=count,
        level=LEVEL,
        chance=1 / (count + 1),
        chance_high=high,
        gain=min(float(gain(losses)), float(high_gain)),
        gain_low=float(low_gain),
        gain_high=float(high_gain),
        unseen=unseen[0],
        unseen_low=unseen[1],
        unseen_high=unseen[2],
        basins=unseen[3],
    )


def _bound(count: int) -> float:
    return 1 - (1 - LEVEL) ** (1 / count)


def gain(losses: np.ndarray) -> np.ndarray:
    """Return by how much the best would be worse, on average, without one of the restarts."""
    best = np.sort(losses, axis=-1)
    return (best[..., 1] - best[..., 0]) / losses.shape[-1]


def _unseen(basins: list[int]) -> tuple[float, float, float, float]:
    """Return the chance of a new basin with its interval, and how many basins there are."""
    count, found = len(basins), Counter(basins)
    once = sum(times == 1 for times in found.values())
    twice = sum(times == 2 for times in found.values())
    share = once / count
    reach = _NORMAL * (once * (1 - share) + 2 * twice) ** 0.5 / count
    hidden = (count - 1) / count * once * (once - 1) / (2 * (twice + 1))
    # Where no basin was found once, the interval would be empty; what n restarts cannot exclude
    # is the least that it must hold.
    high = min(1.0, max(share + reach, _bound(count)))
    return share, max(0.0, share - reach), high, len(found) + hidden
