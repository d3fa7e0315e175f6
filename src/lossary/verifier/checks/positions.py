"""Check 19, along a sequence: each position is held against its own label, or the next one."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.hints import doc, name
from lossary.verifier.finding import Finding, fail
from lossary.verifier.rule import always, check

AHEAD = re.compile(r"causal|next|autoregress|\blm\b|language|t ?\+ ?1")
BACKWARDS = re.compile(r"revers|backwards?[ -](l|direction|model)|bidirect|right[ -]to[ -]left")
BACK = re.compile(r"revers|backward|bidirect|span|permut|shuffl|ctc|transduc|align|crf|viterbi")
SIZES = {"n": 3, "t": 5}


def _applies(subject: Any) -> str | None:
    contract = subject.contract
    if always(subject) is not None or not contract.target or not contract.roles("prediction"):
        return "no prediction and target are known"
    axes = contract.prediction.axes, contract.target.axes
    if axes not in ((("n", "t", "k"), ("n", "t")), (("n", "k", "t"), ("n", "t"))):
        return "it takes no sequences of labels"
    if not subject.host.slopes:
        return f"{subject.host.name} does not differentiate"
    return "its labels are aligned within" if BACK.search(name(subject)) else None


@check(
    number=19,
    reason="A reshape that mixes batch and time holds each position against another one's label;"
    " a shift to the wrong side lets a language model read the answer.",
    rule="FAIL where a label meets positions of other rows only, or, in a loss that speaks of the"
    " next step, only positions that come after it.",
    evidence=("transformers#47394", "weirme/FCSN#32"),
    applies=_applies,
)
def positions(subject: Any) -> Iterable[Finding]:
    """Each label meets the prediction of its own row, and of its own position or the one before."""
    sizes = {axis: size for axis, size in SIZES.items() if axis not in subject.contract.sizes}
    batch = subject.draw(0, **sizes)
    places = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 1), (2, 3)]
    shape = batch[subject.contract.target.name].shape
    found = [
        (place, _met(subject, batch, place))
        for place in places
        if place[0] < shape[0] and place[1] < shape[1]
    ]
    met = [(place, each) for place, each in found if each]
    crossed = [(p, each) for p, each in met if all(row != p[0] for row, _ in each)]
    late = [(p, each) for p, each in met if all(t > p[1] for _, t in each)]
    if len(crossed) >= 2:
        yield _other_row(subject, batch, *crossed[0])
    elif met and len(late) == len(met) and _ahead(subject):
        yield _too_late(subject, batch, *late[0])


def _ahead(subject: Any) -> bool:
    """Say whether the loss speaks of the next step, and not of the one before."""
    said = f"{name(subject)} {doc(subject)}"
    return bool(AHEAD.search(said)) and not BACKWARDS.search(said)


def _met(subject: Any, batch: Any, place: tuple[int, int]) -> set[tuple[int, int]]:
    """Return the positions of the prediction whose gradient hangs on the label at this place."""
    target, first = subject.contract.target.name, subject.contract.prediction
    label = int(batch[target][place])
    k = batch[first.name].shape[first.axes.index("k")]
    try:
        here, there = (
            subject.slope(batch.changed(target, place, each)) for each in (label, (label + 1) % k)
        )
    except CandidateError:
        return set()
    if here is None or there is None:
        return set()
    moved = np.abs(here - there).max(axis=first.axes.index("k"))
    return {(int(r), int(t)) for r, t in zip(*np.nonzero(moved > 1e-9), strict=True)}


def _other_row(subject: Any, batch: Any, place: Any, met: Any) -> Finding:
    row, time = min(met)
    return fail(
        f"The label of row {place[0]} at position {place[1]} is held against the prediction of row"
        f" {row} at position {time}.",
        subject.example(
            subject.call_slope(batch), expected="a gradient that hangs on a row's own labels"
        ),
        cause="a reshape or a transpose that mixes the rows with the positions",
        mend="logits.reshape(-1, k) with targets.reshape(-1), both in the order (row, position)",
    )


def _too_late(subject: Any, batch: Any, place: Any, met: Any) -> Finding:
    time = min(met)[1]
    return fail(
        f"The label at position {place[1]} is held against the prediction at position {time}, which"
        " has read it already: the model learns to copy.",
        subject.example(
            subject.call_slope(batch), expected=f"position {place[1] - 1} learns from this label"
        ),
        cause="the shift goes to the wrong side",
        mend="logits[:, :-1] beside labels[:, 1:]",
    )
