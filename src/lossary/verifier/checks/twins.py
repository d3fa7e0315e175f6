"""Check 23, for two views: a distance or a similarity loss is lowest where the two agree."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.verifier.batches.hints import doc, name
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.words import contrary, named
from lossary.verifier.rule import check

NEAR = ("cosine", "similarity", "distance", "align", "consisten", "invarian", "byol", "simsiam")
APART = ("orthogonal", "diversity", "decorrel", "difference", "dissimilar", "redundan", "separat",
         "repuls", "unsimilar", "disentangl", "independen", "margin", "contrast")  # fmt: skip
BOTH = re.compile(r"(?<![a-z-])symmetric(al)?\b|\bboth directions\b|\bbidirectional\b")
CLIP = re.compile(r"^(open )?clip(( contrastive)? loss\b|$)")
ONE = re.compile(r"\b(not|non|no)[ -]symmetric|one[ -](sided|direction|way)|queue|momentum|memory")


def _sides(subject: Any) -> tuple[str, str] | None:
    """Return two tables of embeddings that a loss is told, or known, to treat alike."""
    contract, said = subject.contract, f"{name(subject)} {doc(subject)}"
    known = CLIP.search(name(subject)) or BOTH.search(said)
    views = [a for a in contract.arguments if a.axes == ("n", "d") and a.domain == "real"]
    others = [a for a in contract.arguments if a not in views and "n" in a.axes]
    alone = contract.target is None and len(views) == 2 and not others
    return (views[0].name, views[1].name) if known and alone and not ONE.search(said) else None


def _applies(subject: Any) -> str | None:
    if subject.contract.kind == "loss" and _sides(subject):
        return None
    return _apart(subject)


def _apart(subject: Any) -> str | None:
    contract = subject.contract
    arguments = contract.arguments
    if contract.kind != "loss" or len(arguments) != 2 or contract.target is not None:
        return "it does not compare two views"
    if arguments[0].axes != arguments[1].axes or not named(subject, *NEAR):
        return "its name does not say that two views shall agree"
    apart = contrary(subject) or named(subject, *APART) or not named(subject, "loss", "distance")
    return "its name says that the two shall differ" if apart else None


@check(
    number=23,
    reason="A similarity that is minimised drives the two views of one thing apart.",
    rule="FAIL where two views that are equal cost more than views that are not, in every batch; a"
    " name that says they shall differ is left alone. FAIL where a loss that is said to be"
    " symmetric, as CLIP's is, gives another value with its two tables exchanged.",
    evidence=("sentence-transformers 5.1.2 TripletLoss",),
    applies=_applies,
)
def twins(subject: Any) -> Iterable[Finding]:
    """Two views that agree cost less than two that do not; which comes first may not matter."""
    yield from _one_way(subject)
    if _apart(subject) is not None:
        return
    first, second = (each.name for each in subject.contract.arguments)
    pairs = []
    for seed in range(4):
        batch = subject.draw(seed)
        pairs.append((batch.with_(second, batch[first]), batch))
    values = [(subject.number(equal), subject.number(other)) for equal, other in pairs]
    if all(equal > other + 1e-3 * abs(other) for equal, other in values):
        yield fail(
            f"Two views that are equal cost {values[0][0]:.4g}, more than two that are not, "
            f"{values[0][1]:.4g}: training drives them apart.",
            subject.example(
                subject.call(pairs[0][1], says="two views that differ"),
                subject.call(pairs[0][0], says="two views that are equal"),
                expected=f"less than {values[0][1]:.4g}",
            ),
            cause="a similarity is returned as it is",
            mend="1 - similarity, or minus the similarity",
        )


def _one_way(subject: Any) -> Iterator[Finding]:
    sides = _sides(subject)
    if sides is None:
        return
    first, second = sides
    pairs = [(b, b.with_(first, b[second]).with_(second, b[first])) for b in _drawn(subject)]
    found = [(subject.number(one), subject.number(other)) for one, other in pairs]
    if not all(
        np.isfinite(each).all() and not np.isclose(each[0], each[1], rtol=1e-3) for each in found
    ):
        return
    (batch, turned), (here, there) = pairs[0], found[0]
    yield fail(
        f"A loss of both directions gives {here:.4g}, and {there:.4g} with {first} and {second} "
        "exchanged: only one direction is trained.",
        subject.example(
            subject.call(batch), subject.call(turned, says="exchanged"), expected=f"{here:.6g}"
        ),
        cause="both terms take the softmax over the same axis: a transposed table and the other "
        "axis undo each other",
        mend="(cross_entropy(scores, diagonal) + cross_entropy(scores.T, diagonal)) / 2, both over "
        "the last axis",
    )


def _drawn(subject: Any) -> list[Any]:
    return [subject.draw(seed) for seed in range(2)]
