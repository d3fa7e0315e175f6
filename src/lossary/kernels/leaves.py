"""Passes over rows that fitting leaves again takes, in C: twins of `estimators/leaf_passes.py`."""

import ctypes
from functools import cache
from typing import Any

import numpy as np

from lossary.core import dispatch
from lossary.kernels.c.compiler import CompilerError
from lossary.kernels.c.library import compiled_library, structure, text
from lossary.kernels.c.store import StoreError
from lossary.kernels.prepared import LARGE
from lossary.kernels.switch import failed
from lossary.kernels.threads import threads

Array = np.ndarray
TELL, TALLY, PICK, ADD = range(4)
Job = structure(
    "Job",
    (ctypes.c_int64, "n entries places"),
    (ctypes.c_int32, "bits threads"),
    (ctypes.c_void_p, "kink after values raw"),
    (ctypes.c_double, "low fine"),
    (ctypes.c_void_p, "sums table leaf rows wanted counts"),
)
"""`job` of the C: what a pass is given; those that it does not read may be missing."""


class Leaves:
    """The passes by their names."""

    def __init__(self, library: Any) -> None:
        self._run = library.leaves
        self._run.argtypes, self._run.restype = (ctypes.c_int, ctypes.c_void_p), None

    def told(
        self, before: Array, after: Array, low: float, fine: float, table: Array, leaf: Array
    ) -> None:
        job = _job(raw=before, after=after, table=table, leaf=leaf)
        job.low, job.fine, job.entries = low, fine, len(table)
        self._pass(TELL, job, len(leaf))

    def tallied(
        self, kink: Array, raw: Array, leaf: Array, jumps: Array, places: int, bits: int
    ) -> Array:
        sums = np.zeros((_threads(len(raw)), places))  # one for each thread
        each = {} if len(jumps) == 1 else {"values": jumps}
        job = _job(kink=kink, raw=raw, leaf=leaf, sums=sums, **each)
        job.places, job.bits = places, bits
        self._pass(TALLY, job, len(raw))
        found = sums[0] if len(sums) == 1 else sums.sum(axis=0)
        return found * jumps[0] if len(jumps) == 1 else found

    def picked(self, kink: Array, raw: Array, leaf: Array, wanted: Array, bits: int) -> Array:
        runs = _threads(len(raw))
        rows, counts = np.empty(len(raw), np.int32), np.empty(runs, np.int64)
        job = _job(kink=kink, raw=raw, leaf=leaf, wanted=wanted, rows=rows, counts=counts)
        job.bits = bits
        self._pass(PICK, job, len(raw))
        starts = [len(raw) * run // runs for run in range(runs)]
        ends = zip(starts, counts.tolist(), strict=True)
        return np.concatenate([rows[start : start + count] for start, count in ends])

    def add(self, raw: Array, values: Array, leaf: Array) -> None:
        self._pass(ADD, _job(raw=raw, values=values, leaf=leaf), len(raw))

    def _pass(self, which: int, job: Any, rows: int) -> None:
        job.n, job.threads = rows, _threads(rows)
        self._run(which, ctypes.addressof(job))


def leaves() -> Leaves | None:
    """Return the passes, or None where they cannot be compiled."""
    return None if dispatch.state.broken is not None else _leaves()


@cache
def _leaves() -> Leaves | None:
    source = "\n".join(("#include <stdint.h>", text("threads.h"), text("leaves.c")))
    try:
        return Leaves(compiled_library(source, ("-O3",)))
    except (CompilerError, StoreError, OSError) as error:
        failed(error)
        return None


def _threads(rows: int) -> int:
    return threads() if rows >= LARGE else 1


def _job(**arrays: Array) -> Any:
    job = Job(**{name: each.ctypes.data for name, each in arrays.items()})
    job.held = arrays  # their memory must outlive the call
    return job
