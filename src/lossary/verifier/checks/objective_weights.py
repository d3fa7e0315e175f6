"""Check 16: a row's weight multiplies its gradient and its Hessian."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.adapters.foreign.objective_calls import DatasetCall, EstimatorCall
from lossary.verifier.batch import Batch
from lossary.verifier.boosting import objective
from lossary.verifier.boosting.queries import called
from lossary.verifier.contract import Argument
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.rule import check


def _weighted(subject: Any) -> str | None:
    other = objective(subject)
    if other is None and len(subject.candidate.inputs) < 3:
        return "it takes no weights"
    return other


@check(
    number=16,
    reason="Boosters hand weights to an objective of one's own and do not apply them: what it"
    " leaves out is left out, and a weight on the gradient alone changes every step.",
    rule="FAIL where weights move the gradient and the Hessian by different factors; INFO where"
    " they move neither, FAIL where they are asked for.",
    evidence=("LightGBM#3312", "dmlc/xgboost#7090"),
    applies=_weighted,
)
def objective_weights(subject: Any) -> Iterable[Finding]:
    """A weight multiplies the gradient and the Hessian of its row alike."""
    name = subject.candidate.inputs[2].name
    argument = Argument(name, "weight", ("n",), "weights")
    contract = subject.contract
    subject = replace(subject, contract=contract.but(arguments=(*contract.arguments, argument)))
    plain = subject.draw()
    rows = len(plain[contract.target.name])
    ones = plain.with_(name, np.ones(rows))
    tripled = plain.with_(name, np.full(rows, 3.0))
    try:
        before, after = subject.value(ones), subject.value(tripled)
    except CandidateError as error:
        yield from _raised(subject, plain, ones, error)
        return
    factors = [_factor(*each) for each in zip(before, after, strict=True)]
    moved = [each for each in factors if each is not None] * 2  # a Hessian of zeros stays so
    if np.allclose(moved, 3.0, rtol=1e-4):
        yield from _each_its_own(subject, ones, name, before)
        return
    if np.allclose(moved, 1.0, rtol=1e-6):
        yield from _unmoved(subject, ones, tripled, name, before)
        return
    yield fail(
        f"Weights of 3 multiply the gradient by {moved[0]:.3g} and the Hessian by {moved[1]:.3g};"
        " both have to be multiplied by 3.",
        subject.example(
            subject.call(ones), subject.call(tripled, says="weights of 3"), expected=3 * before
        ),
        cause="the weight stands in one of the two only, or twice",
        mend="grad *= weight; hess *= weight",
    )


def _raised(subject: Any, plain: Batch, ones: Batch, error: CandidateError) -> Iterable[Finding]:
    """Tell an objective that cannot take the weights that it asks for."""
    if not _asked(subject) or isinstance(subject.gives(plain), str):
        return
    yield fail(
        f"With weights of one for each row it raises {str(error).splitlines()[0][:120]}.",
        subject.example(subject.call(ones), expected="the slopes that it gives without weights"),
        cause="weights of the shape (n,) against slopes of the shape (n, k)",
        mend="grad *= weight; hess *= weight (weight[:, None] for several classes)",
    )


def _factor(before: Any, after: Any) -> float | None:
    """Return by how much it has grown; None where it is zero before and after."""
    known = np.abs(before) > 1e-12
    if not known.any():
        return None if not np.any(after) else 1.0
    return float(np.median(after[known] / before[known]))


def _unmoved(
    subject: Any, ones: Batch, tripled: Batch, name: str, before: Any
) -> Iterable[Finding]:
    """Tell weights that are divided by their mean from weights that are not looked at."""
    uneven = ones.with_(name, 1.0 + np.arange(len(ones[name])) % 2)
    if not np.allclose(subject.value(uneven), before):
        return
    if not _asked(subject):
        yield info("It leaves the weights of rows out: weight= has no effect in training.")
        return
    yield fail(
        "It asks for the weights of rows, and leaves them out: weights of 3 change nothing.",
        subject.example(
            subject.call(ones), subject.call(tripled, says="weights of 3"), expected=3 * before
        ),
        cause="the weights are read and not multiplied",
        mend="grad *= weight; hess *= weight",
    )


def _asked(subject: Any) -> bool:
    """Say whether the author wanted weights: a parameter, or a call of get_weight."""
    call = subject.candidate.call
    if isinstance(call, EstimatorCall):
        return True
    return isinstance(call, DatasetCall) and "get_weight" in called(subject)


def _each_its_own(subject: Any, ones: Batch, name: str, before: Any) -> Iterable[Finding]:
    """Look whether each row is multiplied with its own weight."""
    weight = np.arange(len(ones[name])) % 3 + 1.0
    uneven = ones.with_(name, weight)
    found = subject.value(uneven)
    wanted = before * (weight[:, None] if before.ndim == 3 else weight)
    if not np.allclose(found, wanted, rtol=1e-4, atol=1e-9):
        yield fail(
            "Rows are not multiplied with their own weights: the weights"
            f" {', '.join(f'{each:g}' for each in weight)} give other slopes than those factors.",
            subject.example(subject.call(uneven), expected=wanted),
            cause="weights that are broadcast along the wrong axis, or summed",
            mend="grad *= weight; hess *= weight (weight[:, None] for several classes)",
        )
