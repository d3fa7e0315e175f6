"""Tables to study: real ones bundled with scikit-learn, and a small one of every kind of column."""

from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn import datasets

from lossary.lab import plan
from lossary.lab.learners.lesson import Budget
from lossary.lab.protocol.bench import prepare
from lossary.lab.tasks.folds import splits

SMALL = Budget(learning_rates=(0.003, 0.03), steps=60, batch=32, checks=5)
"""Enough to learn something, and little enough for a test."""


def real(name):
    """Return a bundled data set whose target is called `target`; the digits are thinned out."""
    if name == "digits":
        features, target = datasets.load_digits(return_X_y=True)
        return pd.DataFrame(features[::3]).rename(columns=str).assign(target=target[::3])
    load = getattr(datasets, f"load_{name}")
    return load(as_frame=True, **({"scaled": False} if name == "diabetes" else {})).frame


def mixed(rows=240, seed=0):
    """Return a table with gaps, texts, dates, switches, names of rows, and a price to predict."""
    random = np.random.default_rng(seed)
    area = random.gamma(4.0, 20.0, rows)
    place = random.choice(["north", "south", "east"], rows)
    price = 50 * area * np.where(place == "north", 1.5, 1.0) * random.lognormal(0, 0.2, rows)
    frame = pd.DataFrame(
        {
            "number": np.arange(1, rows + 1),
            "name": [f"house {each}" for each in range(rows)],
            "area": area,
            "place": place,
            "garden": random.random(rows) > 0.5,
            "built": pd.Timestamp("1990-01-01")
            + pd.to_timedelta(random.integers(0, 9000, rows), "D"),
            "rooms": random.integers(1, 6, rows).astype(str),
            "same": "x",
            "empty": None,
            "price": price.round(2),
        }
    )
    frame.loc[::7, "area"] = np.nan
    frame.loc[::11, "place"] = None
    frame.loc[3, "rooms"] = "?"
    return frame


def small(planned):
    """Return a plan that is quickly done."""
    return replace(planned, budget=SMALL)


def first_bench(planned):
    """Return the first fold of a plan, made ready."""
    return prepare(planned.task, next(splits(planned.task, planned.folds, 1, planned.seed)))


def planned(name, metric, losses=None, **more):
    """Return a small plan on a bundled data set."""
    return small(plan(real(name), "target", metric, losses, **more))
