"""Tables to read: real ones bundled with scikit-learn, one of every kind of column, and kinds."""

import numpy as np
import pandas as pd
from sklearn import datasets

from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task


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


def censored(rows=200, seed=0):
    """Return a table of times that get shorter with `dose`, half of them cut off before."""
    random = np.random.default_rng(seed)
    dose = random.normal(size=rows)
    time, end = random.exponential(np.exp(-dose)), random.exponential(1.5, rows)
    return pd.DataFrame({
        "dose": dose, "noise": random.normal(size=rows),
        "time": np.minimum(time, end), "died": (time <= end).astype(int),
    })  # fmt: skip


def labelled(rows=200, seed=0):
    """Return a table with three labels that follow its features."""
    random = np.random.default_rng(seed)
    features = random.normal(size=(rows, 3))
    labels = features + random.normal(size=(rows, 3)) > [0.0, 0.8, 1.2]
    return pd.DataFrame(features, columns=["u", "v", "w"]).assign(
        **{name: labels[:, place].astype(int) for place, name in enumerate("abc")}
    )


def graded(rows=300, seed=0):
    """Return a table of grades 1 to 5 that follow `skill`, and a few roles to name."""
    random = np.random.default_rng(seed)
    skill = random.normal(size=rows)
    return pd.DataFrame({
        "skill": skill, "noise": random.normal(size=rows),
        "grade": np.digitize(skill + random.normal(0, 0.7, rows), [-1.3, -0.4, 0.4, 1.3]) + 1,
        "school": random.integers(0, 20, rows), "week": random.integers(0, 60, rows),
        "pupils": random.integers(1, 9, rows),
    })  # fmt: skip


def task_of(values, metric=None, **more):
    """Return the task of predicting some values from a feature that knows nothing of them."""
    feature = np.random.default_rng(1).normal(size=len(values))
    return read_task(table(pd.DataFrame({"feature": feature, "target": values})), "target", metric,
                     **more)  # fmt: skip
