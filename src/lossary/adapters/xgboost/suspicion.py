"""A look at what has grown: trees that never split, or hardly could, are told with the cause."""

import warnings
from typing import Any

import numpy as np

from lossary.adapters.xgboost.growing import Growing
from lossary.errors import SuspicionWarning

Array = np.ndarray
_LEAVES = 8  # a tree of fewer, where a user has not asked for it, is worth a word


def suspect(estimator: Any, growing: Growing) -> None:
    """Warn where trees did not split though targets differ, or hardly could, or hardly move."""
    if growing.curvature is None or growing.last is None or estimator.booster == "gblinear":
        return
    felt = growing.rows.felt
    if felt.min() == felt.max():
        return
    names: tuple[str, ...] = getattr(growing.objective.loss, "components", ())
    told = _told(estimator, growing, names)
    # One class may well be too rare to split for; a mean or a variance may not.
    if all(told) or names:
        for each in filter(None, told):
            warnings.warn(f"{growing.objective.loss!r}: {each}", SuspicionWarning, stacklevel=3)


def _told(estimator: Any, growing: Growing, names: tuple[str, ...]) -> list[str]:
    """Say what is wrong with each raw score, or nothing."""
    assert growing.curvature is not None
    assert growing.last is not None
    scores, curvatures = (
        each.reshape(len(each), -1).T for each in (growing.last, growing.curvature)
    )
    # Leaves that are fitted again may well agree with each other.
    grown = growing.leaves is not None and estimator.get_booster().get_score()
    return [
        _said(
            estimator,
            f" ({names[place]})" if names else "",
            curvature,
            split=grown or raw.min() < raw.max(),
            refitted=growing.leaves is not None,
        )
        for place, (raw, curvature) in enumerate(zip(scores, curvatures, strict=True))
    ]


def _said(estimator: Any, name: str, curvature: Array, *, split: bool, refitted: bool) -> str:
    rows, total, each = len(curvature), float(curvature.sum()), float(curvature.mean())
    least, bound = _or_one(estimator.min_child_weight), _or_one(estimator.reg_lambda)
    told = f"the curvature of all {rows} rows together is {total:.3g} ({each:.2g} a row)"
    # Leaves that are fitted again know no reg_lambda.
    small = f"min_child_weight={each:.1g}" + ("" if refitted else f", reg_lambda={each:.1g}")
    mend = f"Hint: {small}, as one row has it."
    if not split:
        if total < 2 * least:
            return (
                f"no tree has split, so that all rows get one score{name}: {told}, but a split "
                f"needs min_child_weight={least:g} on either side.\n{mend}"
            )
        return (
            f"no tree has split, so that all rows get one score{name}: no split of any feature was "
            f"worth gamma={estimator.gamma or 0:g} with min_child_weight={least:g} on either side; "
            f"{told}.\nHint: look for features that vary, or lower these two."
        )
    if estimator.min_child_weight is None and total < _LEAVES <= rows / 10:
        return (
            f"trees have {int(total)} leaves at most{name}: {told}, and XGBoost's own "
            f"min_child_weight=1 asks for {1 / each:.0f} rows in each leaf.\n{mend}"
        )
    if total < bound and not refitted:
        return (
            f"the model hardly moves its score{name}: {told}, and reg_lambda={bound:g} makes each "
            f"step {1 + bound / total:.3g} times smaller.\n{mend}"
        )
    return ""


def _or_one(given: float | None) -> float:
    """XGBoost's default of both."""
    return 1.0 if given is None else float(given)
