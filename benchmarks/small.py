"""What a call of eight numbers costs: its formula, the reading of its arrays, its checks."""

from collections.abc import Callable
from typing import Any

import numpy as np

import lossary
from benchmarks.harness import race

EIGHT = np.linspace(-2, 2, 8, dtype=np.float32), np.zeros(8, dtype=np.float32)


def latencies(rounds: int, least: float) -> dict[str, dict[str, float]]:
    """Time a call of eight numbers: its formula alone, the call, and the call that checks values.

    The call reads shapes, dtypes and devices; `check="always"` holds the values against their
    domains as well. The formula is the definition's, computed by the framework.
    """
    found = {}
    for library in ("numpy", "torch"):
        timed = race(_calls(library), rounds, least)
        formula, call, checked, theirs = (timing.median for timing in timed.values())
        found[library] = {
            "formula_s": formula,
            "call_s": call,
            "checked_s": checked,
            "theirs_s": theirs,
            "share_of_reading": 1 - formula / call,
            "share_of_checks": 1 - call / checked,
        }
    return found


def _calls(library: str) -> dict[str, Callable[[], Any]]:
    from lossary.backends import backend_named

    backend, loss = backend_named(library), lossary.SquaredError()
    xp, (p, t) = backend.xp, map(backend.array, EIGHT)
    calls = {
        "formula": lambda: xp.mean(loss.value(xp, p, t)),
        "call": lambda: loss(p, t),
        "checked": lambda: loss(p, t, check="always"),
    }
    if library == "torch":
        import torch

        return calls | {"theirs": lambda: torch.nn.functional.mse_loss(p, t)}
    return calls | {"theirs": lambda: np.square(p - t).mean()}
