"""Check 2: the matrix of second derivatives that CatBoost takes for several scores a row."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.boosting import objective
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

STEP = 1e-4


def _several(subject: Any) -> str | None:
    other = objective(subject)
    if other is None and not hasattr(subject.candidate.call, "matrix"):
        return "it gives no matrix of second derivatives"
    several = len(subject.contract.prediction.axes) > 1
    return other or (None if several else "each row has one score")


@check(
    number=2,
    reason="CatBoost solves for the step of all classes at once: a sign lost beside the diagonal"
    " turns classes against each other.",
    rule="FAIL where entries beside the diagonal have the wrong sign throughout; zeros are a usual"
    " stand-in.",
    evidence=("LightGBM#4956",),
    applies=_several,
)
def objective_matrix(subject: Any) -> Iterable[Finding]:
    """Second derivatives beside the diagonal are the slopes of the first ones."""
    batch = subject.draw(seed=1)
    name, target = (each.name for each in subject.contract.arguments[:2])
    score, label = batch[name][0], batch[target][0]
    matrix = subject.candidate.call.matrix
    second = matrix(score, label)[1]
    columns = [
        (matrix(score + move, label)[0] - matrix(score - move, label)[0]) / (2 * STEP)
        for move in STEP * np.eye(len(score))
    ]
    found, beside = np.stack(columns, axis=1), ~np.eye(len(score), dtype=bool)
    known = beside & (np.abs(found) > 1e-4) & (np.abs(second) > 1e-6)
    if second.shape != found.shape or known.sum() < 3:
        return
    if np.all(second[known] * found[known] < 0):
        row, column = np.argwhere(known)[0]
        yield fail(
            f"The second derivative by the scores {row} and {column} is"
            f" {second[row, column]:.3g}, where the first has the slope {found[row, column]:.3g}:"
            " the sign is wrong beside the diagonal.",
            subject.example(subject.call(subject.rows(batch, slice(0, 1))), expected=found),
            cause="one sign for the whole matrix: −p_i(1 − p_i) on the diagonal, +p_i p_j beside",
            mend="np.outer(p, p) − np.diag(p)",
        )
