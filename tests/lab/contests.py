"""Arms with scores as they are wanted, so that a verdict can be asked for without any training."""

import numpy as np

from lossary.lab.verdict.ranking import verdict
from lossary.lab.verdict.words import CONSTANT
from lossary.records import ArmRecord, FoldRecord, TrialRecord

FOLDS = 15
HARD = np.random.default_rng(7).normal(size=FOLDS)
"""How hard each fold is, for all arms alike."""


def arm(name, scores, role="", learner="mlp", optimizer="", grade="A", trials=None):
    """Return an arm with a score on each fold, and the trials of each fold where there are any."""
    trials = trials or [()] * len(scores)
    folds = tuple(
        FoldRecord(0, place, float(score), trials=tuple(each))
        for place, (score, each) in enumerate(zip(scores, trials, strict=True))
    )
    loss = None if name == CONSTANT else {"loss": name.split("(")[0]}
    return ArmRecord(name, loss, "", grade, (), "", folds, learner, optimizer, role)


def scored(mean, noise=0.05, seed=0, folds=FOLDS):
    """Return scores about a mean: the folds' own difficulty, and noise of the arm's own."""
    return mean + HARD[:folds] + noise * np.random.default_rng(seed).normal(size=folds)


def arms(*given, constant=20.0, noise=0.05, **facts):
    """Return arms by (name, mean), the first of them the default, and the best constant."""
    made = [
        arm(name, scored(mean, noise, seed), "default" if not seed else "", **facts)
        for seed, (name, mean) in enumerate(given)
    ]
    return [*made, arm(CONSTANT, scored(constant, noise, 99))]


def judged(given, greater_is_better=False, ratio=0.25, **more):
    """Return the verdict on arms."""
    return verdict(given, "mae", greater_is_better, ratio=ratio, **more)


def row(found, name):
    """Return the row of an arm in the ranking."""
    return next(each for each in found.standings if each.arm == name)


def trial(inner, outer, **setting):
    """Return a trial."""
    return TrialRecord({name.replace("loss_", "loss."): v for name, v in setting.items()}, inner,
                       outer, 1)  # fmt: skip
