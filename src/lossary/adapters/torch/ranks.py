"""PyTorch in several processes: the loss of the entries of all ranks, and its exact gradient.

A wrapper such as DistributedDataParallel averages the gradients of the ranks, each of which has
divided by what it counted itself: an entry on a rank with few entries weighs more. Here the sums
of all ranks are added before anything is divided.
"""

import warnings
from typing import TYPE_CHECKING, Any

from lossary.adapters.needs import need
from lossary.core.loss import Loss
from lossary.core.pairwise import rows_first
from lossary.core.parts import Parts
from lossary.errors import AdditivityError, ArgumentError, SuspicionWarning, nearest

if TYPE_CHECKING:
    import torch
else:
    torch = need("torch")

import torch.distributed as dist
from torch import Tensor

from lossary.adapters.torch.rows import gathered

CONVENTIONS = ("mean", "sum")


def across(
    loss: Any,
    prediction: Tensor,
    target: Tensor,
    *others: Tensor,
    weight: Tensor | None = None,
    mask: Tensor | None = None,
    gradients: str = "mean",
    group: Any = None,
) -> Tensor:
    """Return the loss of the entries of all ranks, the same number on each of them.

    Every rank of the group must call it, one without entries too. Sums are added over the ranks
    before anything is divided. A loss that compares rows with each other is handed the rows of all
    ranks, however many each of them has: each rank works as hard as one process would. Where
    `torch.distributed` has not been started, it is the loss of this process.

    Args:
        loss: any loss, or a module made of one; arrays, weight and mask are those of a call.
        gradients: what is done with the ranks' gradients to get that of the whole: "mean", as
            DistributedDataParallel and FSDP do, or "sum".
        group: the ranks that share the batch; None for all.

    Returns:
        A tensor of no axes. Its gradient is what this rank adds to the gradient of the whole,
        times the number of ranks where they are averaged.

    Raises:
        AdditivityError: the loss compares entries that are not the rows of its arrays, or the
            ranks hold rows of different shapes or dtypes.
        ArgumentError: `gradients` is neither word.

    >>> import torch, lossary
    >>> across(lossary.SquaredError(), torch.tensor([1.0, 3.0]), torch.zeros(2))
    tensor(5.)
    """
    factor = factor_of(gradients, group)
    whole = loss if isinstance(loss, Loss) else loss.loss
    arrays = (prediction, target, *others)
    if whole.additive:
        own = loss.parts(*arrays, weight=weight, mask=mask)
        return _share(own, all_reduced(own, group), factor)
    rows_first(whole)
    if world(group) > 1 and all(each.ndim for each in arrays):  # else the loss itself complains
        scaled = (Standing.apply(each, each.detach(), factor) for each in arrays)
        *arrays, weight, mask = gathered((*scaled, weight, mask), group)  # type: ignore[assignment]
    return whole(*arrays, weight=weight, mask=mask)


def share(own: Parts, total: Parts, *, gradients: str = "mean", group: Any = None) -> Tensor:
    """Return the loss of the whole, whose gradient is what one's own entries add to the whole's.

    With it a whole that does not fit into memory is learned from in two passes, whatever the loss
    makes of its sums: one without a graph for the total, one with a graph for the shares. All
    shares together have the gradient of the whole.

    Args:
        own: parts with a graph, of some of the entries.
        total: parts of all entries, of this rank's micro-batches and of other ranks; its graph is
            not followed.
        gradients, group: as for `across`.

    Raises:
        AdditivityError: these are the parts of two losses.

    >>> import torch, lossary
    >>> loss, target = lossary.RootMeanSquaredError(), torch.zeros(2)
    >>> weight = torch.tensor([3.0, 4.0], requires_grad=True)
    >>> with torch.no_grad():
    ...     total = sum(loss.parts(weight[i : i + 1], target[i : i + 1]) for i in range(2))
    >>> for i in range(2):
    ...     share(loss.parts(weight[i : i + 1], target[i : i + 1]), total).backward()
    >>> weight.grad  # as of loss(weight, target) at once
    tensor([0.4243, 0.5657])
    """
    if own.loss is not total.loss and own.loss != total.loss:
        raise AdditivityError(f"{own.loss!r} has no share in parts of {total.loss!r}.")
    return _share(own, total, factor_of(gradients, group))


def all_reduced(parts: Parts, group: Any = None) -> Parts:
    """Return the parts of all ranks together, without a graph: what to log, or to share in.

    Every rank of the group must call it. Where `torch.distributed` has not been started, these are
    the parts of this process.

    >>> import torch, lossary
    >>> all_reduced(lossary.SquaredError().parts(torch.ones(3), torch.zeros(3))).value
    tensor(1.)
    """
    if world(group) == 1:
        return parts.map(torch.Tensor.detach)
    flat = torch.cat([each.detach().reshape(-1) for each in parts.sums])
    dist.all_reduce(flat, group=group)
    pieces = flat.split([each.numel() for each in parts.sums])
    pairs = zip(pieces, parts.sums, strict=True)
    return Parts(parts.loss, tuple(new.reshape(old.shape).to(old.dtype) for new, old in pairs))


def world(group: Any = None) -> int:
    """Return how many ranks there are; one where `torch.distributed` has not been started."""
    return dist.get_world_size(group) if dist.is_available() and dist.is_initialized() else 1


def suspect_means(label: str) -> None:
    """Warn that a loss of this rank alone is about to be averaged with those of other ranks."""
    if world() > 1:
        warnings.warn(
            f"{label} divides by what this rank counts, and {world()} ranks are running: a mean of "
            f"their means is not the mean.\nHint: module(loss, ranks='mean') adds up over ranks.",
            SuspicionWarning,
            stacklevel=3,
        )


class Standing(torch.autograd.Function):
    """One's own, standing for the whole: the value of the whole, a slope times a factor."""

    generate_vmap_rule = True

    @staticmethod
    def forward(own: Tensor, whole: Tensor, factor: int) -> Tensor:
        return whole.clone()

    @staticmethod
    def setup_context(ctx: Any, inputs: tuple[Any, ...], output: Tensor) -> None:
        ctx.factor = inputs[2]

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Any, ...]:
        return ctx.factor * slope, None, None


def _share(own: Parts, total: Parts, factor: int) -> Tensor:
    pairs = zip(own.sums, total.sums, strict=True)
    standing = (Standing.apply(mine, whole.detach(), factor) for mine, whole in pairs)
    return Parts(own.loss, tuple(standing)).value


def factor_of(gradients: str, group: Any = None) -> int:
    """Return what makes up for the division by the number of ranks, where there is one."""
    if gradients not in CONVENTIONS:
        raise ArgumentError(f"gradients={gradients!r}: {nearest(str(gradients), CONVENTIONS)}")
    return world(group) if gradients == "mean" else 1
