"""Check 39: ten rounds of boosting bring the loss down."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.objective_calls import CatBoostCall
from lossary.verifier.batch import Batch
from lossary.verifier.boosting import single
from lossary.verifier.boosting.slopes import of
from lossary.verifier.boosting.stumps import RATE, ROUNDS, Grown, boosted, table
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.rule import check


@check(
    number=39,
    reason="An objective is five things (gradient, Hessian, start, link, leaf rule) of which a"
    " booster takes two; what comes of them is seen only by boosting.",
    rule="FAIL where ten rounds on a table of 200 rows with a plain trend find no split, raise the"
    " loss, or come to NaN.",
    evidence=("dmlc/xgboost#2602", "LightGBM#7193", "LightGBM#4077"),
    applies=single,
)
def objective_boost(subject: Any) -> Iterable[Finding]:
    """Ten rounds of boosting find splits and lower the loss."""
    if subject.contract.known.get("target.domain") == "assumed":
        return
    _, label = table(subject)
    # CatBoost grows trees by gradients alone where there is no second derivative.
    if isinstance(subject.candidate.call, CatBoostCall) and not _bent(subject, label):
        return
    problem = _problem(boosted(subject, label))
    # A loss that is no bowl may overshoot; one that is wrong climbs at a tenth of the rate too.
    if problem is not None and _problem(boosted(subject, label, RATE / 10)) is None:
        problem = None
    if problem is not None:
        names = (subject.contract.prediction.name, subject.contract.target.name)
        start = Batch(dict(zip(names, (np.zeros(5), label[::40]), strict=True)))
        says, cause = problem
        yield fail(
            says,
            subject.example(subject.call(start, says="the first round"), expected="a step down"),
            cause=cause,
            mend="compare gradient and Hessian with numerical derivatives of the loss",
        )
    yield from _facts(subject)


def _bent(subject: Any, label: Any) -> bool:
    return bool(of(subject, 0.5 + np.zeros(len(label)), label)[1].any())


def _problem(grown: Grown) -> tuple[str, str] | None:
    if not np.isfinite(grown.gain):
        return f"Boosting comes to NaN within {ROUNDS} rounds.", "slopes that overflow"
    if grown.splits == 0:
        says = (
            "No tree ever splits, though the labels follow a plain trend: the Hessians of a leaf"
            " never sum to 0.001, the least that LightGBM asks for."
        )
        return says, "a Hessian that is zero, negative or divided by the number of rows"
    if grown.gain < 0:
        return (
            f"Ten rounds of boosting raise the loss by {-grown.gain:.3g} a row.",
            "a gradient of the wrong sign, or a Hessian that is far too small",
        )
    return None


def _facts(subject: Any) -> Iterable[Finding]:
    """Tell what a booster leaves to whoever writes an objective: start, link."""
    domain = subject.contract.target.domain
    if domain in ("degree", "side"):
        yield info(
            "With an objective of your own predict() gives raw scores: apply the sigmoid yourself,"
            " and start from the log-odds (init_score, base_score)."
        )
    elif domain in ("real", "nonnegative", "positive"):
        yield info(
            "With an objective of your own boosting starts at 0 (boost_from_average does nothing):"
            " hand over a start (init_score, base_margin) and add it to what predict() gives."
        )
