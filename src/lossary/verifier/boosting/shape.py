"""The course of a gradient over the score, at one label: where it turns its sign, and how."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import Candidate, CandidateError
from lossary.verifier.boosting.slopes import slopes

Array = Any
GRID = np.linspace(-5.0, 5.0, 83)
"""An even number of scores, so that none of them is a round number, where kinks are."""

OTHERS = np.arange(20.0) % 2
"""Labels of further rows: an objective may count its classes."""


@dataclass(frozen=True)
class Course:
    """How the gradient runs over the score at one label."""

    label: float
    pattern: str
    """up (− then +, as it has to be), down, minus, plus, zero, broken (NaN), mixed, or lost where
    the sign is wrong on one far side only."""
    root: float
    """The score at which the sign turns; NaN where it does not."""


def course(candidate: Candidate, label: float, sizes: Mapping[str, int] | None = None) -> Course:
    """Follow the gradient over the scores at one label."""
    try:
        score = np.concatenate([GRID, np.zeros(len(OTHERS))])
        labels = np.concatenate([np.full(len(GRID), label), OTHERS])
        gradient = slopes(candidate, score, labels, sizes)[0][: len(GRID)]
    except CandidateError:
        return Course(label, "broken", np.nan)
    return read(label, gradient)


def read(label: float, gradient: Array) -> Course:
    """Read the course off the gradients over the grid."""
    if not np.isfinite(gradient).any():
        return Course(label, "broken", np.nan)
    seen = np.isfinite(gradient) & (np.abs(gradient) > 1e-12 * np.nanmax(np.abs(gradient)))
    if not seen.any():
        return Course(label, "zero", np.nan)
    places, signs = GRID[seen], np.sign(gradient[seen])
    turns = np.flatnonzero(signs[1:] != signs[:-1])
    if len(turns) == 0:
        return Course(label, "plus" if signs[0] > 0 else "minus", np.nan)
    if len(turns) == 2:
        far = places[0] if signs[0] > 0 else places[-1]
        return Course(label, "lost", float(far))
    if len(turns) > 2:
        return Course(label, "mixed", np.nan)
    root = float(places[turns[0] : turns[0] + 2].mean())
    return Course(label, "up" if signs[0] < 0 else "down", root)
