"""The rows of all ranks, however many each of them has: for losses that compare rows."""

from collections.abc import Sequence
from math import prod
from typing import TYPE_CHECKING, Any
from zlib import crc32

from lossary.adapters.needs import need
from lossary.errors import AdditivityError

if TYPE_CHECKING:
    import torch
else:
    torch = need("torch")

import torch.distributed as dist
from torch import Tensor

Arrays = Sequence[Tensor | None]


def gathered(arrays: Arrays, group: Any = None) -> list[Tensor | None]:
    """Return the rows of all ranks, in the order of the ranks; one's own keep their graph.

    Each array has its rows along the first axis, as many as it likes; None stays None. What is
    sent are bytes, so that labels, masks and numbers of every dtype travel alike, and at once.

    Raises:
        AdditivityError: rows of different shapes or dtypes, or an array that only some ranks have.
    """
    device = next(each.device for each in arrays if each is not None)
    facts = torch.tensor([_facts(each) for each in arrays], device=device)
    told = [each.tolist() for each in _received(facts, group)]
    _alike(arrays, [[kind for *_, kind in each] for each in told])
    sizes = [sum(rows * width for rows, width, _ in each) for each in told]
    sent = torch.cat([_bytes(each) for each in arrays if each is not None])
    padded = sent.new_zeros(max(sizes))
    padded[: len(sent)] = sent
    ranks = [
        _rows(arrays, [rows for rows, *_ in each], data)
        for each, data in zip(told, _received(padded, group), strict=True)
    ]
    ranks[dist.get_rank(group)] = list(arrays)
    return [None if each[0] is None else torch.cat(each) for each in zip(*ranks, strict=True)]


def _facts(array: Tensor | None) -> tuple[int, int, int]:
    """Return how many rows there are, how many bytes one of them has, and a number for its kind."""
    if array is None:
        return 0, 0, 0
    width = prod(array.shape[1:]) * array.element_size()
    return array.shape[0], width, crc32(_kind(array).encode())


def _kind(array: Tensor | None) -> str:
    return "None" if array is None else f"rows {tuple(array.shape[1:])} of {array.dtype}"


def _received(sent: Tensor, group: Any) -> list[Tensor]:
    """Return what each rank sends; all send as much."""
    found = [torch.empty_like(sent) for _ in range(dist.get_world_size(group))]
    dist.all_gather(found, sent, group=group)
    return found


def _alike(arrays: Arrays, kinds: list[list[int]]) -> None:
    """Hold the kinds of all ranks against each other; all ranks raise, so that none waits."""
    for place, found in enumerate(zip(*kinds, strict=True)):
        if len(set(found)) > 1:
            raise AdditivityError(
                f"of the {len(arrays)} arrays (the last two are weight and mask), number "
                f"{place + 1} is not alike on all ranks; here it is {_kind(arrays[place])}.\n"
                f"Hint: hand over the same arrays everywhere; without rows, their first axis is 0."
            )


def _bytes(array: Tensor) -> Tensor:
    # A new array, because one of a single row may lie in memory as a column of a wider one.
    flat = array.new_empty(array.numel(), requires_grad=False)
    return flat.copy_(array.detach().reshape(-1)).view(torch.uint8)


def _rows(arrays: Arrays, counts: list[int], data: Tensor) -> list[Tensor | None]:
    """Cut what one rank sent into arrays that look like one's own."""
    found: list[Tensor | None] = []
    place = 0
    for array, rows in zip(arrays, counts, strict=True):
        if array is None:
            found.append(None)
            continue
        end = place + rows * _facts(array)[1]
        piece = data[place:end].clone()  # a view of wider numbers must begin where memory allows
        found.append(piece.view(array.dtype).reshape(rows, *array.shape[1:]))
        place = end
    return found
