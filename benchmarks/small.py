"""What a user waits for before anything is large: a call of eight numbers, an import, the list."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import numpy as np

import lossary
from benchmarks.harness import race

EIGHT = np.linspace(-2, 2, 8, dtype=np.float32), np.zeros(8, dtype=np.float32)


def latencies(rounds: int, least: float) -> dict[str, dict[str, float]]:
    """Time a call of eight numbers: its formula alone, the call, and the call that checks values.

    The call reads shapes, dtypes and devices; `check="always"` holds the values against their
    domains as well.
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


def starts(times: int) -> dict[str, float]:
    """Time fresh processes, on the wall: the import, what NumPy is of it, and `lossary list`."""
    codes = {
        "python_s": "",
        "import_numpy_s": "import numpy",
        "import_lossary_s": "import lossary",
        "lossary_list_s": "import sys; sys.argv = ['lossary', 'list']; "
        "from lossary.cli import main; main()",
    }
    found: dict[str, list[float]] = {name: [] for name in codes}
    for _ in range(times + 1):
        for name, code in codes.items():
            found[name].append(_process(code))
    return {name: median(seconds[1:]) for name, seconds in found.items()}


def _process(code: str) -> float:
    given = os.environ | {"COLUMNS": "120"}
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, env=given)
    return time.perf_counter() - begin
