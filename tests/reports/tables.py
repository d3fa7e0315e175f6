"""A small table with a target of every kind, and the study of each kind that recommends a loss."""

from dataclasses import replace

import numpy as np
import pandas as pd

from lossary.records import ColumnRecord, QuestionRecord
from tests.reports.studies import MLP, OWN, TREES, Entry, columns, study

ROWS = 120
KINDS = {
    "positive": ("cost", (), "TweedieDeviance", {}),
    "regression": ("gain", (), "GaussianNLL", {}),
    "nonnegative": ("count", (), "SquaredLogarithmicError", {}),
    "count": ("count", (), "PoissonNLL", {}),
    "proportion": ("share", (), "BinaryCrossEntropy", {}),
    "binary": ("ill", ("no", "yes"), "SigmoidFocal", {"slope": 0.8, "shift": 0.1}),
    "multiclass": ("kind", ("x", "y", "z"), "CrossEntropy", {"slope": 0.8, "prior": 0.1}),
    "ordinal": ("grade", ("1", "2", "3"), "BinaryCrossEntropy", {"cuts": [0.5, 1.5]}),
    "multilabel": ("ill_1, ill_2", ("ill_1", "ill_2"), "BinaryCrossEntropy",
                   {"thresholds": [0.1, -0.2]}),
    "survival": ("time", (), "WeibullAFT", {}),
}  # fmt: skip


def table():
    """Return patients with gaps, of whom every target is known but one."""
    random = np.random.default_rng(0)
    age, yes = random.uniform(20, 80, ROWS), random.integers(0, 2, (ROWS, 3))
    frame = pd.DataFrame(
        {
            "age": age,
            "bmi": np.where(random.random(ROWS) < 0.1, np.nan, random.normal(25, 4, ROWS)),
            "ward": random.choice(["a", "b", "c"], ROWS),
            "cost": np.exp(2 + age / 40 + random.normal(0, 0.3, ROWS)),
            "gain": age + random.normal(0, 5, ROWS),
            "count": random.poisson(age / 20),
            "share": random.beta(2, 2, ROWS),
            "ill": np.where(random.random(ROWS) < age / 100, "yes", "no"),
            "kind": random.choice(["x", "y", "z"], ROWS),
            "grade": random.integers(1, 4, ROWS),
            "time": random.weibull(1.5, ROWS) + 0.01,
            "event": yes[:, 0],
            "ill_1": yes[:, 1],
            "ill_2": yes[:, 2],
            "years": random.uniform(0.5, 1, ROWS),
        }
    )
    frame.loc[5, "cost"] = np.nan
    return frame


def recommending(kind, learner="mlp", **changes):
    """Return a study of one kind of target that recommends one loss."""
    target, classes, loss, decision = KINDS[kind]
    entry = Entry(loss, loss, 40.0, {}, "default", learner, decision=decision)
    entry = replace(entry, **changes)
    others = {"event": "event"} if kind == "survival" else {}
    roles = columns(target, kind, **others)
    if kind == "count":
        roles = (*roles, ColumnRecord("years", "exposure", "as named"))
    if kind == "multilabel":
        labels = tuple(ColumnRecord(name, "target", kind) for name in classes)
        roles = (*labels, *roles[1:])
    question = QuestionRecord(target, kind, classes, "a metric", "a metric", False)
    learners = (OWN,) if learner == "module" else (MLP, TREES)
    return study([entry], question, table=roles, learners=learners, sentence="", advice="", sure="")
