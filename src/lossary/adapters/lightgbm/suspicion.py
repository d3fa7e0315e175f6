"""A look at what has grown: trees that never split are told, with the cause."""

import re
import warnings
from typing import Any

import numpy as np

from lossary.adapters.estimators.objective import Objective
from lossary.adapters.lightgbm.growing import Growing
from lossary.adapters.lightgbm.refusals import given
from lossary.errors import SuspicionWarning

_SIZES = re.compile(r"^num_leaves=(\d+)$", re.MULTILINE)


def suspect(estimator: Any, growing: Growing) -> None:
    """Warn where every row gets the same score though targets differ."""
    seen, objective = growing.seen, growing.objective
    if seen.felt.min() == seen.felt.max():
        return
    grown = estimator.booster_.feature_importance("split", iteration=-1).any()
    if grown and objective.outputs == 1:
        return
    sizes = np.array(_SIZES.findall(estimator.booster_.model_to_string()), dtype=int)
    largest = sizes.reshape(-1, objective.outputs).max(axis=0)
    for place in np.flatnonzero(largest < 2)[:1].tolist():
        said = _said(estimator, _curvature(growing)[:, place])
        name = _name(objective, place)
        warnings.warn(
            f"{objective.loss!r}: no tree has split, and all rows get the same score{name}: {said}",
            SuspicionWarning,
            stacklevel=3,
        )


def _said(estimator: Any, curvature: np.ndarray) -> str:
    """Name the first cause that keeps the first tree from splitting."""
    parameters = estimator.get_params(deep=False)
    rows, total = len(curvature), float(curvature.sum())
    samples = given(parameters, "min_child_samples")
    least = given(parameters, "min_child_weight")
    if rows < 2 * samples:
        return (
            f"there are {rows} rows, but a split needs min_child_samples={samples} on either "
            f"side.\nHint: min_child_samples={max(rows // 20, 1)}."
        )
    each = total / rows
    told = f"the curvature of all {rows} rows together is {total:.3g} ({each:.2g} a row)"
    if total < 2 * least:
        return (
            f"{told}, but a split needs min_child_weight={least:g} on either side.\n"
            f"Hint: min_child_weight={each:.1g} is that of one row."
        )
    return (
        f"no split of any feature was worth min_split_gain="
        f"{given(parameters, 'min_split_gain'):g} with min_child_samples={samples} rows and "
        f"min_child_weight={least:g} on either side; {told}.\n"
        f"Hint: look for features that vary, or lower these three."
    )


def _curvature(growing: Growing) -> np.ndarray:
    """Return the curvatures of the first round, of shape (n, outputs)."""
    objective, seen = growing.objective, growing.seen
    raw = objective.tiled(growing.start, len(seen.target))
    _, found = objective.derivatives(raw, seen.encoded, seen.weight)
    return found.reshape(len(raw), -1)


def _name(objective: Objective, place: int) -> str:
    """Say which of several raw scores it is: GaussianNLL's mean, or that of a class."""
    if objective.outputs == 1:
        return ""
    told = getattr(objective.loss, "components", ()) or range(objective.outputs)
    return f", for {told[place]}"
