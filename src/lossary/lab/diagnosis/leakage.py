"""Too good to be true: one column that tells the target, and rows that stand there twice."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata
from sklearn.model_selection import KFold
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from lossary.lab.diagnosis.detector import EVERY, Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import Evidence
from lossary.lab.diagnosis.quick import out_of_fold

_ROWS = 2000
_FEWEST = 50


def leakage(evidence: Evidence) -> Sight:
    """Return what part of a constant's errors the best single column takes away.

    Errors are wrong classes; or squares, on ranks, so that a few rows do not decide.
    """
    rows = len(evidence.target)
    if rows < _FEWEST:
        return unseen(f"{_FEWEST} rows are needed")
    chosen = np.random.default_rng(evidence.seed).permutation(rows)[:_ROWS]
    values, target = evidence.features[chosen], _single(evidence)[chosen]
    classes = bool(evidence.task.classes) and evidence.target.ndim == 1
    told = [_told(column, target, classes) for column in values.T]
    best = int(np.argmax(told))
    name = evidence.task.features.columns[best]
    return Sight(told[best], f"{name} alone takes {max(told[best], 0):.1%} of the errors away")


def _single(evidence: Evidence) -> np.ndarray:
    """Return a number for each row: a class, or the rank of an amount, a time, a sum of labels."""
    target = evidence.target
    if target.ndim == 1 and evidence.task.classes:
        return target
    return rankdata(target.sum(axis=1) if target.ndim > 1 else np.abs(target))


def _told(column: np.ndarray, target: np.ndarray, classes: bool) -> float:
    """Return the part of the errors that a small tree on one column takes away, out of fold."""
    kind = DecisionTreeClassifier if classes else DecisionTreeRegressor
    values = np.where(np.isfinite(column), column, -1e30)[:, None].astype(np.float32)
    folds = list(KFold(3, shuffle=True, random_state=0).split(values))
    said = out_of_fold(
        lambda rows: kind(min_samples_leaf=3, random_state=0).fit(values[rows], target[rows]),
        lambda model, rows: model.predict(values[rows]),
        folds, target.shape,
    )  # fmt: skip
    if classes:
        return 1 - float(np.mean(said != target)) / (1 - np.bincount(target).max() / len(target))
    return 1 - float(np.square(said - target).sum() / np.square(target - target.mean()).sum())


def twins(evidence: Evidence) -> Sight:
    """Return the share of rows that are, with their target, the same as an earlier row."""
    target = evidence.target.reshape(len(evidence.target), -1)
    frame = pd.DataFrame(np.column_stack([evidence.features, target]))
    again = int(frame.duplicated().sum())
    spread = int(frame.nunique().sub(1).clip(lower=0).sum())
    said = f"{again:,} of {len(frame):,} rows repeat an earlier one in every column"
    return Sight(again / len(frame), said, spread > len(frame) / 10)


TOO_GOOD = (
    Detector(
        "leakage", "one column tells the target", 0.98, "(part of the errors)", EVERY, leakage,
        "ask when that column is known: if after the target, leave it out, else every loss looks "
        "perfect here and fails in use",
        "the column is known in time, and the task is that easy",
        "B", ("kaufman2012",),
    ),
    Detector(
        "duplicates", "rows that stand there twice", 0.01, "(share of rows)", EVERY, twins,
        "a twin on either side of a fold is a row judged on what was learnt by heart: leave twins "
        "out, or name the column of groups (--groups) that keeps them together",
        "the columns are few and coarse, so that different rows happen to look alike",
        "B", ("kaufman2012",),
    ),
)  # fmt: skip
