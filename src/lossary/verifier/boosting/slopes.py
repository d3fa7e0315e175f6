"""Gradient and Hessian of an objective at any pairs of a score and a label."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import Candidate
from lossary.verifier.silence import silence

Array = Any
ROWS = 128
"""Always as many: a framework behind an objective compiles anew for every number of rows."""


def slopes(
    candidate: Candidate,
    score: Array,
    label: Array,
    sizes: Mapping[str, int] | None = None,
    precision: str = "float64",
) -> tuple[Array, Array]:
    """Return gradient and Hessian of pairs, which are handed over again to fill the last call.

    Raises CandidateError where the objective raises.
    """
    score, label = np.asarray(score, np.float64), np.asarray(label, np.float64)
    rows = (sizes or {}).get("n", ROWS)
    parts = [
        _called(candidate, score[at : at + rows], label[at : at + rows], rows, precision)
        for at in range(0, len(score), rows)
    ]
    found = np.concatenate(parts, axis=1)
    return found[0], found[1]


def _called(candidate: Candidate, score: Array, label: Array, rows: int, precision: str) -> Array:
    host, have = candidate.host, len(score)
    filled = np.resize(np.arange(have), rows)
    given = [host.array(each[filled], precision) for each in (score, label)]
    with silence():
        return host.numpy(candidate(given, [None, None]))[:, :have]


def of(subject: Any, score: Array, label: Array, precision: str = "float64") -> tuple[Array, Array]:
    """Return gradient and Hessian of a subject's objective."""
    return slopes(subject.candidate, score, label, subject.contract.sizes, precision)
