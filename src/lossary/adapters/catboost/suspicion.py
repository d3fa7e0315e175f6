"""A look at what has grown: a model that cannot move is told, with the cause."""

import warnings
from typing import Any

import numpy as np

from lossary.adapters.catboost.rounds import L2
from lossary.adapters.catboost.training import Run
from lossary.errors import SuspicionWarning

Array = np.ndarray
_FEW = 4  # rows that a leaf has in small data
_SLOW = 10  # times; where a row curves by one, it is less than two


def suspect(run: Run, model: Any) -> None:
    """Warn where every row got the same score though targets differ, or where steps hardly move."""
    felt = run.train.felt
    if felt.min() == felt.max():
        return
    said = _still(run, model) or _slow(run)
    if said:
        warnings.warn(f"{run.objective.loss!r}: {said}", SuspicionWarning, stacklevel=3)


def _still(run: Run, model: Any) -> str:
    """Say why no tree has split, or nothing."""
    if (model.get_tree_leaf_counts() > 1).any() and np.any(model.get_leaf_values()):
        return ""
    least = run.asked.told("min_data_in_leaf", 1)
    return (
        f"no tree has split, and all {len(run.train.target)} rows get one score: no split of any "
        f"feature was of use with min_data_in_leaf={least}.\n"
        f"Hint: look for features that vary, or lower it."
    )


def _slow(run: Run) -> str:
    """Say that steps are far too small, or nothing."""
    if run.objective.refits:
        return ""
    train, weight = run.train, run.train.weight
    rows = len(train.target)
    raw = run.objective.tiled(run.start, rows)
    _, curvature = run.objective.derivatives(raw, train.encoded, weight)
    total = float(curvature.reshape(rows, -1).sum(axis=0).min())
    each = total / (rows if weight is None else float(weight.sum()))
    bound = float(run.asked.told("l2_leaf_reg", L2))
    leaf = max(rows / _leaves(run), _FEW)
    shorter = 1 + bound / (each * leaf)
    if shorter < _SLOW:
        return ""
    return (
        f"the model hardly learns: a row has a mean curvature of {each:.2g}, so that in a leaf of "
        f"{leaf:.0f} rows l2_leaf_reg={bound:g} makes each step {shorter:.2g} times smaller.\n"
        f"Hint: l2_leaf_reg={L2 * each:.1g} is that of three rows; or scale the target."
    )


def _leaves(run: Run) -> int:
    """Return how many leaves a tree may have."""
    most = run.asked.told("max_leaves", 31)
    lossguide = run.asked.told("grow_policy") == "Lossguide"
    return int(most) if lossguide else 2 ** int(run.asked.told("depth", 6))
