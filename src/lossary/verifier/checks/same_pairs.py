"""Check 23, for pairs with a label: what is said to be the same is drawn together."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batches.hints import doc, name, source
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.words import named, setting, spelt
from lossary.verifier.rule import check

SAME = re.compile(r"(^|_)(same|similar|is_same|is_similar|is_match|match|positive_pair)($|_)")
UNLIKE = re.compile(r"(^|_)(not?|non|un|dis|diff\w*)($|_)")
SAID = re.compile(r"\b1 (for|if|where|means|when|=)[^.;\n]{0,24}\b(same|similar|match)\b")
NOT = re.compile(r"\b1 (for|if|where|means|when|=)[^.;\n]{0,24}\b(dis|not |un|differ)")
GROUPS = ("sup_con", "supcon", "supervised_contrast", "contrast", "triplet", "metric")
PAIRED = ("contrast", "siamese", "hadsell", "cosine_embedding")
OTHER = re.compile(
    r"parameter|cent(er|re|roid)|prox(y|ies)|prototyp|queue|memory|bank|fair|debias|adversar|"
    r"disentangl|invarian|unlearn|uniform"
)
"""Rows that are held against something else than each other, or pushed apart on purpose."""


def _pairs(subject: Any) -> tuple[Any, Any, Any] | None:
    """Return two embeddings and the yes or no beside them."""
    arguments = subject.contract.arguments
    views = [a for a in arguments if a.domain == "real" and a.axes == ("n", "d")]
    label = [a for a in arguments if a.domain == "degree" and a.axes == ("n",)]
    if len(views) != 2 or len(label) != 1 or len(arguments) != 3:
        return None
    said = doc(subject)
    spelling = spelt(label[0].name)
    told = SAME.search(spelling) or SAID.search(said)
    unsure = UNLIKE.search(spelling) or NOT.search(said)
    return (views[0], views[1], label[0]) if told and not unsure else None


def _groups(subject: Any) -> tuple[Any, Any] | None:
    """Return embeddings and their labels, in a loss that groups by label."""
    arguments = subject.contract.arguments
    written = f"{name(subject)} {doc(subject)} {source(subject).lower()}"
    if len(arguments) != 2 or not named(subject, *GROUPS) or OTHER.search(written):
        return None
    views = [a for a in arguments if a.domain == "real" and a.axes == ("n", "d")]
    labels = [a for a in arguments if a.domain == "labels" and a.axes == ("n",)]
    return (views[0], labels[0]) if views and labels else None


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    known = _pairs(subject) or _groups(subject) or _labelled(subject)
    return None if known else "no label says which embeddings belong together"


@check(
    number=23,
    reason="With the label turned round, an embedding separates what belongs together.",
    rule="FAIL where a pair that is the same, by the argument's name or the docstring, costs less"
    " apart than together; where rows that share a label cost less apart; and where pairs of a"
    " contrastive loss cost more a hundred margins apart than together, whatever their label.",
    evidence=("keras#16935", "keras#1866", "pytorch-metric-learning#549"),
    applies=_applies,
)
def same_pairs(subject: Any) -> Iterable[Finding]:
    """What is said to be the same costs less together than apart."""
    yield from _endless(subject)
    found = _together(subject) or _sorted(subject)
    if found is None:
        return
    near, far = found
    try:
        low, high = subject.number(near), subject.number(far)
    except CandidateError:
        return
    if np.isfinite([low, high]).all() and low > high + 1e-6 * max(1.0, abs(high)):
        yield fail(
            f"What is said to be the same costs {low:.4g} together and {high:.4g} apart: the"
            " embedding is trained to separate it.",
            subject.example(
                subject.call(far, says="the same, and apart"),
                subject.call(near, says="the same, and together"),
                expected=f"less than {high:.4g}",
            ),
            cause="the label is turned round, or a mask holds the pairs of different labels",
            mend="same * d**2 + (1 - same) * relu(margin - d)**2",
        )


def _together(subject: Any) -> Any:
    """Return pairs that are the same, near each other and far."""
    found = _pairs(subject)
    if found is None:
        return None
    first, second, label = found
    batch = subject.typical.with_(label.name, np.ones(subject.typical[label.name].shape))
    here = batch[first.name]
    near, far = here + 0.01, -here + 3.0
    return batch.with_(second.name, near), batch.with_(second.name, far)


def _sorted(subject: Any) -> Any:
    """Return rows that point where their labels do, and rows that point where others' do."""
    found = _groups(subject)
    if found is None or {"n", "k", "d"} & {*subject.contract.sizes} - {"k"}:
        return None
    first, labels = found
    batch = subject.draw(n=6)
    two = np.array([0, 0, 0, 1, 1, 1])
    place = np.eye(batch[first.name].shape[1])[two]
    crossed = place[[0, 3, 1, 4, 2, 5]]
    batch = batch.with_(labels.name, two)
    return batch.with_(first.name, place), batch.with_(first.name, crossed)


def _labelled(subject: Any) -> tuple[Any, list[Any]] | None:
    """Return the yes or no of a contrastive loss, and its distance or its two embeddings."""
    arguments = subject.contract.arguments
    label = [a for a in arguments if a.domain in ("degree", "side") and a.axes[:1] == ("n",)]
    held = [a for a in arguments if a not in label]
    lengths = [a.domain for a in held] == ["nonnegative"] and held[0].axes == label[0].axes
    views = [(a.domain, a.axes) for a in held] == [("real", ("n", "d"))] * 2
    known = len(label) == 1 and named(subject, *PAIRED) and (lengths or views)
    return (label[0], held) if known else None


def _endless(subject: Any) -> Iterator[Finding]:
    """One of the two kinds of pairs costs no more far apart than together: those that differ."""
    found = _labelled(subject)
    if found is None:
        return
    label, held = found
    far = 100 * max(1.0, abs(setting(subject, "m", "margin") or 1.0))
    shown = []
    for answer in (-1.0 if label.domain == "side" else 0.0, 1.0):
        batch = subject.typical
        batch = batch.with_(label.name, np.full(batch[label.name].shape, answer))
        near, off = (_at(batch, held, each) for each in (0.0, far))
        values = [subject.gives(each) for each in (near, off)]
        if any(isinstance(each, str) for each in values):
            return
        low, high = (float(np.sum(each)) for each in values)
        if not low + 1e-6 * max(1.0, abs(low)) < high:
            return
        shown.append((off, low, high, answer))
    batch, low, high, answer = max(shown, key=lambda each: each[1])
    yield fail(
        f"Pairs of both kinds are drawn together: those of the label {answer:g} cost {low:.4g} at "
        f"the distance 0 and {high:.4g} at {far:g}, far beyond any margin, and those of the other "
        "label cost more there too.",
        subject.example(subject.call(batch), expected="0, as at any distance beyond the margin"),
        cause="max(0, margin - distance) has lost its max: beyond the margin its square grows",
        mend="same * d**2 + (1 - same) * relu(margin - d)**2",
    )


def _at(batch: Any, held: list[Any], distance: float) -> Any:
    """Bring every pair to a distance: the one that is handed over, or that of two embeddings."""
    if len(held) == 1:
        return batch.with_(held[0].name, np.full(batch[held[0].name].shape, distance))
    rows = batch[held[0].name]
    lengths = np.maximum(np.sqrt((rows**2).sum(-1, keepdims=True)), 1e-9)
    return batch.with_(held[1].name, rows - distance * rows / lengths)
