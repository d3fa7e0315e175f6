"""Check 2: the gradient of an objective whose rows hang together rises with the row's own score."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.boosting import objective
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import check

STEP = 1e-4
RANKS = re.compile(r"rank|pair|ndcg", re.IGNORECASE)


def _together(subject: Any) -> str | None:
    contract = subject.contract
    if objective(subject):
        return objective(subject)
    alone = contract.structure == "rows" or len(contract.prediction.axes) > 1
    return "its rows do not hang on each other" if alone else None


@check(
    number=2,
    reason="Boosters subtract the gradient: with its sign turned a ranking puts the worst first,"
    " and a survival model the longest lives in the greatest danger.",
    rule="FAIL where the gradient of a row falls with its own score at nine rows of ten though the"
    " Hessian is positive, or where a ranking lowers what has the highest label.",
    evidence=("dmlc/xgboost#2602",),
    applies=_together,
)
def objective_together(subject: Any) -> Iterable[Finding]:
    """A row's own gradient rises with its score, and rankings lift higher labels."""
    given, found = (np.concatenate(each) for each in zip(*_slopes(subject), strict=True))
    known = np.isfinite(found) & np.isfinite(given) & (np.abs(found) > 1e-6) & (given != 0)
    falls = known & (found < 0) & (given > 0)
    if known.sum() >= 6 and falls.sum() >= 0.9 * known.sum():
        yield _falling(subject, float(np.median(found[falls])), float(np.median(given[falls])))
        return
    drift = _drift(subject)
    if drift is not None:
        yield drift
    elif RANKS.search(f"{subject.candidate.name} {subject.candidate.doc}"):
        yield from _lowered(subject)


def _drift(subject: Any) -> Finding | None:
    """Look at slopes that do not change with a shift of all scores: they have to sum to zero."""
    drawn = [subject.draw(seed=seed) for seed in (0, 1, 2)]
    apart = [_sums(subject, _without_ties(subject, each)) for each in drawn]
    # Ties are counted in several ways; without any, a loss of two classes has no pair at all.
    alone = all(each is not None and each[1] == 0 for each in apart)
    known = [_sums(subject, each) for each in drawn] if alone else apart
    sums = [abs(each[0]) / each[1] if each and each[1] else 0.0 for each in known]
    if not np.median(sums) > 0.02 or None in known:
        return None
    return fail(
        f"The slopes are the same when all scores rise by 1.5, so that only differences count, and"
        f" yet they sum to {_most(known):.3g} and not to zero: something is counted once only.",
        subject.example(subject.call(subject.typical), expected="gradients that sum to zero"),
        cause="grad[index] -= push with an index that comes twice counts the last one only, or"
        " pushes one row of a pair and not the other, or takes the wrong rows as those at risk",
        mend="np.add.at(grad, index, push), and the same push with the other sign",
    )


def _most(known: list[Any]) -> float:
    return float(max((each[0] for each in known), key=abs))


def _sums(subject: Any, batch: Batch) -> tuple[float, float] | None:
    """Return the sum of the slopes and that of their sizes; None where a shift changes them."""
    name = subject.contract.prediction.name
    here, there = (subject.value(batch.with_(name, batch[name] + by))[0] for by in (0.0, 1.5))
    size = float(np.abs(here).sum())
    same = np.isfinite(size) and np.allclose(here, there, rtol=1e-6, atol=1e-9 * size)
    return (float(here.sum()), size) if same else None


def _without_ties(subject: Any, batch: Batch) -> Batch:
    """Give every row a label of its own."""
    name, rows = subject.contract.target.name, np.arange(len(batch[subject.contract.target.name]))
    return batch.with_(name, 0.5 + (rows * 5) % 7 + 7.0 * (rows > 6))


def _slopes(subject: Any) -> list[tuple[Any, Any]]:
    """Return Hessians given, and slopes of each row's gradient in its own score."""
    name, columns = subject.contract.prediction.name, []
    for seed in (0, 1, 2):
        batch = subject.draw(seed=seed)
        rows = np.arange(len(batch[name]))
        columns.append((subject.value(batch)[1], _own(subject, batch, name, rows)))
    return columns


def _own(subject: Any, batch: Any, name: str, rows: Any) -> Any:
    def at(row: int, move: float) -> float:
        moved = batch.with_(name, batch[name] + move * (rows == row))
        return float(subject.value(moved)[0][row])

    return np.array([(at(row, STEP) - at(row, -STEP)) / (2 * STEP) for row in rows])


def _falling(subject: Any, found: float, given: float) -> Finding:
    return fail(
        f"A row's gradient falls as its own score rises (by {found:.3g} for each unit), where the"
        f" Hessian given is {given:.3g}: the gradient points downhill, and every round moves away.",
        subject.example(subject.call(subject.typical), expected="gradients of the other sign"),
        cause="the sign of the gradient is turned, as that of a log-likelihood or of a gain",
        mend="return the slope of what is minimised",
    )


def _lowered(subject: Any) -> Iterable[Finding]:
    """Look at scores that are nearly all alike: the highest label has to rise, the lowest fall."""
    batch = subject.draw(n=6)
    score, label = (each.name for each in subject.contract.arguments[:2])
    level = np.array([2.0, 0.0, 1.0, 3.0, 0.0, 1.0])
    even = batch.with_(label, level).with_(score, 1e-3 * np.array([3.0, 1.0, 5.0, 2.0, 4.0, 0.0]))
    gradient = subject.value(even)[0]
    if gradient[3] > 0 > gradient[[1, 4]].max():
        yield fail(
            f"At scores that are alike the row of the highest label has the gradient"
            f" {gradient[3]:.3g} and those of the lowest {gradient[1]:.3g} and {gradient[4]:.3g}:"
            " boosting puts the worst first.",
            subject.example(subject.call(even), expected="a negative gradient in row 3"),
            cause="the two rows of a pair are exchanged, or the sign is turned",
            mend="grad[better] -= push; grad[worse] += push",
        )
