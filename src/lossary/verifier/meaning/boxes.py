"""Pairs of boxes that lie apart, touch, vanish or coincide, and what overlap they have."""

from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.meaning.landmarks import few

WHOLE = (2.0, 2.0, 4.0, 6.0)
PAIRS = {
    "two boxes that are the same": (WHOLE, WHOLE),
    "boxes apart": ((0.0, 0.0, 1.0, 1.0), (3.0, 4.0, 5.0, 7.0)),
    "boxes far apart": ((0.0, 0.0, 1.0, 1.0), (3e3, 4e3, 3.1e3, 4.1e3)),
    "boxes that touch": ((0.0, 0.0, 2.0, 2.0), (2.0, 0.0, 4.0, 2.0)),
    "one box inside the other": ((2.5, 3.0, 3.5, 5.0), WHOLE),
    "boxes of one centre": ((2.5, 3.5, 3.5, 4.5), WHOLE),
    "a prediction without area": ((3.0, 3.0, 3.0, 3.0), WHOLE),
    "a prediction without width": ((3.0, 3.0, 3.0, 5.0), WHOLE),
    "very large boxes": ((0.0, 0.0, 1e5, 1e5), (1e3, 1e3, 1.1e5, 1e5)),
    "a target without area": ((1.0, 1.0, 2.0, 2.0), (3.0, 3.0, 3.0, 3.0)),
    "two boxes without area in one place": ((3.0, 3.0, 3.0, 3.0), (3.0, 3.0, 3.0, 3.0)),
}
CENTRES = {
    "two boxes that are the same": (WHOLE, WHOLE),
    "a prediction without area": ((3.0, 3.0, 0.0, 0.0), WHOLE),
    "boxes far apart": ((0.0, 0.0, 1.0, 1.0), (3e3, 4e3, 1e1, 1e1)),
}


def written_in_corners(subject: Any) -> bool:
    """Say whether moving all four numbers moves the box, as with corners, and not with sizes."""
    batch = subject.typical
    names = [each.name for each in subject.contract.arguments if each.domain == "box"]
    here = subject.number(batch)
    all_four = subject.number(batch.each(lambda box: box + 7.0, names))
    half = subject.number(batch.each(lambda box: box + np.array([7.0, 7.0, 0, 0]), names))
    scale = max(1e-9, abs(here))
    return abs(all_four - here) < 1e-4 * scale or abs(half - here) > 1e-4 * scale


def faced(subject: Any, pair: tuple[tuple[float, ...], tuple[float, ...]]) -> Batch:
    """Put a pair of boxes into every row."""
    batch = subject.draw(**few(subject))
    for argument, box in zip(
        (subject.contract.prediction, subject.contract.target), pair, strict=True
    ):
        batch = batch.with_(argument.name, np.broadcast_to(box, batch[argument.name].shape))
    return batch
