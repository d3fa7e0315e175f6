"""Check 23: the value is lowest where the prediction is right."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail
from lossary.verifier.likeness.promised import exchanged
from lossary.verifier.meaning.landmarks import certain, met, ordinary, settled
from lossary.verifier.meaning.standing import a_metric
from lossary.verifier.meaning.words import contrary, named
from lossary.verifier.rule import check
from lossary.verifier.shrinking import shrunk

SEEDS = range(4)
DIVERGENCES = ("kl", "kullback", "js", "jensen_shannon", "divergence", "distil", "kd", "rkl")
RATIOS = ("mape", "smape", "msle", "rmsle", "percent", "relative", "log_")
"""Not defined for predictions below zero, which are told from others by nothing but the name."""


def a_loss(subject: Any) -> str | None:
    """Apply to losses with a prediction and a target, which shall come together."""
    contract = subject.contract
    if contract.kind != "loss":
        return "a boosting objective gives no value"
    if contract.target is None or not contract.roles("prediction"):
        return "no target is known"
    if a_metric(subject):
        return "its name is a metric's, better when higher"
    of_pairs = contract.prediction.domain != "nonnegative" and named(subject, "contrastive")
    if contrary(subject) or of_pairs or named(subject, "hinge_embedding", "identity"):
        return "its name says that the target is no aim"
    return None


@check(
    number=23,
    reason="A loss with a lost minus, or a similarity in place of a distance, trains a model to be"
    " as wrong as it can; the curve falls all the while.",
    rule="FAIL where a right prediction costs more than a wrong one in every batch tried, where"
    " the value falls below the declared infimum, or where a hinge never falls to zero.",
    evidence=(
        "pytorch#60928",
        "Stereo-RCNN#21",
    ),
    applies=a_loss,
)
def infimum(subject: Any) -> Iterable[Finding]:
    """A right prediction costs less than a wrong one, and nothing costs less than the infimum."""
    pairs = [pair for seed in SEEDS if (pair := _pair(subject, seed)) is not None]
    worse = [pair for pair in pairs if _costs_more(subject, *pair)]
    if pairs and len(worse) == len(pairs):
        right, wrong = worse[0]
        yield fail(
            f"A right prediction costs more ({subject.number(right):.4g}) than a wrong one "
            f"({subject.number(wrong):.4g}): training makes the model worse.",
            subject.example(
                subject.call(wrong, says="the prediction is wrong"),
                subject.call(right, says="the prediction is right"),
                expected=f"less than {subject.number(wrong):.4g}",
            ),
            cause="a lost minus, a similarity or a score returned as it is, or two arguments "
            "exchanged",
            mend="return minus the likelihood, or 1 - similarity",
        )
    else:
        yield from _hinged(subject)
    low = [*_below(subject), *_negative(subject)]
    if low and exchanged(subject) is None:  # else likeness says what went wrong
        yield from low


def _hinged(subject: Any) -> Iterator[Finding]:
    """A hinge is zero where the right class leads by more than any margin."""
    if not named(subject, "hinge", "svm", "multi_margin", "multiclass_margin"):
        return
    near, far = (certain(subject, settled(subject), s, right=True) for s in (50.0, 100.0))
    if near is None or far is None or named(subject, "smooth", "embedding"):
        return
    low, lower = subject.number(near), subject.number(far)
    if low > 1e-3 and np.isclose(low, lower, rtol=1e-9):
        small = shrunk(subject, far, lambda b: subject.number(b) > 1e-3)
        yield fail(
            f"A prediction that is right by far still costs {low:.4g}, however far it is: a hinge"
            " falls to zero there.",
            subject.example(subject.call(small), expected="0: the right class leads by 100"),
            cause="the right class is counted among its rivals, and costs its own margin",
            mend="leave the right class out of the sum: margins[arange(n), labels] = 0",
        )


def _negative(subject: Any) -> Iterator[Finding]:
    """A divergence is never negative."""
    if not named(subject, *DIVERGENCES) or subject.contract.prediction.domain == "log_probability":
        return
    tried = [ordinary(subject, seed) for seed in SEEDS]
    values = [subject.number(each) for each in tried]
    if min(values) < -1e-6:
        worst = tried[int(np.argmin(values))]
        small = shrunk(subject, worst, lambda b: subject.number(b) < -1e-6)
        yield fail(
            f"The divergence is negative, {min(values):.4g}; it is 0 where the two agree, and "
            f"above 0 elsewhere.",
            subject.example(subject.call(small), expected="0 or more"),
            cause="a logarithm is missing, as where kl_div is given probabilities and not their "
            "logarithm, or a row does not sum to one",
            mend="kl_div(log_softmax(student), softmax(teacher), reduction='batchmean')",
        )


def _pair(subject: Any, seed: int) -> tuple[Any, Any] | None:
    """Return a right and a wrong prediction of one batch."""
    batch = settled(subject, seed)
    right, wrong = (certain(subject, batch, 4.0, right=each) for each in (True, False))
    if right is not None and wrong is not None:
        return right, wrong
    right = met(subject, batch)
    if right is None:
        return None
    return right, _stranger(subject, right, seed)


def _stranger(subject: Any, right: Any, seed: int) -> Any:
    """Return a prediction drawn far from the target: another batch's, turned round."""
    name = subject.contract.prediction.name
    other = subject.draw(seed + 100)[name]
    if subject.contract.prediction.domain == "real":
        other = -right[name] + other
    return right.with_(name, other)


def _costs_more(subject: Any, right: Any, wrong: Any) -> bool:
    low, high = subject.number(right), subject.number(wrong)
    return bool(low > high + 1e-3 * max(abs(low), abs(high)))


def _below(subject: Any) -> Iterator[Finding]:
    bound = subject.contract.infimum
    if bound is None or not subject.contract.sure("infimum") or not np.isfinite(bound):
        return
    for batch, room in (*((subject.draw(seed), 1e-6) for seed in SEEDS), *_far_off(subject)):
        found = subject.gives(batch)
        value = np.nan if isinstance(found, str) else np.min(found, initial=np.inf)
        if value < bound - room * max(1.0, abs(bound)):
            small = shrunk(subject, batch, partial(_lies_below, subject, bound - room))
            yield fail(
                f"The value falls to {value:.4g}, below its infimum {bound:g}.",
                subject.example(subject.call(small), expected=f"{bound:g} or more"),
                cause="a sign, or a term that is not bounded below",
                mend="look for the term that becomes negative here",
            )
            return


def _lies_below(subject: Any, bound: float, batch: Any) -> bool:
    return bool(np.min(subject.value(batch)) < bound)


def _far_off(subject: Any) -> Iterator[tuple[Any, float]]:
    """Yield predictions that are far out, on one side and on both; epsilons count for more there"""
    name, domain = subject.contract.prediction.name, subject.contract.prediction.domain
    if domain not in ("real", "logit", "scores") or named(subject, *RATIOS):
        return
    usual = subject.typical
    moves = (1e2, -1e2, 1e3, -1e3) if domain == "real" else ()
    for moved in (*(usual[name] * by for by in (10, 100)), *(usual[name] + by for by in moves)):
        yield usual.with_(name, moved), 0.01
