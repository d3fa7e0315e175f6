"""The optimiser's curse: what a tuned score promised, what it kept, what more trials brought."""

from math import comb, nan

import numpy as np

from lossary.lab.verdict.contest import Contest
from lossary.lab.verdict.differences import Difference, between
from lossary.records import ArmRecord, FoldRecord, OptimismRecord


def optimism(contest: Contest) -> tuple[OptimismRecord, ...]:
    """Return promise, fulfilment and the worth of more trials, for every arm that tried several."""
    found = (_optimism(contest.arm(name), contest.sign) for name in contest.trained)
    return tuple(each for each in found if each is not None)


def _optimism(arm: ArmRecord, sign: float) -> OptimismRecord | None:
    pairs = [ranked(fold, sign) for fold in arm.folds]
    trials = min(map(len, pairs))
    if trials < 2:
        return None
    best = sign * np.array([each[0] for each in pairs])
    expected = tuple(
        sign * float(np.mean([expected_best(each[:, 1], allowed) for each in pairs]))
        for allowed in range(1, trials + 1)
    )
    promised, kept = best.mean(0).tolist()
    return OptimismRecord(arm.name, promised, kept, expected)


def ranked(fold: FoldRecord, sign: float) -> np.ndarray:
    """Return inner and outer errors of a fold's trials, the one that is selected first."""
    pairs = sign * np.array([(each.inner, each.outer) for each in fold.trials]).reshape(-1, 2)
    pairs = pairs[np.isfinite(pairs).all(1)]
    return pairs[np.argsort(pairs[:, 0], kind="stable")]


def expected_best(outer: np.ndarray, allowed: int) -> float:
    """Return the mean outer error of the selected one, if only so many trials had been allowed.

    Trials come in the order in which they would be selected. The mean goes over all choices of
    `allowed` of them: what [dodge2019] estimate, in the form that is unbiased [tang2020].
    """
    trials = len(outer)
    chances = [comb(trials - place, allowed - 1) for place in range(1, trials + 1)]
    return float(np.dot(outer, chances) / comb(trials, allowed))


def curse(contest: Contest, name: str) -> Difference:
    """Return by how much the selected trials' inner errors were better than their outer ones."""
    pairs = [ranked(fold, contest.sign) for fold in contest.arm(name).folds]
    if min(map(len, pairs)) < 2:
        return Difference(nan, nan, len(pairs))
    inner, outer = np.array([each[0] for each in pairs]).T
    return between(outer, inner, contest.ratio)


def shrinkage(contest: Contest) -> float:
    """Return the share of the leader's lead over the average arm that is likely to stay.

    The spread of the arms' means is true spread and noise; noise is half the mean squared error of
    their differences. What is left of the spread is the share (James and Stein's).
    """
    names = contest.trained
    scales = [contest.behind(one, contest.leader).scale for one in names if one != contest.leader]
    if len(names) < 3 or np.isnan(scales).any():
        return nan
    spread = np.var([contest.mean(name) for name in names], ddof=1)
    noise = np.mean(np.square(scales)) / 2
    return float(np.clip(1 - noise / spread, 0, 1)) if spread > 0 else nan
