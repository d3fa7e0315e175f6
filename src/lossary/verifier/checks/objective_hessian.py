"""Check 2: the Hessian of a boosting objective is a positive number that lets trees split."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.objective_calls import CatBoostCall
from lossary.verifier.boosting import objective
from lossary.verifier.boosting import single as _single
from lossary.verifier.boosting.curvature import GRID
from lossary.verifier.boosting.labels import batch, labels, pairs
from lossary.verifier.boosting.slopes import of
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.rule import check

TINY = 1e-4
"""XGBoost asks for a sum of one in each leaf, LightGBM for a thousandth: here ten thousand rows."""

FAR = np.geomspace(0.01, 120.0, 384)


@check(
    number=2,
    reason="Boosters add up Hessians to decide whether a leaf is large enough: with zeros or"
    " negative numbers no tree ever splits, and nothing is said.",
    rule="FAIL where the Hessian is zero, negative or NaN at all usual scores, or zero on both far"
    " sides of any label, where the gradient is not, or infinite where the score is the label;"
    " INFO where it is so only at some; CatBoost can do without one: INFO.",
    evidence=("dmlc/xgboost#1428", "dmlc/xgboost#7674", "LightGBM#1154"),
    applies=objective,
)
def objective_hessian(subject: Any) -> Iterable[Finding]:
    """The Hessian of an objective is positive."""
    hessian, show = _looked_at(subject)
    broken = ~np.isfinite(hessian)
    if broken.all():
        yield fail(
            "The Hessian is NaN at every usual score and label: trees cannot be grown.",
            show(0, "a finite Hessian"),
            cause="a division by zero or a logarithm of a negative number",
            mend="apply the link (sigmoid, exp) to the raw scores first",
        )
        return
    known = hessian[~broken]
    worst = int(np.argmin(np.where(broken, np.inf, hessian)))
    if not known.any():
        yield _zero(subject, show(worst, "a positive Hessian"))
    elif np.all(known <= 0):
        yield fail(
            f"The Hessian is negative ({known.max():.3g} to {known.min():.3g}) at every score and"
            " label: no leaf ever has enough of it, and trees do not split.",
            show(worst, "a positive Hessian"),
            cause="the sign is turned" + _both(subject),
            mend="return the second derivative of the loss that is minimised, or np.ones_like(p)",
        )
    elif np.mean(known < 0) > 0.02:
        yield info(
            f"The Hessian is negative at {np.mean(known < 0):.0%} of usual scores (down to"
            f" {known.min():.3g}): leaves full of such rows are refused; np.maximum(hess, 1e-6)"
            " keeps them.",
            show(worst, "a positive Hessian"),
        )
    elif np.max(known) < TINY:
        yield warn(
            f"The Hessian is at most {known.max():.3g} a row: XGBoost's min_child_weight of 1 asks"
            f" for {1 / known.max():.3g} rows in every leaf.",
            show(worst, "a Hessian of about the gradient's size"),
            cause="a mean over rows within the objective, or a very flat loss",
            mend="return slopes of each row's own loss, or lower min_child_weight",
        )
    elif _single(subject) is None:
        yield from _at_zero(subject) or _tails(subject)


def _at_zero(subject: Any) -> list[Finding]:
    """Look where the score is the label itself, as in every leaf that is learnt."""
    known = np.array(labels(subject))
    _, hessian = of(subject, known, known)
    _, beside = of(subject, known + 1e-2, known)
    if np.isfinite(hessian).any() or not np.isfinite(beside).all():
        return []
    return [
        fail(
            f"The Hessian is {hessian[0]:.3g} where the score is the label: one such row fills its"
            " leaf, which then takes no step, and the gain of its splits is no number.",
            subject.example(
                subject.call(batch(subject, known[0], known[0])),
                expected="a finite Hessian, as beside it",
            ),
            cause="a division by the error, without the constant that keeps it from zero",
            mend="differentiate the gradient again; or divide by np.maximum(np.abs(error), 1e-3)",
        )
    ]


def _tails(subject: Any) -> Iterable[Finding]:
    """Look far from any label: labels of a hundred are as usual as labels of one."""
    if subject.contract.target.domain != "real":
        return
    if subject.contract.known.get("target.domain") == "assumed":
        return
    gradient, hessian = of(subject, np.concatenate([-FAR, FAR]), np.zeros(2 * len(FAR)))
    sides = gradient.reshape(2, -1), hessian.reshape(2, -1)
    if not all(_cut(*side) for side in zip(*sides, strict=True)):
        return
    catboost = isinstance(subject.candidate.call, CatBoostCall)
    told = info if catboost else fail
    yield told(
        f"The Hessian is zero far from the label on both sides, where the gradient is"
        f" {gradient[-1]:.3g}: a leaf of such rows has a Hessian of 0, LightGBM splits none of them"
        " and XGBoost takes steps as long as the leaf has rows.",
        subject.example(
            subject.call(batch(subject, FAR[-1], 0.0)),
            expected="a positive Hessian, as at the label",
        ),
        cause="the exact curvature of straight tails, as those of Huber's loss",
        mend="return np.ones_like(score), or boost a smooth loss such as pseudo-Huber",
    )


def _cut(gradient: Any, hessian: Any) -> bool:
    """Say whether the Hessian falls to zero at one blow, and not as that of log-cosh fades."""
    zero = hessian == 0
    first = int(np.argmax(zero))
    if not zero.any() or not zero[first:].all() or first < 3:
        return False
    blow = hessian[first - 1] > 0.02 * hessian.max()
    return bool(blow and np.isfinite(gradient).all() and gradient[first:].all())


def _looked_at(subject: Any) -> tuple[Any, Any]:
    """Return Hessians of usual pairs, and a way to show one of them."""
    if len(subject.contract.prediction.axes) > 1:
        drawn = subject.typical
        found = subject.value(drawn)
        return (
            found[1].ravel(),
            lambda _, wanted: subject.example(subject.call(drawn), expected=wanted),
        )
    score, label = pairs(subject, GRID)
    _, hessian = of(subject, score, label)
    return (
        hessian,
        lambda place, wanted: subject.example(
            subject.call(batch(subject, score[place], label[place])), expected=wanted
        ),
    )


def _both(subject: Any) -> str:
    one = hasattr(subject.candidate.given, "calc_ders_range")
    return "; CatBoost's der2 is that of minus the loss, and negative" if one else ""


def _zero(subject: Any, example: Any) -> Finding:
    if hasattr(subject.candidate.given, "calc_ders_range"):
        return info(
            "The second derivative is zero: CatBoost grows trees by gradients alone here; set"
            " leaf_estimation_method='Gradient'.",
            example,
        )
    return fail(
        "The Hessian is zero at every score and label: the sum in a leaf never reaches"
        " min_child_weight, and trees do not split.",
        example,
        cause="the exact curvature of a loss of straight pieces, as the absolute error's",
        mend="return np.ones_like(prediction), or boost a smooth loss such as log-cosh",
    )
