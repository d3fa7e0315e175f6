"""Tables of which it is known what is wrong with them, for detectors to find or to leave alone."""

from functools import cache

import numpy as np
import pandas as pd

from lossary.lab.diagnosis import diagnose
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task

ROWS = 1200


def features(random, rows=ROWS):
    """Return four columns, and the part of a target that they tell."""
    values = random.normal(size=(rows, 4))
    told = values[:, 0] + np.sin(2 * values[:, 1]) + 0.5 * values[:, 2]
    return pd.DataFrame(values, columns=list("abcd")), told


def spoilt(random, target, share=0.05, factor=20):
    """Multiply some of the targets."""
    return np.where(random.random(len(target)) < share, factor * target, target)


def flipped(random, target, share=0.15):
    """Turn some labels round."""
    return np.where(random.random(len(target)) < share, 1 - target, target)


def censored(random, target):
    """Cut times off at exponential times, and say which of them had their event."""
    cut = random.exponential(2 * np.median(target), len(target))
    return np.minimum(target, cut), (target <= cut).astype(int)


def seen(frame, kind, metric=None, target="y", **roles):
    """Return the diagnosis of a table, by the name of the symptom."""
    task = read_task(table(frame), target, metric, kind, **roles)
    return {each.name: each for each in diagnose(task)}


def _plain(told, random):
    return told + random.normal(size=len(told))


def _amount(told):
    return np.exp(0.6 * told + 1)


MADE = {
    "plain": ("regression", _plain),
    "power tails": ("regression", lambda told, random: told + random.standard_t(2.5, len(told))),
    "noise that differs": (
        "regression",
        lambda told, random: told + np.exp(0.6 * told) * random.normal(size=len(told)),
    ),
    "capped": ("regression", lambda told, random: np.minimum(_plain(told, random), 3.0)),
    "gamma": ("positive", lambda told, random: _amount(told) * random.gamma(2, 0.5, len(told))),
    "spoilt": (
        "positive",
        lambda told, random: spoilt(random, _amount(told) * random.gamma(2, 0.5, len(told))),
    ),
    "poisson": ("count", lambda told, random: random.poisson(_amount(told))),
    "bursts": (
        "count",
        lambda told, random: random.poisson(_amount(told) * random.gamma(1, 1, len(told))),
    ),
    "zeros": (
        "count",
        lambda told, random: random.poisson(2 * _amount(told)) * (random.random(len(told)) < 0.7),
    ),
    "overlapping": ("binary", lambda told, random: (_plain(told, random) > 0).astype(int)),
    "overlapping more": (
        "binary",
        lambda told, random: (told + 1.3 * random.normal(size=len(told)) > 0).astype(int),
    ),
    "flipped": ("binary", lambda told, random: flipped(random, (told > 0).astype(int))),
    "rare": ("binary", lambda told, random: (_plain(told, random) > 2.6).astype(int)),
}


@cache
def diagnosis_of(name):
    """Return what is found of one of these tables."""
    random = np.random.default_rng(8)
    kind, made = MADE[name]
    frame, told = features(random)
    return seen(frame.assign(y=made(told, random)), kind)


def found(name):
    """Return the names of the symptoms found in one of these tables."""
    return {each.name for each in diagnosis_of(name).values() if each.found}
