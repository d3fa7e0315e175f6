"""Check 2: the gradient of a boosting objective points uphill."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.boosting import objective
from lossary.verifier.boosting.labels import batch, labels
from lossary.verifier.boosting.shape import Course, course
from lossary.verifier.boosting.slopes import of
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

TURNED = {"degree": (0.0, 1.0), "side": (-1.0, 1.0)}


@check(
    number=2,
    reason="Boosters subtract the gradient: with its sign turned they climb, silently; the error"
    " of LightGBM and XGBoost doubles with every round.",
    rule="FAIL where the gradient is negative above the label and positive below, or positive for"
    " the true class; silent where it turns more than once.",
    evidence=("dmlc/xgboost#2602", "catboost/catboost#521"),
    applies=objective,
)
def objective_sign(subject: Any) -> Iterable[Finding]:
    """The gradient of an objective is positive where the score is too high, negative where low."""
    if subject.contract.structure != "rows":
        return
    if len(subject.contract.prediction.axes) > 1:
        yield from _classes(subject)
        return
    courses = [course(subject.candidate, t, subject.contract.sizes) for t in labels(subject)]
    low, high = TURNED.get(subject.contract.target.domain, (None, None))
    for each in courses:
        wrong = {low: "minus", high: "plus"}.get(each.label) if low is not None else "down"
        if each.pattern == wrong:
            yield _flipped(subject, each)
            return
    if all(each.pattern == "lost" for each in courses):
        yield _lost(subject, courses[-1])
        return
    patterns = {each.pattern for each in courses}
    if len(patterns) == 1 and patterns <= {"plus", "minus"} and not _named(subject):
        yield _blind(subject, courses)


def _named(subject: Any) -> bool:
    return bool(subject.contract.known.get("target.domain") == "declared")


def _flipped(subject: Any, found: Course) -> Finding:
    root = found.label if np.isnan(found.root) else found.root
    above = found.label == TURNED.get(subject.contract.target.domain, (found.label,))[0]
    tried = root + (2.0 if above else -2.0) * np.array([1.0, 0.5, 0.25, 2.0])
    slopes = of(subject, tried, np.full(4, found.label))
    place = int(np.argmin(slopes[0]) if above else np.argmax(slopes[0]))
    score, gradient, hessian = tried[place], slopes[0][place], slopes[1][place]
    both = " The Hessian is negative as well: both signs are turned." if hessian < 0 else ""
    wanted = "positive" if above else "negative"
    maximises = hasattr(subject.candidate.given, "calc_ders_range")
    return fail(
        f"The gradient points downhill: at the label {found.label:g} and the score {score:.3g} it"
        f" is {gradient:.3g} and has to be {wanted}, so that every round moves away.{both}",
        subject.example(
            subject.call(batch(subject, score, found.label)), expected=f"a {wanted} gradient"
        ),
        cause="CatBoost takes the derivatives of what is maximised, minus the loss"
        if maximises
        else "label − prediction for prediction − label, arguments in the other order, or an"
        " objective written for CatBoost, which maximises",
        mend="return label − prediction as der1" if maximises else "return prediction − label",
    )


def _lost(subject: Any, found: Course) -> Finding:
    gradient = float(of(subject, [found.root], [found.label])[0][0])
    side, wanted = ("below", "negative") if gradient > 0 else ("above", "positive")
    return fail(
        f"Far {side} the label the gradient points away from it: {gradient:.3g} at the score"
        f" {found.root:.3g} and the label {found.label:g}.",
        subject.example(
            subject.call(batch(subject, found.root, found.label)), expected=f"a {wanted} gradient"
        ),
        cause="the sign of the error was lost in one branch, as delta for delta · sign(error)",
        mend="multiply by np.sign(prediction − label), or clip the error itself",
    )


def _blind(subject: Any, courses: list[Course]) -> Finding:
    sign = "positive" if courses[0].pattern == "plus" else "negative"
    score = 0.25
    shown = [batch(subject, score, each.label) for each in (courses[0], courses[-1])]
    return fail(
        f"The gradient is {sign} at every score for every label"
        f" ({', '.join(f'{each.label:g}' for each in courses)}): all scores move the same way,"
        " whatever the labels say.",
        subject.example(*(subject.call(b) for b in shown), expected="gradients of both signs"),
        cause="the term of one of the classes is missing, or has lost its sign",
        mend="compare the gradient with a numerical derivative of the loss, for each label",
    )


def _classes(subject: Any) -> Iterable[Finding]:
    if subject.contract.target.domain != "labels":
        return
    name, label = (each.name for each in subject.contract.arguments[:2])
    score = 0.1 * subject.typical[name]
    target = np.arange(len(score)) % score.shape[1]
    drawn = subject.typical.with_(name, score).with_(label, target)
    gradient = subject.value(drawn)[0]
    own = gradient[np.arange(len(target)), target]
    if np.any(own > 1e-9):
        place = int(np.argmax(own))
        row = drawn if subject.contract.sizes else subject.rows(drawn, slice(place, place + 1))
        yield fail(
            f"The gradient of the true class is positive ({own[place]:.3g} where the class is"
            f" {target[place]}), so that every round lowers the score of the right answer.",
            subject.example(subject.call(row), expected="a negative gradient at the true class"),
            cause="one-hot labels minus probabilities, the 1 of another class, or class numbers in"
            " place of one-hot labels",
            mend="return probabilities − one-hot labels",
        )
