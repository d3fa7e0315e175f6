"""Check 10: a boosting objective at far scores and at labels that are all the same."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.boosting import objective
from lossary.verifier.boosting.extremes import Trial, beyond, trials
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.rule import check
from lossary.verifier.shrinking import shrunk


@check(
    number=10,
    reason="One NaN in the slopes of a row spoils the sums of every leaf that it falls into.",
    rule="FAIL where NaN comes out at scores up to 30 or for a table of one class, or where exp"
    " overflows in a probability (100 in single precision, which is what XGBoost hands over);"
    " WARN for other NaN at 700, and at 30 in single precision.",
    evidence=("dmlc/xgboost#10105", "LightGBM#2128"),
    applies=objective,
)
def objective_edges(subject: Any) -> Iterable[Finding]:
    """Slopes stay finite at far scores, and where all labels are the same."""
    seen = _broken(subject, subject.typical, "float64")
    if seen:
        return
    odd = sorted(trials(subject), key=lambda trial: not trial.usual)
    for trial in odd:
        if _broken(subject, trial.batch, trial.precision):
            if trial.usual or _worth_a_word(subject, trial):
                yield _finding(subject, trial)
            return
    for trial in beyond(subject):
        if _broken(subject, trial.batch, trial.precision) and _overflows(subject, trial):
            yield _finding(subject, trial)
            return


def _worth_a_word(subject: Any, trial: Trial) -> bool:
    """Leave out what LightGBM never hands over, and what a logarithm of zero does at 700."""
    if trial.precision == "float32":
        return getattr(subject.candidate.call, "library", "") != "LightGBM"
    return subject.contract.structure == "rows" and not _signals(subject, trial, "divide")


def _overflows(subject: Any, trial: Trial) -> bool:
    """Say whether it is infinity over infinity, and no logarithm of a probability of zero."""
    return _signals(subject, trial, "over") and not _signals(subject, trial, "divide")


def _signals(subject: Any, trial: Trial, what: str) -> bool:
    names = (each.name for each in subject.contract.arguments[:2])
    arrays = [subject.host.array(trial.batch[name], trial.precision) for name in names]
    raising = np.errstate(over="raise") if what == "over" else np.errstate(divide="raise")
    try:
        with np.errstate(all="ignore"), raising:
            subject.candidate.call(*arrays)
    except FloatingPointError:
        return True
    except Exception:  # anything: the loss is somebody else's
        return False
    return False


def _broken(subject: Any, batch: Any, precision: str) -> bool:
    try:
        return bool(np.isnan(subject.value(batch, precision)).any())
    except CandidateError:
        return False


def _finding(subject: Any, trial: Trial) -> Finding:
    small = shrunk(subject, trial.batch, lambda b: _broken(subject, b, trial.precision))
    found = subject.value(small, trial.precision)
    what = "gradient" if np.isnan(found[0]).any() else "Hessian"
    told = fail if trial.usual else warn
    return told(
        f"The {what} is NaN {trial.says}.",
        subject.example(subject.call(small, trial.precision), expected="finite numbers"),
        cause="exp that overflows, a logarithm of zero times zero, or a division by a count of"
        " rows that are not there",
        mend="use a sigmoid that does not overflow (scipy.special.expit), logaddexp, and counts"
        " of at least one",
    )
