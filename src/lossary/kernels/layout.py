"""Where numbers stand in memory: many axes folded into two, without a copy."""

from collections.abc import Sequence
from dataclasses import dataclass

KINDS = {
    "float32": 0, "float64": 1, "float16": 2, "bfloat16": 3, "bool": 4, "uint8": 4, "int32": 5,
    "int64": 6,
}  # fmt: skip
"""Dtypes that the driver reads as they are, by its number for them."""
SIZES = {0: 4, 1: 8, 2: 2, 3: 2, 4: 1, 5: 4, 6: 8}
WHOLE = (4, 5, 6)
"""The numbers of the dtypes that labels may have."""
SHORT = 64
"""An inner axis shorter than this is not worth a walk of its own: the array is copied instead."""


@dataclass(frozen=True)
class Seen:
    """An array as a kernel sees it: sizes, steps in bytes, and the driver's number of its dtype."""

    shape: tuple[int, ...]
    steps: tuple[int, ...]
    kind: int

    @property
    def leading(self) -> "Seen":
        """The array without its last axis."""
        return Seen(self.shape[:-1], self.steps[:-1], self.kind)


@dataclass(frozen=True)
class Folded:
    """One outer and one inner axis, and for each array its steps along them."""

    outer: int
    inner: int
    steps: tuple[tuple[int, int], ...]


def folded(arrays: Sequence[Seen], kept: int = 0) -> Folded | None:
    """Fold the axes that all arrays share into two; None where that takes a copy.

    The first `kept` axes (none or one) stay the outer one by themselves. The arrays have one
    shape. The order of the other axes is that of the first array in memory.

    >>> folded([Seen((2, 3), (12, 4), 0)])
    Folded(outer=1, inner=6, steps=((0, 4),))
    """
    shape = arrays[0].shape
    axes = [(size, tuple(a.steps[i] for a in arrays)) for i, size in enumerate(shape)]
    head, tail = axes[:kept], [axis for axis in axes[kept:] if axis[0] != 1]
    if any(size == 0 for size, _ in axes):
        return Folded(head[0][0] if head else 1, 0, ((0, 0),) * len(arrays))
    merged: list[tuple[int, tuple[int, ...]]] = []
    for size, steps in sorted(tail, key=lambda axis: -abs(axis[1][0])):
        if merged and all(
            big == small * size for big, small in zip(merged[-1][1], steps, strict=True)
        ):
            merged[-1] = (merged[-1][0] * size, steps)
        else:
            merged.append((size, steps))
    nothing = (1, (0,) * len(arrays))
    found = [*head, *([nothing] if not head and len(merged) < 2 else []), *merged]
    found += [nothing] if len(found) < 2 else []
    if len(found) > 2 or (not kept and found[0][0] > 1 and found[1][0] < SHORT):
        return None
    (outer, far), (inner, near) = found
    return Folded(outer, inner, tuple(zip(far, near, strict=True)))


def steps_like(shape: tuple[int, ...], size: int) -> tuple[int, ...]:
    """Return the steps of an array whose last axis is the nearest."""
    steps = [size]
    for each in reversed(shape[1:]):
        steps.insert(0, steps[0] * max(each, 1))
    return tuple(steps[: len(shape)])


def memory_order(array: Seen) -> tuple[int, ...]:
    """List the axes from the farthest in memory on, if the array fills its memory without gaps.

    An array with gaps, or one that lies backwards, is answered by one in the order of its axes.
    """
    plain = tuple(range(len(array.shape)))
    order = tuple(
        sorted(plain, key=lambda axis: -array.steps[axis] if array.shape[axis] > 1 else 0)
    )
    expected = SIZES[array.kind]
    for axis in reversed(order):
        if array.shape[axis] > 1 and array.steps[axis] != expected:
            return plain
        expected *= max(array.shape[axis], 1)
    return order
