"""Check 23, by name: what is called positive is drawn near, what is called negative pushed off."""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batches.hints import source
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.standing import a_metric
from lossary.verifier.meaning.words import bears, contrary, named, setting, spelt
from lossary.verifier.rule import check

POSITIVE = ("pos", "positive", "chosen", "winner", "preferred", "better", "similar")
NEGATIVE = ("neg", "negative", "rejected", "loser", "dispreferred", "worse", "dissimilar")
ANCHOR = ("anchor", "query", "a", "q", "anc")
DISTANCES = ("dist", "distance", "d_", "rank", "logit_neg")


def _pair(subject: Any) -> tuple[Any, Any] | None:
    """Return the argument that is called positive, and the one that is called negative."""
    floats = [a for a in subject.contract.arguments if a.role not in ("mask", "weight")]
    found = [
        [a for a in floats if bears(a.name, *words) or tail in spelt(a.name).split("_")]
        for words, tail in ((POSITIVE, "ap"), (NEGATIVE, "an"))
    ]
    whole = all(len(each) == 1 for each in found)
    return (found[0][0], found[1][0]) if whole else None


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss" or a_metric(subject) or contrary(subject):
        return "it is no loss that is held to a target"
    return None if _pair(subject) else "no argument is called positive and another negative"


@check(
    number=23,
    reason="With the two exchanged, a metric-learning loss trains an embedding that separates what"
    " belongs together.",
    rule="FAIL where the loss rises as the positive is brought near and falls as the negative is,"
    " in every batch tried; and where a triplet's margin does not end: a negative that is far off"
    " costs something all the same, or makes up for a row that is wrong.",
    evidence=(
        "optax 0.2.8 triplet_margin_loss",
        "sentence-transformers 5.1.2 TripletLoss",
    ),
    applies=_applies,
)
def named_pairs(subject: Any) -> Iterable[Finding]:
    """What is called positive is drawn near, and what is called negative is pushed off."""
    pair = _pair(subject)
    if pair is None:
        return
    yield from _triplets(subject, *pair)
    tried = [_moves(subject, *pair, seed) for seed in range(6)]
    moved = [each for each in tried if each is not None and abs(each[0] - each[1]) > 1e-9]
    if len(moved) >= 3 and all(good > bad for good, bad, *_ in moved):
        good, bad, near, far = moved[0]
        yield fail(
            f"The loss is higher ({good:.4g}) where {pair[0].name} is near or high and "
            f"{pair[1].name} far or low than with the two exchanged ({bad:.4g}).",
            subject.example(
                subject.call(far, says="the two exchanged"),
                subject.call(near, says=f"as {pair[0].name} and {pair[1].name} should be"),
                expected=f"less than {bad:.4g}",
            ),
            cause="positive and negative exchanged, or a similarity where a distance is meant",
            mend="relu(distance(anchor, positive) - distance(anchor, negative) + margin), or "
            "-logsigmoid(positive - negative)",
        )


def _triplets(subject: Any, positive: Any, negative: Any) -> Iterator[Finding]:
    """Look at triplets with a margin that are settled, and at a batch where some are not."""
    anchor = _anchor(subject)
    axes = {each.axes for each in subject.contract.arguments}
    plain = len(subject.contract.arguments) == 3 and axes == {("n", "d")} and anchor is not None
    if not plain or not named(subject, "triplet") or setting(subject, "margin", "m") is None:
        return
    if named(subject, "hard", "mining", "soft", "ratio") or "exp" in source(subject):
        return
    try:
        yield from _settled(_narrow(subject), anchor.name, positive.name, negative.name)
    except CandidateError:
        return


def _narrow(subject: Any) -> Any:
    """Make the margin small, so that a negative of unit length may lie beyond it as well."""
    words = [each for each in subject.candidate.settings if bears(each, "margin", "m")]
    try:
        return subject.changed(**{words[0]: 0.1})
    except (Unchangeable, CandidateError, IndexError):
        return subject


def _settled(subject: Any, anchor: str, positive: str, negative: str) -> Iterator[Finding]:
    batch = subject.draw(n=4)
    here = batch[anchor]
    good, better = (
        batch.with_(positive, here).with_(negative, -far * here) for far in (100.0, 1000.0)
    )
    low, lower = subject.number(good), subject.number(better)
    if low > 1e-3 and abs(low - lower) < 1e-9 * low:
        yield fail(
            f"Triplets whose positive is the anchor and whose negative is far off cost {low:.4g}, "
            "however far it is: the margin is added to every value, and changes no gradient.",
            subject.example(subject.call(better), expected="0: nothing is left to push"),
            cause="the margin stands outside max(0, ...)",
            mend="relu(distance(anchor, positive) - distance(anchor, negative) + margin)",
        )
        return
    half = np.arange(4)[:, None] < 2
    mixed = good.with_(positive, np.where(half, here, -here))
    mixed = mixed.with_(negative, np.where(half, -100.0 * here, here))
    parts = [subject.number(subject.rows(mixed, rows)) for rows in (slice(2), slice(2, None))]
    whole, least = subject.number(mixed), min(sum(parts), sum(parts) / 2)
    if min(parts) >= 0 and whole < 0.9 * least - 1e-6:
        yield fail(
            f"Two triplets cost {parts[1]:.4g}, two others {parts[0]:.4g}, and the four "
            f"{whole:.4g}: rows whose negative is far off make up for rows that are wrong.",
            subject.example(subject.call(mixed), expected=f"{least:.4g} or more"),
            cause="the mean over rows is taken before max(0, ...)",
            mend="relu(distance(anchor, positive) - distance(anchor, negative) + margin).mean()",
        )


def _anchor(subject: Any) -> Any:
    arguments = subject.contract.arguments
    found = next((a for a in arguments if a.name in ANCHOR), None)
    return found or next((a for a in arguments if bears(a.name, *ANCHOR[:2])), None)


def _moves(subject: Any, positive: Any, negative: Any, seed: int) -> tuple[Any, ...] | None:
    """Return the values with the pair as it should be and exchanged, and the batches."""
    batch = subject.draw(seed)
    if batch[positive.name].shape != batch[negative.name].shape:
        return None
    anchor = _anchor(subject)
    if anchor is not None and batch[anchor.name].shape == batch[positive.name].shape:
        near = batch[anchor.name] + 0.05 * batch[positive.name]
        far = -batch[anchor.name] + 0.3 * batch[negative.name]
    elif bears(positive.name, *DISTANCES) or bears(positive.name, "ap", "dist"):
        near, far = np.minimum(*_both(batch, positive, negative)), None
        far = np.maximum(*_both(batch, positive, negative))
    elif anchor is None:
        near = np.maximum(*_both(batch, positive, negative))
        far = np.minimum(*_both(batch, positive, negative))
    else:
        return None
    good = batch.with_(positive.name, near).with_(negative.name, far)
    bad = batch.with_(positive.name, far).with_(negative.name, near)
    return subject.number(good), subject.number(bad), good, bad


def _both(batch: Any, positive: Any, negative: Any) -> tuple[Any, Any]:
    return batch[positive.name], batch[negative.name]
