"""A kernel made ready for arrays of known shapes and dtypes: what is left is pointers."""

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lossary.expressions import Expression, compiled
from lossary.kernels.c.entries import Block
from lossary.kernels.c.library import Driver, Plan, Walk, driver, loaded
from lossary.kernels.layout import Folded, Seen

LARGE = 1 << 18
"""Entries from which on several threads are worth starting."""


@dataclass(frozen=True)
class Prepared:
    """What a call needs beside its arrays. `held` keeps the plan's memory alive."""

    driver: Driver
    block: int
    plan: int
    large: bool
    held: tuple[Any, ...]


def call(kernel: Prepared, *pointers: Any) -> None:
    """Run a kernel: pointers to three arrays, weight, mask, three outputs, the result and what was
    counted before; last the threads it may use."""
    if kernel.driver.run(kernel.plan, kernel.block, *pointers):
        raise MemoryError("a kernel found no memory for its sums")


def settings(loss: Any, nodes: tuple[Expression, ...], names: tuple[str, ...]) -> Any:
    """Compute what depends on a loss's parameters alone, in double precision."""
    if not nodes:
        return (ctypes.c_double * 1)()
    import numpy as np

    from lossary.backends import backend_named

    values = [np.float64(getattr(loss, name)) for name in names] or [np.float64(0)]
    with np.errstate(all="ignore"):
        found = compiled(nodes, names or ("nothing",))(backend_named("numpy").xp, *values)
    return (ctypes.c_double * len(nodes))(*map(float, found))


@dataclass(frozen=True)
class Stream:
    """One array that a block reads or writes: its pointer's place, steps and dtype."""

    base: int
    steps: tuple[int, int]
    kind: int
    offset: int = 0
    item: int = 0
    labels: bool = False

    def walk(self) -> Any:
        far, near = self.steps
        return Walk(far, near, self.item, self.offset, self.kind, self.base, self.labels)


def prepared(
    block: Block,
    precision: str,
    values: Any,
    folded: Folded,
    reading: Sequence[Stream],
    writing: Sequence[Stream],
    *,
    sums: int = 0,
    mean: bool = False,
    items: int = 1,
    sides: int = 0,
    counts: bool = False,
    apart: bool = False,
    weight: Stream | None = None,
    mask: Stream | None = None,
) -> Prepared:
    """Compile and load a block, and write down how it walks these arrays."""
    plan = Plan(
        outer=folded.outer,
        inner=folded.inner,
        items=items,
        reads=len(reading),
        writes=len(writing),
        sums=sums,
        weighted=weight is not None,
        masked=mask is not None,
        mean=mean,
        sides=sides,
        counts=counts,
        apart=apart,
        settings=ctypes.addressof(values),
    )
    for i, each in enumerate(reading):
        plan.reading[i] = each.walk()
    for i, each in enumerate(writing):
        plan.writing[i] = each.walk()
    for name, extra in (("weight", weight), ("mask", mask)):
        if extra is not None:
            setattr(plan, name, extra.walk())
    address = loaded(block, precision)
    large = folded.outer * folded.inner * items >= LARGE
    return Prepared(driver(precision), address, ctypes.addressof(plan), large, (plan, values))


def extras(
    weight: Seen | None, mask: Seen | None, steps: Sequence[tuple[int, int]]
) -> tuple[Stream | None, Stream | None]:
    """Return the streams of weight and mask; their steps stand last, in this order."""
    left = iter(steps)
    w, m = (None if each is None else Stream(0, next(left), each.kind) for each in (weight, mask))
    return w, m
