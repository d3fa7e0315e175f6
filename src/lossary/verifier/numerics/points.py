"""Batches at the far ends of a prediction's domain, each with a few words on where it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.verifier.batch import Array, Batch
from lossary.verifier.meaning.landmarks import settled, shares
from lossary.verifier.meaning.words import told

RAW = ("logit", "scores", "margin")
CHANCES = ("probability", "distribution")
FREE = ("real", "log_amount")
"""Domains without ends, of which a model may leave the usual part."""
SCORES = r"score|logit|reward|_pos|_neg|pos_|neg_|chosen|reject"
ROWS = 4
"""Enough for both answers of yes and no, few enough for many digits."""
DOUBLE = 720.0
"""Its exp overflows in double precision, where that of its opposite is still above zero."""
UNIT = ("unit", "normalized", "normalised", "sphere", "cosine")
LENGTHS = (4.0, 12.0)
"""How long a row of embeddings easily is: as many standard normal numbers, squared."""


@dataclass(frozen=True)
class Point:
    """A batch, and how a reader would name it: "at logits of 100"."""

    says: str
    batch: Batch
    size: float
    """The largest number in the prediction."""


def points(subject: Any) -> Iterator[Point]:
    """Yield the delicate places of the prediction's domain, the mildest first."""
    prediction = subject.contract.prediction
    batch = _few(subject)
    if prediction.domain in RAW:
        yield from _raw(subject, batch)
    elif prediction.domain in CHANCES:
        yield from _chances(subject, batch)
    elif prediction.domain == "real" and compares(subject):
        yield from _errors(subject, batch)
    elif prediction.domain == "real" and _of_scores(subject):
        yield from _differences(subject, batch)
    elif prediction.domain in FREE:
        yield from _elsewhere(subject, batch)


def surely(subject: Any) -> bool:
    """Say whether the prediction's domain was declared or found, and not only assumed."""
    contract = subject.contract
    facts = ("prediction", "prediction.domain", f"{contract.prediction.name}.domain")
    return any(contract.sure(each) for each in facts)


def _few(subject: Any) -> Batch:
    """Draw few rows, in which both outcomes of yes and no occur."""
    sizes = {} if "n" in subject.contract.sizes else {"n": ROWS}
    target = subject.contract.target
    for seed in range(8):
        batch = settled(subject, seed, **sizes)
        if target is None or len(np.unique(batch[target.name])) > 1:
            break
    return batch


def _raw(subject: Any, batch: Batch) -> Iterator[Point]:
    name = subject.contract.prediction.name
    shape = batch[name].shape
    for size in (20.0, 100.0, 1000.0):
        yield Point(f"at logits of {size:g}", batch.with_(name, size * signs(shape)), size)
    if subject.host.name == "numpy":  # which computes in double precision as a rule
        upper = DOUBLE * (signs(shape) > 0)
        yield Point(f"at logits of 0 and {DOUBLE:g}", batch.with_(name, upper), DOUBLE)
    yield Point("where all logits are equal", batch.with_(name, np.zeros(shape)), 0.0)


def signs(shape: tuple[int, ...]) -> Array:
    """Return a mixture of -1 and 1 that is right here and wrong there, also row by row."""
    rng = np.random.default_rng(1)
    found = rng.choice([-1.0, 1.0], shape)
    return np.where(rng.uniform(size=shape) < 0.5, found, -found)


def _chances(subject: Any, batch: Batch) -> Iterator[Point]:
    name = subject.contract.prediction.name
    right = shares(subject, batch)
    if right is None or not ((right == 0) | (right == 1)).all():
        return
    wrong = 1 - right if not _sums_to_one(subject) else np.roll(right, 1, -1)
    for says, share in (("all right", right), ("all wrong", wrong)):
        yield Point(f"at probabilities of exactly 0 and 1, {says}", batch.with_(name, share), 1.0)


def _sums_to_one(subject: Any) -> bool:
    prediction, target = subject.contract.prediction, subject.contract.target
    return prediction.domain == "distribution" or target.domain in ("labels", "distribution")


def compares(subject: Any) -> bool:
    """Say whether prediction and target are the same kind of real numbers, entry by entry."""
    prediction, target = subject.contract.prediction, subject.contract.target
    return bool(target and target.domain == "real" and target.axes == prediction.axes)


def _of_scores(subject: Any) -> bool:
    """Say whether just two rows of scores are held against each other, as those of a pair."""
    arguments = subject.contract.arguments
    plain = all(a.axes == ("n",) and a.domain == "real" for a in arguments)
    return len(arguments) == 2 and plain and all(re.search(SCORES, a.name) for a in arguments)


def _differences(subject: Any, batch: Batch) -> Iterator[Point]:
    first, second = (a.name for a in subject.contract.arguments)
    for size in (100.0, 1000.0):
        half = 0.5 * size * signs(batch[first].shape)
        moved = batch.with_(first, half).with_(second, -half)
        yield Point(f"at differences of {size:g}", moved, size)


def _errors(subject: Any, batch: Batch) -> Iterator[Point]:
    name, target = subject.contract.prediction.name, batch[subject.contract.target.name]
    double = (DOUBLE,) if subject.host.name == "numpy" else ()
    for size in (100.0, *double, 1e4):
        moved = target + size * signs(target.shape)
        yield Point(f"at errors of {size:g}", batch.with_(name, moved), size)


def _elsewhere(subject: Any, batch: Batch) -> Iterator[Point]:
    """Move predictions that no target can be held against: hazards, rates, embeddings."""
    prediction, target = subject.contract.prediction, subject.contract.target
    tied = subject.contract.structure == "batch"
    if tied and len(prediction.axes) == 2 and _embedded(subject):
        yield from _lengths(subject, batch)
    elif tied or (target is not None and target.domain != "real"):
        yield from _shifts(subject, batch, tied)


def _embedded(subject: Any) -> bool:
    """Say whether rows meet rows by products: a distance would stay as rows are shifted."""
    batch = subject.typical
    name = subject.contract.prediction.name
    before, after = (subject.number(b) for b in (batch, batch.with_(name, batch[name] + 1.0)))
    return "d" in subject.contract.prediction.axes and abs(after - before) > 1e-6 * abs(before)


def _lengths(subject: Any, batch: Batch) -> Iterator[Point]:
    """Stretch rows of embeddings to the length that a network's have before normalisation."""
    if told(subject, *UNIT):
        return
    axes = subject.contract.prediction.axes
    for length in LENGTHS:
        longer = batch
        for each in subject.contract.arguments:
            if each.axes == axes and each.domain == "real":
                rows = batch[each.name]
                sizes = np.sqrt((rows * rows).sum(-1, keepdims=True))
                longer = longer.with_(each.name, length * rows / np.maximum(sizes, 1e-9))
        yield Point(f"at embeddings of length {length:g}", longer, length)


def _shifts(subject: Any, batch: Batch, tied: bool) -> Iterator[Point]:
    name = subject.contract.prediction.name
    double = (DOUBLE,) if subject.host.name == "numpy" else ()
    for size in (100.0, *double):
        moved = batch.with_(name, batch[name] + size)
        yield Point(f"where all {name} are near {size:g}", moved, size)
    if tied:
        mixed = np.where(signs(batch[name].shape) > 0, 100.0, -50.0)
        yield Point(f"where {name} are 100 and -50", batch.with_(name, mixed), 100.0)
