"""What the numbers say: where the best prediction lies, and which entries hang together."""

from typing import Any

import numpy as np

from lossary.verifier.batch import Array
from lossary.verifier.probing.trying import number
from lossary.verifier.subject import Subject

GRID = np.array([-4, -2, -1, -0.5, 0.05, 0.2, 0.35, 0.5, 0.65, 0.8, 0.95, 1.5, 2, 2.5, 3, 4])
TARGETS = (0.0, 1.0, 0.35, 2.5, -1.0)


def course(subject: Subject) -> str | None:
    """Say which numbers the prediction holds, as the value runs along it at several targets."""
    target = subject.contract.target
    if target is None:
        return None
    at = {level: _along(subject, level) for level in TARGETS}
    return _real(at) or _inside(at) or _running(at) or _amounts(at)


def _along(subject: Subject, level: float) -> Array:
    prediction, target = subject.contract.prediction.name, subject.contract.target
    assert target is not None
    held = subject.typical.with_(
        target.name, np.full_like(subject.typical[target.name], level, float)
    )
    shape = held[prediction].shape
    return np.array([number(subject, held.with_(prediction, np.full(shape, x))) for x in GRID])


def _best(values: Array) -> float | None:
    """Return where the value has its one lowest or highest point within, or None."""
    known = np.isfinite(values)
    if known.sum() < 4:
        return None
    places = np.flatnonzero(known)
    for turned in (values, -values):
        low = places[np.argmin(turned[places])]
        ties = np.isclose(turned[places], turned[low], rtol=1e-12, atol=1e-12).sum()
        if ties == 1 and places[0] < low < places[-1]:
            return float(GRID[low])
    return None


def _real(at: dict[float, Array]) -> str | None:
    levels = (0.35, 2.5, -1.0)
    alive = all(np.isfinite(at[level]).all() for level in levels)
    return "real" if alive and all(_best(at[level]) == level for level in levels) else None


def _inside(at: dict[float, Array]) -> str | None:
    """Say probability where there is life between 0 and 1 only, positive where above 0 only."""
    below, within, above = GRID < 0, (GRID > 0) & (GRID < 1), GRID > 1
    values = at[1.0]
    if not np.isfinite(values[within]).all() or _flat(values[within]):
        return None
    dead = [not np.isfinite(values[side]).any() or _flat(values[side]) for side in (below, above)]
    if all(dead):
        return "probability"
    if not np.isfinite(values[below]).any() and np.isfinite(values[above]).all():
        return "probability" if not np.isfinite(at[0.0][above]).any() else "positive"
    return None


def _running(at: dict[float, Array]) -> str | None:
    """Say logit or margin where the value falls on and on towards the side of the target."""
    ways = {level: _way(at[level]) for level in (0.0, 1.0, -1.0)}
    if ways[1.0] and ways[0.0] == -ways[1.0]:
        return "logit"
    return "margin" if ways[1.0] and ways[-1.0] == -ways[1.0] else None


def _way(values: Array) -> int:
    if not np.isfinite(values).all() or _flat(values):
        return 0
    steps = np.diff(values)
    room = 1e-9 * np.abs(values).max()
    return 1 if (steps >= -room).all() else -1 if (steps <= room).all() else 0


def _amounts(at: dict[float, Array]) -> str | None:
    if _best(at[2.5]) == 0.95 and _best(at[0.35]) == -1.0:
        return "log_amount"
    return None


def _flat(values: Array) -> bool:
    return bool(np.isfinite(values).all() and np.ptp(values) <= 1e-12 * max(1, abs(values[0])))


def coupled(subject: Subject, first: Any, second: Any) -> bool | None:
    """Say whether two entries of the prediction feel each other; None where nothing can be told."""
    name, batch = subject.contract.prediction.name, subject.typical
    here = batch[name]
    moved = []
    for one, other in ((0, 0), (1, 0), (0, 1), (1, 1)):
        array = here.astype(float).copy()
        array[first] += 0.05 * one
        array[second] += 0.07 * other
        moved.append(number(subject, batch.with_(name, array)))
    if not np.isfinite(moved).all():
        return None
    a, b, c, d = moved
    return bool(abs(d - b - c + a) > 1e-9 * max(abs(a), 1e-3) + 1e-12)


def label_matters(subject: Subject) -> bool:
    """Say whether another label gives another value."""
    target = subject.contract.target
    assert target is not None
    labels = subject.typical[target.name]
    size = int(subject.contract.sizes.get("k", 4))
    other = subject.typical.with_(target.name, (labels + 1) % size)
    return number(subject, other) != number(subject, subject.typical)
