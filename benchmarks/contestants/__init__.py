"""Who runs: by framework and loss, ours first, the definition, then what others offer."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import lossary
from benchmarks.contestants.ours import Ours
from benchmarks.rows import Row

KERNELS = ("numpy", "torch", "jax")
"""The frameworks whose arrays kernels take. On the others ours is the definition already."""


@dataclass(frozen=True)
class Contestant:
    """A function of prediction and target; on NumPy it also gives slopes, as `with_slope`."""

    function: Callable[[Any, Any], Any]
    compiled: bool = False
    kernels: bool = True

    def within(self) -> AbstractContextManager[object]:
        """Open what the calls of this contestant must run in."""
        return nullcontext() if self.kernels else lossary.use_kernels(False)


def contestants(library: str, row: Row, which: str) -> dict[str, Contestant]:
    """List by name who computes this row with this library; `which` is the pass."""
    ours = Ours(row.loss, row.classes_first)
    others = {
        name: Contestant(function)
        for name, function in _others(library, row).items()
        if which == "forward" or library != "numpy" or hasattr(function, _ASKED[which])
    }
    if row.compiled and which == "both" and library == "torch":
        whole = {f"{name}, compiled": Contestant(c.function, True) for name, c in others.items()}
        others |= {"ours, compiled": Contestant(ours, True)} | whole
    if row.defined and library in KERNELS:
        again = Ours(row.loss, row.classes_first)  # an object of its own: JAX keeps traces by it
        others = {"definition": Contestant(again, kernels=False)} | others
    return {"ours": Contestant(ours)} | others


_ASKED = {"both": "with_slope", "bend": "slope_and_curvature"}


def _others(library: str, row: Row) -> dict[str, Any]:
    home = {"tensorflow": "keras"}.get(library, library)  # opened only where it is measured
    return import_module(f"benchmarks.contestants.{home}").others(row)
