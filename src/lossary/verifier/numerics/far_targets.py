"""Batches whose targets are delicate: certain ones of a distribution, far ones of a density."""

from collections.abc import Iterator
from typing import Any

from lossary.verifier.meaning.landmarks import classes_axis, one_hot, ordinary
from lossary.verifier.meaning.words import bears, named
from lossary.verifier.numerics.points import Point

DENSITIES = ("mdn", "mixture", "nll", "gauss", "gmm", "density", "likelihood")
FAR = (100.0, 400.0)
"""Fifty deviations away and more, where the density of a normal distribution is below all floats"""
SOFT = ("teacher", "soft", "student", "logit")
"""Chances that a softmax has given are never quite zero."""


def target_points(subject: Any) -> Iterator[Point]:
    """Yield batches with delicate targets, at predictions well inside their domain."""
    target = subject.contract.target
    if target is None or len(subject.contract.roles("target")) > 1:
        return
    if target.domain == "distribution" and subject.contract.sure("target.domain"):
        yield from _certain(subject, target)
    if target.domain == "real" and named(subject, *DENSITIES):
        batch = ordinary(subject)
        for far in FAR:
            says = f"where {target.name} lies {far:g} away"
            yield Point(says, batch.with_(target.name, batch[target.name] + far), 1.0)


def _certain(subject: Any, target: Any) -> Iterator[Point]:
    if bears(target.name, *SOFT) or "k" not in target.axes:
        return
    batch, axis = ordinary(subject), classes_axis(target)
    given = batch[target.name]
    sure = one_hot(given.argmax(axis), given.shape[axis], axis)
    yield Point(f"where {target.name} is one-hot", batch.with_(target.name, sure), 0.0)
