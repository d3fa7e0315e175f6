"""Studies of real tables that are soon done: few steps, two settings, two folds."""

from dataclasses import replace

from lossary.lab import plan
from tests.lab.frames import real

STEPS = {"mlp": 60, "lightgbm": 8, "xgboost": 8}
"""Enough to learn something, and little enough for a test."""


def small(planned):
    """Return a plan that is quickly done."""
    efforts = {
        name: replace(each, steps=STEPS.get(name, each.steps), checks=5)
        for name, each in planned.efforts.items()
    }
    return replace(planned, efforts=efforts)


def planned(name, metric, losses=None, learners="mlp", folds=2, repeats=1, trials=2, **more):
    """Return a small plan on a bundled data set."""
    asked = {"learners": learners, "folds": folds, "repeats": repeats, "trials": trials}
    return small(plan(real(name), "target", metric, losses, **(asked | more)))
