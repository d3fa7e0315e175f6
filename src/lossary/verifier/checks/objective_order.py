"""Check 5: a boosting objective takes its arguments in the order in which they are handed over."""

import re
from collections.abc import Iterable
from typing import Any

from lossary.adapters.foreign.objective_calls import EstimatorCall
from lossary.verifier.boosting import objective
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.rule import check

LIBRARIES = re.compile(r"lightgbm|lgbm?|xgboost|xgb|estimator|sklearn|scikit", re.IGNORECASE)


@check(
    number=5,
    reason="The estimators of LightGBM and XGBoost hand the labels over first: an objective that"
    " expects the scores there boosts the labels.",
    rule="FAIL where an objective that names a library takes the scores first; else INFO.",
    evidence=("LightGBM#6219",),
    applies=objective,
)
def objective_order(subject: Any) -> Iterable[Finding]:
    """An objective of two arrays takes the labels first, and then the scores."""
    call = subject.candidate.call
    if not isinstance(call, EstimatorCall) or call.label_first:
        return
    score, label = (each.name for each in subject.candidate.inputs[:2])
    says = f"It takes {score} before {label}; the estimators of boosters hand over labels first"
    words = f"{subject.candidate.name} {subject.candidate.doc}"
    if LIBRARIES.search(words):
        yield fail(
            f"{says}, so that it computes the gradient at the labels.",
            subject.example(subject.call(subject.typical), expected="the labels as first argument"),
            cause="the order of scikit-learn's metrics and of networks' losses got mixed up",
            mend=f"def {subject.candidate.name}({label}, {score}): …",
        )
    else:
        yield info(f"{says}.")
