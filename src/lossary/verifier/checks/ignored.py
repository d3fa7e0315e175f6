"""Check 8: batches at the edge: nothing valid, one entry valid, one class only, one row only."""

import re
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.batches import hints, leaving_out, rows
from lossary.verifier.batches.structure import structure
from lossary.verifier.checks.empty import HUGE, cut_off
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.rule import check

SPREAD = re.compile(r"\b(std|var)\(")
"""Of one row there is no deviation: a loss that divides by it takes no batch of one."""

PAIRED = re.compile(
    r"at least (two|2)|\bp ?[x*] ?k\b|\bpk\b|every (class|label|identity) (twice|has)"
)
"""A batch that is built of several rows of each label knows no row without a positive."""


@dataclass(frozen=True)
class Edge:
    """One batch at the edge, and whether it may be worth NaN."""

    words: str
    subject: Any
    batch: Batch
    mend: str
    severity: Callable[..., Finding] = fail
    kind: str = ""


@check(
    number=8,
    reason="A batch of background only, an image without objects, or a sample whose labels are all"
    " masked comes along once in a thousand steps, and then ends the training.",
    rule="FAIL where such a batch is worth NaN or a huge number, raises, or loses its gradient;"
    " INFO where the framework's own loss gives NaN for nothing valid; silent where the loss says"
    " itself that it takes no targets that are all alike.",
    evidence=("pytorch#70348", "pytorch-metric-learning#98", "pytorch-metric-learning#107",
              "U2PL#16", "mmsegmentation#2996"),
    applies=rows.no_rows,
)  # fmt: skip
def ignored(subject: Any) -> Iterable[Finding]:
    """Batches with nothing, or one thing only, to learn from have a finite value and gradient."""
    found = structure(subject)
    if not np.isfinite(found.value):
        return
    for edge in _edges(subject):
        problem = _problem(edge)
        if problem is not None:
            yield _finding(edge, *problem)


def _edges(subject: Any) -> Iterator[Edge]:
    yield from _left_out(subject)
    yield from _one_sided(subject)
    yield from _lonely(subject)
    yield from _one_row(subject)


def _left_out(subject: Any) -> Iterator[Edge]:
    for way in leaving_out.ways(subject):
        batch, _ = leaving_out.draw(way)
        everything = np.ones(way.shape(batch), dtype=bool)
        severity = info if leaving_out.by_framework(subject) else fail
        mend = "divide by max(number of valid entries, 1)"
        yield Edge(
            f"all entries left out ({way.words})", way.subject, way.without(batch, everything),
            mend, severity,
        )  # fmt: skip
        one = everything.copy()
        one[(0,) * one.ndim] = False
        yield Edge(
            f"one entry that counts ({way.words})",
            way.subject,
            way.without(batch, one),
            mend,
        )


def _one_sided(subject: Any) -> Iterator[Edge]:
    """Yield batches whose targets are all alike: no positives, no negatives, one class."""
    target = subject.contract.target
    batch = leaving_out.nothing(subject, subject.draw(n=6))
    if target is None or target.axes[:1] != ("n",):
        return
    severity = warn if hints.together(subject) else fail
    mend = "divide by max(count, 1), and keep the sum in the graph: prediction.sum() * 0"
    sides = {"degree": ((0.0, "no positives"), (1.0, "no negatives")),
             "side": ((-1.0, "no positives"), (1.0, "no negatives")),
             "labels": ((0, "one class only, 0"), (1, "one class only, 1"))}  # fmt: skip
    for value, words in sides.get(target.domain, ()):
        if value == subject.contract.ignore:
            continue  # nothing valid, which is tried by itself
        same = np.full_like(batch[target.name], value)
        yield Edge(words, subject, batch.with_(target.name, same), mend, severity, "one-sided")


def _lonely(subject: Any) -> Iterator[Edge]:
    """Yield embeddings of which one has an identity that no other one has."""
    first, target = subject.contract.prediction, subject.contract.target
    if target is None or target.domain != "labels" or target.axes != ("n",):
        return
    used = {axis for each in subject.contract.arguments for axis in each.axes}
    if first.axes != ("n", "d") or "k" in used or structure(subject).rowwise:
        return
    if PAIRED.search(hints.doc(subject)):
        return
    batch = leaving_out.nothing(subject, subject.draw(n=3))
    lonely = np.array([0, 0, 1], dtype=batch[target.name].dtype)
    mend = "average over the anchors that have positives: count.clamp(min=1), and mask the others"
    words = "a label that only one row has"
    yield Edge(words, subject, batch.with_(target.name, lonely), mend, fail, "one-sided")


def _one_row(subject: Any) -> Iterator[Edge]:
    if structure(subject).rowwise and not SPREAD.search(hints.source(subject)):
        mend = "name the axis that is squeezed: squeeze(-1); divide by n, not by n - 1"
        yield Edge("one row", subject, leaving_out.nothing(subject, subject.draw(n=1)), mend)


def _problem(edge: Edge) -> tuple[str, Any] | None:
    """Say what is wrong with the value or the gradient, and make the call that shows it."""
    subject, batch = edge.subject, edge.batch
    found = subject.gives(batch)
    if isinstance(found, str):
        if edge.kind == "one-sided" and _refused(subject, batch):
            return None
        return f"raises {found.splitlines()[0][:120]}", subject.call(batch)
    size = float(np.max(np.abs(found), initial=0.0))
    if not np.isfinite(size) or size > HUGE * (1 + abs(_usual(subject))):
        return f"is worth {float(np.sum(found)):.4g}", subject.call(batch)
    if not subject.differentiable:
        return None
    if cut_off(subject, batch):
        return "is worth a number that hangs on no prediction: backward raises", subject.call_slope(
            batch
        )
    slope = _slope(subject, batch)
    if slope is not None and not np.isfinite(slope).all():
        return f"has the gradient {slope[~np.isfinite(slope)][0]:.4g}", subject.call_slope(batch)
    return None


def _refused(subject: Any, batch: Batch) -> bool:
    """Say whether the error is one that was written on purpose: such a batch has no value here."""
    try:
        subject.value(batch)
    except CandidateError as error:
        frames = traceback.extract_tb(error.__cause__.__traceback__ if error.__cause__ else None)
        written = frames[-1].line if frames else ""
        return (written or "").startswith(("raise ", "assert "))
    return False


def _slope(subject: Any, batch: Batch) -> Any:
    try:
        return subject.slope(batch)
    except CandidateError:
        return None


def _usual(subject: Any) -> float:
    try:
        found = subject.number(subject.typical)
    except CandidateError:
        return 0.0
    return float(found) if np.isfinite(found) else 0.0


def _finding(edge: Edge, problem: str, call: Any) -> Finding:
    return edge.severity(
        f"A batch with {edge.words} {problem}; an ordinary one is worth"
        f" {_usual(edge.subject):.4g}.",
        edge.subject.example(call, expected="a finite number, and a finite gradient"),
        cause="a division by a count that can be zero, or a new constant in place of a sum",
        mend=edge.mend,
    )
