"""Check 1: the gradient of a boosting objective against the loss it is meant to be of."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.boosting import single
from lossary.verifier.boosting.curvature import GRID
from lossary.verifier.boosting.labels import batch, pairs
from lossary.verifier.boosting.slopes import of
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.rule import check

STEP = 1e-4


def _given(subject: Any) -> str | None:
    other = single(subject)
    if other is None and subject.contract.value is None:
        return "its loss is not known: hand over value="
    return other


@check(
    number=1,
    reason="A booster never sees the loss: a gradient of something else is boosted as gladly.",
    rule="FAIL where the gradient is no multiple of the slope of the loss handed over; INFO where"
    " it is another multiple than one.",
    evidence=("LightGBM#5350", "dmlc/xgboost#10258"),
    applies=_given,
)
def objective_value(subject: Any) -> Iterable[Finding]:
    """The gradient of an objective is the slope of its loss."""
    score, label = pairs(subject, GRID)
    value = subject.contract.value
    slope = np.array([_slope(value, s, t) for s, t in zip(score, label, strict=True)])
    gradient = of(subject, score, label)[0]
    known = np.isfinite(slope) & np.isfinite(gradient)
    if not known.any():
        return
    s, g = slope[known], gradient[known]
    factor = float(s @ g / max(s @ s, 1e-300))
    # Differences of a value are good to six digits; a kink on the grid may spoil one entry.
    off = np.abs(g - factor * s) > 1e-4 * np.abs(g).max() + 1e-4 * np.abs(g)
    if factor <= 0 or off.mean() > 0.03:
        place = int(np.argmax(np.where(known, np.abs(gradient - max(factor, 0) * slope), -1)))
        yield fail(
            f"The gradient is {gradient[place]:.4g} where the loss handed over has the slope"
            f" {slope[place]:.4g}, at the score {score[place]:.3g} and the label {label[place]:g}.",
            subject.example(
                subject.call(batch(subject, score[place], label[place])),
                expected=f"a gradient of {slope[place]:.4g}",
            ),
            cause="a derivative worked out wrong, or one with respect to the probability and not"
            " to the raw score",
            mend="differentiate the loss with respect to the raw score",
        )
    elif abs(factor - 1) > 0.01:
        yield info(f"The gradient is {factor:.3g} times the slope of the loss handed over.")


def _slope(value: Any, score: float, label: float) -> float:
    high, low = (
        float(np.sum(value(np.array([score + move]), np.array([label])))) for move in (STEP, -STEP)
    )
    return (high - low) / (2 * STEP)
