"""Steps of optimizers that move each entry by itself: all arrays of a model in one pass."""

import ctypes
from array import array
from collections.abc import Sequence
from itertools import chain
from typing import Any, NamedTuple

from lossary.core import dispatch
from lossary.core.descent.settings import at
from lossary.kernels.c.library import Job
from lossary.kernels.prepared import LARGE
from lossary.kernels.rules import Kernel, kernel

Array = Any
PRECISIONS = {0: "float32", 1: "float64", 2: "float32", 3: "float32"}
"""What is computed in, by the driver's number for a weight's dtype."""
KINDS = {"float32": 0, "float64": 1}
NONE = -1
"""Stands for a dtype that the driver cannot read."""
FEW = 3
"""With fewer operations, into fresh memory, there is nothing to save: the formula does as well."""


class Told(NamedTuple):
    """What the driver must know of arrays: where each stands, its entries, its dtype's number."""

    pointers: list[int]
    lengths: list[int]
    kinds: list[int]
    held: list[Array]
    """The arrays themselves: their memory must outlive the call."""


class Group(NamedTuple):
    """Arrays whose weights, gradients and slots have the same dtypes, by their places."""

    places: Sequence[int]
    rows: list[Told]
    kernel: Kernel


def moved(
    rule: Any, backend: Any, step: Any, carried: tuple[Any, ...], arrays: list[Any]
) -> list[tuple[Array, ...]] | None:
    """Return (change, *slots) for each array, in fresh memory; None where the formula must do."""
    host, given = _host(backend.name), arrays[: 2 + len(rule.slots)]
    curvatures = arrays[len(given) :]
    if host is None or rule.stacked or any(e is not None for each in curvatures for e in each):
        return None
    told = host.told(given, True) if host.worth(given[0]) else None
    if told is None:
        return None
    rule = at(rule, backend, step, given[0][0])
    groups = _grouped(rule, told, True)
    if groups is None:
        return None
    found: list[Any] = [None] * len(given[0])
    for group in groups:
        # What the rule leaves as it is, is handed back.
        rows = [_chosen(row, group.places) for row in (given[0], *given[2:])]
        precision = PRECISIONS[group.rows[0].kinds[0]]
        for place in group.kernel.plan.writes:
            rows[place] = [host.fresh(like, precision) for like in rows[0]]
        kinds = [KINDS[precision]]
        into = [
            Told(host.pointers(rows[place]), [], kinds, []) for place in group.kernel.plan.writes
        ]
        _run(group, into, group.kernel.values(rule, step, carried), host, True)
        for place, each in zip(group.places, zip(*rows, strict=True), strict=True):
            found[place] = each
    return found


def in_place(
    rule: Any,
    step: int,
    carried: Sequence[float],
    weights: list[Array],
    gradients: list[Array],
    slots: list[list[Array]],
) -> bool:
    """Move tensors of PyTorch, and what is remembered of them, where they stand on the CPU.

    `step` counts the steps done before; `carried` are numbers as `carry` returns them for this
    one. The rule's own numbers are plain: schedules have been asked. Where it returns False,
    nothing has been touched, and the formula must do.
    """
    if not dispatch.state.on or rule.stacked or not weights:
        return False
    host = _host("torch")
    told = host.told([weights, gradients, *slots], False)
    groups = None if told is None else _grouped(rule, told, False)
    if groups is None:
        return False
    for group in groups:
        moving = [group.rows[0], *group.rows[2:]]
        into = [moving[place] for place in group.kernel.plan.writes]
        _run(group, into, group.kernel.values(rule, step, carried), host, False)
    host.changed(weights)
    return True


def _grouped(rule: Any, told: list[Told], fresh: bool) -> list[Group] | None:
    """Sort arrays by their dtypes, and find a kernel for each kind; None where one has none."""
    if any(each.lengths != told[0].lengths for each in told):
        return None
    looks = list(zip(*(each.kinds for each in told), strict=True))
    found = []
    for kinds in dict.fromkeys(looks):
        mine = [place for place, look in enumerate(looks) if look == kinds]
        made = kernel(rule, PRECISIONS[kinds[0]], fresh)
        if made is None or (fresh and made.plan.operations < FEW):
            return None
        rows = [Told(*(_chosen(values, mine) for values in each)) for each in told]
        found.append(Group(mine, rows, made))
    return found


def _run(group: Group, into: list[Told], settings: Any, host: Any, fresh: bool) -> None:
    rows = [*(group.rows[place] for place in group.kernel.plan.reads), *into]
    lengths = array("q", group.rows[0].lengths)
    pointers = array("Q", chain.from_iterable(row.pointers for row in rows))
    job = Job(
        arrays=len(lengths),
        lengths=lengths.buffer_info()[0],
        at=pointers.buffer_info()[0],
        settings=ctypes.addressof(settings),
        block=group.kernel.address,
        reads=len(rows) - len(into),
        writes=len(into),
        fresh=fresh,
        threads=host.threads() if sum(lengths) >= LARGE else 1,
        kept=group.kernel.plan.block.kept > 0,
        kinds=tuple(row.kinds[0] for row in rows),
    )
    group.kernel.driver(ctypes.addressof(job))


def _chosen(values: list[Any], places: Sequence[int]) -> list[Any]:
    """Return the values at some places, which stand in order."""
    return values if len(places) == len(values) else [values[place] for place in places]


def _host(name: str) -> Any:
    """Return what is known of a framework's arrays, or None where kernels leave them alone."""
    if name == "numpy":
        from lossary.kernels.hosts import numpy_steps

        return numpy_steps
    if name == "torch":
        from lossary.kernels.hosts import torch_steps

        return torch_steps
    return None
