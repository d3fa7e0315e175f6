"""A small task for every kind of target and metric, and symptoms to make a diagnosis of."""

from functools import cache

import numpy as np
import pandas as pd

from lossary.lab.metrics.named import METRICS
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task
from lossary.records import SymptomRecord

ROWS = 120
RANDOM = np.random.default_rng(0)
TARGETS = {
    "regression": RANDOM.normal(size=ROWS),
    "positive": RANDOM.gamma(2.0, 1.0, ROWS) + 0.1,
    "nonnegative": np.maximum(RANDOM.normal(size=ROWS), 0),
    "count": RANDOM.poisson(2.0, ROWS),
    "proportion": RANDOM.random(ROWS),
    "binary": np.arange(ROWS) % 2,
    "multiclass": np.arange(ROWS) % 3,
    "ordinal": np.arange(ROWS) % 4,
    "multilabel": np.arange(ROWS) % 2,
    "survival": RANDOM.gamma(2.0, 1.0, ROWS),
}
QUESTIONS = [
    (metric.spelled, kind)
    for metric in METRICS
    for kind in metric.kinds
    if kind not in ("regression", "positive", "nonnegative", "count", "proportion")
    or not metric.target.outside(np, TARGETS[kind].astype(float)).any()
]


@cache
def task(kind, metric=None):
    """Return a task of a kind, judged by a metric, or by what is usual."""
    frame = pd.DataFrame({"feature": RANDOM.normal(size=ROWS), "target": TARGETS[kind]})
    if kind == "multilabel":
        frame = frame.assign(other=np.arange(ROWS) // 2 % 2)
        return read_task(table(frame), ["target", "other"], metric, kind)
    if kind == "survival":
        frame = frame.assign(event=np.arange(ROWS) % 3 > 0)
        return read_task(table(frame), "target", metric, kind, event="event")
    return read_task(table(frame), "target", metric, kind)


def symptom(name, figure=1.0, found=True):
    """Return a symptom, found unless said otherwise."""
    title = {"contamination": "wild targets"}.get(name, name)
    return SymptomRecord(name, title, figure, "", 0.0, found, f"{title} were seen")
