"""Counts the entries of the largest array that a loss makes on its way."""

import sys
import tracemalloc
from collections.abc import Sequence
from typing import Any

from lossary.adapters.foreign.candidate import Candidate, CandidateError

Array = Any


def largest(candidate: Candidate, arrays: Sequence[Array], names: Sequence[str | None]) -> int:
    """Return the number of entries; 0 where there is no way to count."""
    counters = {"torch": _torch, "jax": _jax, "numpy": _numpy, "tensorflow": _tensorflow}
    count = counters.get(candidate.host.name)
    return 0 if count is None else count(candidate, arrays, names)


def _torch(candidate: Candidate, arrays: Sequence[Array], names: Sequence[str | None]) -> int:
    torch = sys.modules["torch"]
    from torch.utils._python_dispatch import TorchDispatchMode

    seen = [0]

    class Counting(TorchDispatchMode):
        def __torch_dispatch__(
            self, function: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            found = function(*args, **(kwargs or {}))
            for each in found if isinstance(found, tuple | list) else (found,):
                if isinstance(each, torch.Tensor):
                    # A view costs nothing, however large it looks.
                    size = min(each.numel(), each.untyped_storage().nbytes() // each.element_size())
                    seen[0] = max(seen[0], size)
            return found

    with Counting():
        candidate.raw(arrays, names)
    return seen[0]


def _jax(candidate: Candidate, arrays: Sequence[Array], names: Sequence[str | None]) -> int:
    jax = sys.modules["jax"]
    with candidate.host.scope(arrays):
        program = jax.make_jaxpr(candidate.function(names))(*arrays)
    return max((_sizes(program.jaxpr)), default=0)


def _tensorflow(candidate: Candidate, arrays: Sequence[Array], names: Sequence[str | None]) -> int:
    """Read the shapes off a graph that is never run."""
    tensorflow = sys.modules["tensorflow"]
    try:
        traced = tensorflow.function(candidate.function(names)).get_concrete_function(*arrays)
    except Exception as error:  # a branch on a number, a conversion to NumPy: whatever it raises
        raise CandidateError(f"{type(error).__name__}: {error}") from error
    shapes = [each.shape for line in traced.graph.get_operations() for each in line.outputs]
    return max((each.num_elements() or 0 for each in shapes if each.rank), default=0)


def traceable(candidate: Candidate, arrays: Sequence[Array], names: Sequence[str | None]) -> None:
    """Let JAX trace a loss once, without compiling it; raise CandidateError where it cannot."""
    try:
        _jax(candidate, arrays, names)
    except Exception as error:  # a branch on a number, a conversion to NumPy: whatever it raises
        raise CandidateError(f"{type(error).__name__}: {error}") from error


def _sizes(program: Any) -> list[int]:
    found = []
    for line in program.eqns:
        # XLA writes no copy for what is only spread out.
        if line.primitive.name not in ("broadcast_in_dim", "iota", "pjit", "jit"):
            found += [each.aval.size for each in line.outvars if hasattr(each.aval, "size")]
        for inner in line.params.values():
            if hasattr(inner, "jaxpr"):
                found += _sizes(inner.jaxpr)
    return found


def _numpy(candidate: Candidate, arrays: Sequence[Array], names: Sequence[str | None]) -> int:
    candidate.raw(arrays, names)
    started = tracemalloc.is_tracing()
    if not started:
        tracemalloc.start()
    tracemalloc.reset_peak()
    before, _ = tracemalloc.get_traced_memory()
    candidate.raw(arrays, names)
    _, peak = tracemalloc.get_traced_memory()
    if not started:
        tracemalloc.stop()
    return max(peak - before, 0) // 8
