"""JAX: the traced program is run one equation after the other."""

from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np
from jax.extend import core

from lossary.adapters.foreign.replaying.bad import (
    Bad,
    Step,
    entries_at,
    first_lost,
    line_of,
)

FOREIGN = ("jax", "optax", "numpy")
FILLS = ("broadcast_in_dim", "copy", "convert_element_type", "full")
WHOLE = ("jit", "pjit", "closed_call", "custom_jvp_call", "custom_vjp_call", "remat")
"""Equations that are programs themselves."""


def first_bad(function: Callable[..., Any], arrays: Sequence[Any], of: int | None) -> Bad | None:
    """Name the first operation that loses a number, on the way there or on the way back."""
    forward = _walked(function, arrays)
    value = function(*arrays)
    if not np.isfinite(np.asarray(value)).all():
        return forward
    if of is None:
        return None
    slope = jax.grad(lambda *given: function(*given).sum(), argnums=of)
    if np.isfinite(np.asarray(slope(*arrays), dtype=np.float64)).all():
        return None
    return _walked(slope, arrays, backward=True)


def _walked(function: Any, arrays: Sequence[Any], backward: bool = False) -> Bad | None:
    closed = jax.make_jaxpr(function)(*arrays)
    steps: list[Step] = []
    _run(closed.jaxpr, closed.consts, arrays, steps, backward)
    lost = [each for each in steps if each.gives != each.gives]
    if not lost:
        return None
    first = steps[0]
    return Bad(first, None if first is lost[0] else lost[0])


def _run(jaxpr: Any, consts: Any, arrays: Any, steps: list[Step], backward: bool) -> list[Any]:
    """Evaluate a program and note each operation that loses a number."""
    known: dict[Any, Any] = {}

    def read(atom: Any) -> Any:
        return atom.val if isinstance(atom, core.Literal) else known[atom]

    known.update(zip(jaxpr.constvars, consts, strict=True))
    known.update(zip(jaxpr.invars, arrays, strict=True))
    for equation in jaxpr.eqns:
        given = [read(each) for each in equation.invars]
        found = _within(equation, given, steps, backward)
        if found is None:
            found = equation.primitive.bind(*given, **_bound(equation))
            found = found if equation.primitive.multiple_results else [found]
            _note(equation, given, found, steps, backward)
        known.update(zip(equation.outvars, found, strict=True))
    return [read(each) for each in jaxpr.outvars]


def _bound(equation: Any) -> dict[str, Any]:
    found = equation.primitive.get_bind_params(equation.params)
    return dict(found[-1] if isinstance(found, tuple) else found)  # older ones gave a pair


def _within(equation: Any, given: list[Any], steps: list[Step], backward: bool) -> Any:
    if equation.primitive.name not in WHOLE:
        return None
    params = equation.params
    inner = next((params[name] for name in ("jaxpr", "call_jaxpr") if name in params), None)
    if inner is None:
        return None
    jaxpr, consts = getattr(inner, "jaxpr", inner), getattr(inner, "consts", ())
    return _run(jaxpr, consts, given, steps, backward)


def _note(equation: Any, given: Any, found: Any, steps: list[Step], backward: bool) -> None:
    inputs = [_numpy(each) for each in given]
    clean = all(first_lost(each) is None for each in inputs if each.dtype.kind == "f")
    for result in found:
        values = _numpy(result)
        lost = first_lost(values) if values.dtype.kind == "f" else None
        if lost is None or (not clean and lost[1] == lost[1]):
            continue
        if equation.primitive.name in FILLS:
            continue
        index, gives = lost
        what = tuple(entries_at(inputs, index, values.shape))
        line = _line_of(equation)
        steps.append(Step(equation.primitive.name, gives, what, index, line, backward))


def _line_of(equation: Any) -> str | None:
    traceback = getattr(equation.source_info, "traceback", None)
    if traceback is None:
        return None
    frames = [(each.file_name, each.start_line) for each in _frames(traceback)]
    return line_of(frames, FOREIGN)


def _frames(traceback: Any) -> Any:
    from jax._src import source_info_util  # the only place that knows where an equation came from

    return [
        source_info_util.raw_frame_to_frame(code, lasti)
        for code, lasti in zip(*traceback.raw_frames(), strict=True)
    ]


def _numpy(array: Any) -> Any:
    found = np.asarray(array)
    return found.astype(np.float64) if jax.numpy.issubdtype(found.dtype, np.floating) else found
