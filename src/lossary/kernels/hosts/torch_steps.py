"""PyTorch's tensors on the CPU as the driver of steps sees them."""

from operator import attrgetter
from typing import Any

import torch
from torch import Tensor
from torch.autograd.graph import increment_version

from lossary.kernels.hosts.torch_arrays import DTYPES, PLAIN, followed
from lossary.kernels.layout import KINDS
from lossary.kernels.steps import NONE, PRECISIONS, Told

Array = Any
STRIDED = frozenset({torch.strided})
_dtype, _layout, _is_cpu, _requires_grad = map(
    attrgetter, ("dtype", "layout", "is_cpu", "requires_grad")
)
_kinds = {DTYPES[name]: kind for name, kind in KINDS.items() if kind in PRECISIONS}
"""The driver's numbers for the dtypes that it can read here."""
threads = torch.get_num_threads


def told(rows: list[list[Array]], fresh: bool) -> list[Told] | None:
    """Describe rows of tensors; None where one is no plain memory of floating-point numbers.

    Nor where something follows the operations: a compiler, a transform, a mode, autograd.
    """
    if torch.compiler.is_compiling() or followed():
        return None
    graph = fresh and torch.is_grad_enabled()
    found = []
    for row in rows:
        if not _plain(row) or (graph and any(map(_requires_grad, row))):
            return None
        dtypes = list(map(_dtype, row))
        if len(set(dtypes)) == 1:  # nearly always
            kinds = [_kinds.get(dtypes[0], NONE)] * len(row)
        else:
            kinds = [_kinds.get(dtype, NONE) for dtype in dtypes]
        if NONE in kinds:
            return None
        found.append(Told(pointers(row), list(map(Tensor.numel, row)), kinds, row))
    straight = all(all(map(Tensor.is_contiguous, row)) for row in rows)
    return found if straight or _alike(rows) else None


def _plain(row: list[Array]) -> bool:
    """Say whether tensors are memory of the CPU, read as it is."""
    return (
        PLAIN.issuperset(map(type, row))
        and STRIDED.issuperset(map(_layout, row))
        and all(map(_is_cpu, row))
        and not any(map(Tensor.is_neg, row))
    )


def _alike(rows: list[list[Array]]) -> bool:
    """Say whether the entries of each column of tensors have the same order, and no gaps.

    Channels may stand last: a weight's gradient and memory stand as the weight does.
    """
    return all(
        all(map(Tensor.is_contiguous, column))
        or (len(set(map(Tensor.stride, column))) == 1 and _dense(column[0]))
        for column in zip(*rows, strict=True)
    )


def _dense(tensor: Array) -> bool:
    step = 1
    for found, size in sorted(zip(tensor.stride(), tensor.shape, strict=True)):
        if size > 1 and found != step:
            return False
        step *= size
    return True


def worth(weights: list[Array]) -> bool:
    """Say whether a kernel is faster than the operations of a formula, each of which has a price.

    Measured for Adam: from some ten thousand entries on in one tensor, and with a few of them
    always.
    """
    return sum(map(Tensor.numel, weights)) + 4096 * len(weights) >= 1 << 14


def pointers(row: list[Array]) -> list[int]:
    return list(map(Tensor.data_ptr, row))


def fresh(like: Array, precision: str) -> Array:
    return torch.empty_like(like, dtype=DTYPES[precision])


def changed(tensors: list[Array]) -> None:
    """Tell autograd that tensors were written: a graph that kept them must not be walked back."""
    increment_version(tensors)
