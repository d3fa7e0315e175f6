"""Check 30: a boosting objective leaves labels, weights and scores as they are."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Batch
from lossary.verifier.boosting import objective
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.rule import check


@check(
    number=30,
    reason="LightGBM hands out the Dataset's own labels and weights: what is written into them"
    " stays, and the next round, the next metric and the next model learn from it.",
    rule="FAIL where labels or weights have changed after a call, or scores have in such a way that"
    " a second call on them gives other slopes; INFO where scores are only clipped.",
    evidence=("LightGBM#4629",),
    applies=objective,
)
def objective_untouched(subject: Any) -> Iterable[Finding]:
    """An objective writes into none of the arrays that it is handed."""
    batch = subject.draw()
    left = _left(subject, batch)
    for name in ("labels", "weights"):
        if name in left:
            yield _kept(subject, batch, name)
            return
    if "scores" in left:
        yield from _scores(subject, batch)


def _left(subject: Any, batch: Batch) -> Any:
    """Return the arrays that a call has written into, weights among them."""
    score, label = (batch[each.name] for each in subject.contract.arguments[:2])
    call = subject.candidate.call
    try:
        subject.candidate.host.run(call, [score, label, 1.0 + np.arange(len(label)) % 3])
        weighed = dict(getattr(call, "left", {}))
    except Exception:  # anything: the loss is somebody else's
        weighed = {}
    subject.value(batch)
    return {**weighed, **getattr(call, "left", {})}


def _kept(subject: Any, batch: Batch, name: str) -> Finding:
    one = name.removesuffix("s")
    return fail(
        f"It writes into the {name} it is handed: get_{one}() gives the table's own array in"
        f" LightGBM, so that the second round trains on other {name}.",
        subject.example(subject.call(batch), expected=f"{name} as they were"),
        cause=f"an assignment such as {name}[{name} == 0] = -1, or an operation such as *=",
        mend=f"{name} = np.where({name} == 0, -1, {name}), which makes a new array",
    )


def _scores(subject: Any, batch: Batch) -> Iterable[Finding]:
    """Tell scores that are clipped, which may be done twice, from scores that are turned."""
    name, call = subject.contract.prediction.name, subject.candidate.call
    first, left = subject.value(batch), call.left["scores"].astype(float)
    order = "F" if getattr(call, "layout", None) == "classes" else "C"
    again = batch.with_(name, left.reshape(batch[name].shape, order=order))
    try:
        same = np.allclose(subject.value(again), first, rtol=1e-6, equal_nan=True)
    except CandidateError:
        same = False
    if same:
        yield info("It clips the scores it is handed in place: whoever reads them next gets those.")
        return
    place = int(np.argmax(np.abs(again[name] - batch[name]).ravel()))
    before, after = (float(each[name].ravel()[place]) for each in (batch, again))
    yield fail(
        f"It overwrites the scores it is handed: a score of {before:.4g} is {after:.4g} after the"
        " call, and a second call on the same array gives other slopes.",
        subject.example(
            subject.call(batch),
            subject.call(again, says="on the scores that it leaves"),
            expected="the same slopes, and scores as they were",
        ),
        cause="an operation in place on the scores: *=, -=, out=, or an assignment by index",
        mend="make a new array: scores = -scores",
    )
