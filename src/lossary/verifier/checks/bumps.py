"""Check 23, for losses of smoothness: what goes up and comes down again is not smooth."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.batch import Array, Batch
from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.words import named
from lossary.verifier.rule import always, check

WORDS = ("total_variation", "tv", "smoothness")
PLACES = ("h", "w", "t")
WIDE, EDGE, FLAT = 9, 2, 0.4
"""Bumps stand in the middle of a flat ground, so that differences add up to zero."""


def _smooth(subject: Any) -> str | None:
    if always(subject) is not None:
        return always(subject)
    contract = subject.contract
    if not named(subject, *WORDS) or not contract.roles("prediction"):
        return "its name does not speak of smoothness"
    axes = [axis for axis in contract.prediction.axes if axis in PLACES]
    fixed = any(axis in contract.sizes for axis in axes)
    return None if axes and not fixed else "no axis of places can be chosen"


@check(
    number=23,
    reason="Differences that are averaged before their sign is dropped add up to last minus first:"
    " noise costs nothing, and nothing is smoothed.",
    rule="FAIL where a loss that is named after smoothness or total variation takes no flat image"
    " for smoother than images with bumps in the middle.",
    evidence=("a held-out corpus",),
    applies=_smooth,
)
def bumps(subject: Any) -> Iterable[Finding]:
    """A flat image costs less than one with bumps."""
    batch = subject.draw(
        **{axis: WIDE for axis in subject.contract.prediction.axes if axis in PLACES}
    )
    flat = _with(subject, batch, np.full(batch[subject.contract.prediction.name].shape, FLAT))
    rough = [_bumpy(subject, flat, seed) for seed in range(3)]
    try:
        low, usual = subject.number(flat), subject.number(batch)
        costs = [subject.number(each) for each in rough]
    except CandidateError:
        return
    room = 1e-6 * max(abs(low), abs(usual))
    if not np.isfinite([low, usual, *costs]).all() or max(costs) > low + room:
        return
    yield fail(
        f"An image with bumps costs {costs[0]:.4g}, and a flat one {low:.4g}: nothing is smoothed.",
        subject.example(
            subject.call(rough[0], says="bumps on a flat ground"), expected=f"more than {low:.4g}"
        ),
        cause="differences are averaged with their signs, and cancel",
        mend="take abs() or the square of each difference, and the mean of these",
    )


def _with(subject: Any, batch: Batch, array: Array) -> Batch:
    """Put it in place of the prediction, and of a target of the same shape."""
    target = subject.contract.target
    if target is not None and target.axes == subject.contract.prediction.axes:
        batch = batch.with_(target.name, array)
    return batch.with_(subject.contract.prediction.name, array)


def _bumpy(subject: Any, flat: Batch, seed: int) -> Batch:
    first = subject.contract.prediction
    array = flat[first.name].copy()
    middle = tuple(slice(EDGE, -EDGE) if axis in PLACES else slice(None) for axis in first.axes)
    shape = array[middle].shape
    array[middle] += np.random.default_rng(seed).uniform(0.1, 0.4, shape)
    return flat.with_(first.name, array)
