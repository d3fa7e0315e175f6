"""Check 2: the Hessian of a boosting objective against the slope of its gradient."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.boosting import rowwise
from lossary.verifier.boosting.curvature import Curvature, curvature
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.rule import check

SHORT = 0.75
"""A Hessian below this share of the true one makes a step a third too long."""


@check(
    number=2,
    reason="A leaf's value is gradient over Hessian: one that is too small makes every step too"
    " long, and boosting swings or runs away.",
    rule="FAIL where the Hessian has the wrong sign or is smaller than three quarters of the slope"
    " of the gradient without being an expected Hessian; a larger one only slows down: INFO.",
    evidence=("dmlc/xgboost#1818", "dmlc/xgboost#10258", "dmlc/xgboost#11057"),
    applies=rowwise,
)
def objective_gradient(subject: Any) -> Iterable[Finding]:
    """The Hessian is the slope of the gradient, or an upper bound of it."""
    found = curvature(subject)
    if len(found.score) < 8 or found.straight or not found.given.any():
        return
    # Where it is negative throughout, the sign is told by another check.
    if np.all(found.given <= 0):
        return
    link = _chain(found)
    if link:
        yield _by_mean(subject, found, link)
        return
    for label in sorted(set(found.label)):
        ratio = found.at(label)
        if len(ratio) >= 8 and np.ptp(ratio) < 0.02 * np.abs(ratio).max() and ratio[0] < SHORT:
            yield _short(subject, found, label, float(np.median(ratio)))
            return
    yield from _pointwise(subject, found)


def _chain(found: Curvature) -> str | None:
    """Name the link by which gradient and Hessian are differentiated in place of the score."""
    known = np.abs(found.found) > 1e-3 * np.abs(found.gradient) + 1e-9
    given, true = found.given[known], found.found[known]
    if known.sum() < 20 or np.ptp(given) < 1e-6 * np.abs(given).max():
        return None
    p = 1 / (1 + np.exp(-found.score[known]))
    slopes = {"exp(score)": np.exp(found.score[known]), "sigmoid(score)": p * (1 - p)}
    for link, slope in slopes.items():
        if np.mean(np.abs(given * slope - true) < 0.01 * np.abs(true)) > 0.95:
            return link
    return None


def _by_mean(subject: Any, found: Curvature, link: str) -> Finding:
    place = int(np.argmax(np.abs(found.found - found.given)))
    return _finding(
        subject,
        found,
        place,
        f"The Hessian lacks a factor at every score, that of {link}: {found.given[place]:.3g} for"
        f" {found.found[place]:.3g}, at the score {found.score[place]:.3g}.",
        "gradient and Hessian are derivatives by the mean, and boosters need those by the raw"
        " score: the chain rule is missing",
    )


def _short(subject: Any, found: Curvature, label: float, ratio: float) -> Finding:
    place = int(np.argmax((found.label == label) * np.abs(found.found)))
    return _finding(
        subject,
        found,
        place,
        f"The Hessian is {ratio:.3g} times the slope of the gradient at every score"
        f"{_where(subject, label)}{_longer(ratio)}.",
        "a factor or a weight that stands in the gradient and not in the Hessian",
    )


def _where(subject: Any, label: float) -> str:
    if len(subject.contract.prediction.axes) > 1:
        return " of the true class" if label else " of the other classes"
    return f" for the label {label:g}"


def _longer(ratio: float) -> str:
    if ratio <= 0:
        return ": its sign is wrong"
    return f", so that each step is {1 / ratio:.3g} times too long"


def _pointwise(subject: Any, found: Curvature) -> Iterable[Finding]:
    ratio = found.ratio
    known = np.isfinite(ratio) & (found.found > 0)
    if known.sum() < 8:
        return
    # Below the accuracy that is needed for a step nothing is wrong.
    negative = known & (found.given < -1e-6 * np.abs(found.found).max())
    if negative.sum() > 0.05 * known.sum():
        place = int(np.argmin(np.where(negative, found.given, np.inf)))
        says = "The Hessian is negative where the gradient grows with the score"
        yield _finding(subject, found, place, _at(found, place, says), "a lost sign or factor")
        return
    short = known & (ratio < SHORT)
    if short.sum() > 0.1 * known.sum() and not _allowed(subject, found, known):
        place = int(np.argmax(np.where(short, found.found - found.given, -np.inf)))
        says = "The Hessian is smaller than the slope of the gradient"
        yield _finding(
            subject, found, place, _at(found, place, says), "a derivative that was worked out wrong"
        )
        return
    middle = float(np.median(ratio[known]))
    if np.abs(ratio[known] - 1).max() > 0.02:
        constant = np.ptp(ratio[known]) < 0.02 * middle
        says = f"{middle:.3g} times" if constant else "not"
        bound = "" if constant else ": a bound, a clipped one or an expected one"
        yield info(f"The Hessian is {says} the slope of the gradient{bound}.")


def _allowed(subject: Any, found: Curvature, known: Any) -> bool:
    """Say whether it is a usual stand-in: expected, constant, clipped, or the gradient squared."""
    given, true = found.given[known], found.found[known]
    score, label = found.score[known], found.label[known]
    if np.ptp(given) < 1e-6 * np.abs(given).max():
        return bool(given[0] > 0.3 * np.median(true))
    by_label = [dict(zip(score[label == t], given[label == t], strict=True)) for t in set(label)]
    common = set.intersection(*(set(each) for each in by_label))
    blind = all(np.ptp([each[s] for each in by_label]) < 1e-9 for s in common)
    if _expected(subject, found):
        return True
    # The expectation over the labels differs from the curvature of each where these are amounts.
    amounts = subject.contract.target.domain not in ("degree", "side", "labels")
    if amounts and len(by_label) > 1 and blind and len(common) > 3:
        low, high = ({s: pick(true[score == s]) for s in common} for pick in (np.min, np.max))
        inside = [low[s] * SHORT <= by_label[0][s] <= high[s] / SHORT for s in common]
        return bool(np.mean(inside) > 0.4)
    exact = np.abs(given - true) < 0.01 * np.abs(true)
    return bool(exact.mean() > 0.3) or bool(
        np.allclose(given, found.gradient[known] ** 2, rtol=1e-3)
    )


def _expected(subject: Any, found: Curvature) -> bool:
    """Say whether it is the mean curvature of both labels, each as likely as the score says."""
    if subject.contract.target.domain != "degree" or len(subject.contract.prediction.axes) > 1:
        return False
    no, yes = (_by_score(found, label) for label in (0.0, 1.0))
    common = sorted(no.keys() & yes.keys())
    if len(common) < 8:
        return False
    p = 1 / (1 + np.exp(-np.array(common)))
    (g0, f0), (g1, f1) = (np.array([side[s] for s in common]).T for side in (no, yes))
    mean = (1 - p) * f0 + p * f1
    return bool(np.allclose(g0, g1) and np.mean(np.abs(g0 - mean) <= 0.02 * np.abs(mean)) > 0.9)


def _by_score(found: Curvature, label: float) -> dict[float, tuple[float, float]]:
    at = found.label == label
    pairs = zip(found.given[at], found.found[at], strict=True)
    return dict(zip(found.score[at], pairs, strict=True))


def _at(found: Curvature, place: int, says: str) -> str:
    return (
        f"{says}: {found.given[place]:.3g} for {found.found[place]:.3g}, at the score"
        f" {found.score[place]:.3g} and the label {found.label[place]:g}."
    )


def _finding(subject: Any, found: Curvature, place: int, says: str, cause: str) -> Finding:
    expected = f"a Hessian of about {found.found[place]:.4g}, by finite differences of the gradient"
    return fail(
        says,
        subject.example(subject.call(found.show(place)), expected=expected),
        cause=cause,
        mend="differentiate the gradient again, with the same weights and factors",
    )
