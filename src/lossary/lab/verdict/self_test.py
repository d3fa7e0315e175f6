"""The lab's own test: arms of which none is better must be told apart as rarely as is stated."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from lossary.lab.verdict.contest import Contest
from lossary.lab.verdict.ranking import LEVEL, apart
from lossary.records import ArmRecord, FoldRecord


@dataclass(frozen=True)
class SelfTest:
    """In how many studies without a difference one was found; `low` and `high` bound the rate.

    The interval is the exact binomial one of Clopper and Pearson. `passed` is false where even its
    lower end is above what is allowed.
    """

    studies: int
    told: int
    allowed: float
    low: float
    high: float
    sentence: str

    @property
    def rate(self) -> float:
        """The share of studies that told equal arms apart."""
        return self.told / self.studies

    @property
    def passed(self) -> bool:
        """Whether the rate can be what is allowed, or less."""
        return self.low <= self.allowed


def told_apart(scores: np.ndarray, ratio: float, level: float = LEVEL) -> bool:
    """Say whether the verdict tells any of these arms from another; scores are (arms, folds)."""
    arms = [
        ArmRecord(str(number), None, "", "", (), "", tuple(FoldRecord(0, 0, each) for each in row))
        for number, row in enumerate(np.asarray(scores, float).tolist())
    ]
    return apart(Contest(arms, False, ratio, level))


def null_rate(
    run_null: Callable[[int], np.ndarray], studies: int, ratio: float, level: float = LEVEL
) -> SelfTest:
    """Judge so many studies without a difference; `run_null(seed)` gives scores (arms, folds)."""
    return _counted((told_apart(run_null(seed), ratio, level) for seed in range(studies)), level)


def self_test(
    scores: np.ndarray, ratio: float, *, repeats: int = 1, level: float = LEVEL
) -> SelfTest:
    """Judge copies of one arm that differ in nothing but the seed of their first weights and order.

    `scores` are (copies, repeats · folds). Each pair of copies is a study in each repeat. No two of
    these share a training, so that given the table they err independently, and the binomial
    interval is exact. It can show that the verdict does not take the draw of weights for a merit,
    on this table and with this learner. It cannot show that differences which stay the same from
    fold to fold are judged rightly: for that, arms must differ in more than their seed, which is
    simulated in `benchmarks/null_studies.py`.
    """
    copies, folds = np.asarray(scores).shape
    pairs = np.asarray(scores)[: copies // 2 * 2].reshape(copies // 2, 2, repeats, folds // repeats)
    found = (told_apart(pair[:, at], ratio, level) for pair in pairs for at in range(repeats))
    return _counted(found, level)


def _counted(found: Iterable[bool], level: float) -> SelfTest:
    each = list(found)
    told, studies, allowed = sum(each), len(each), 1 - level
    bounds = stats.binomtest(told, studies).proportion_ci(LEVEL, method="exact")
    sentence = _sentence(told, studies, allowed, bounds.low, bounds.high)
    return SelfTest(studies, told, allowed, float(bounds.low), float(bounds.high), sentence)


def _sentence(told: int, studies: int, allowed: float, low: float, high: float) -> str:
    rate, low_, high_, may = (
        f"{100 * each:.2g} %" for each in (told / studies, low, high, allowed)
    )
    first = f"In {told} of {studies} studies without a difference one was found"
    if low > allowed:
        end = f"more than the {may} allowed: do not trust the verdict on this table"
    elif high <= allowed:
        end = f"no more than the {may} allowed"
    else:
        end = f"{may} are allowed, and so few studies cannot tell the rate from that"
    return f"{first} ({rate}, with an interval from {low_} to {high_}); {end}."
