"""Gradient accumulation in PyTorch: micro-batches and ranks that add up to one big batch."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from lossary.adapters.needs import need
from lossary.core.loss import Loss
from lossary.core.parts import Parts
from lossary.errors import AdditivityError, ArgumentError

if TYPE_CHECKING:
    import torch
else:
    torch = need("torch")

from torch import Tensor

from lossary.adapters.torch.ranks import all_reduced, factor_of


class Accumulation:
    """Learn from micro-batches one by one what one big batch teaches, in a single pass.

    The mean over a big batch is a numerator divided by a denominator that is known only when the
    last micro-batch has been seen. So each micro-batch adds the gradient of its numerator, and
    `finish` divides once. All gradients of the parameters are divided: they must be zero before
    the first `add`, and come from this loss alone. Clip them after `finish`.

    Args:
        loss: a loss whose parts are a numerator and a denominator, or a module made of one. For
            others (Dice, a sum of losses), see `share`.
        parameters: those of the model, as an optimizer takes them.
        gradients: what is done with the ranks' gradients: "mean", as DistributedDataParallel and
            FSDP do, or "sum". Let all micro-batches but the last run under the wrapper's `no_sync`.
        group: the ranks that share the batch; None for all.
        backward: what learns from a number, as a scaler of gradients does.

    Raises:
        AdditivityError: the loss makes something else of its sums than a quotient.
        ArgumentError: `gradients` is neither word.

    >>> import torch, lossary
    >>> model, given = torch.nn.Linear(1, 1), torch.ones(3, 1)
    >>> exact = Accumulation(lossary.SquaredError(), model.parameters())
    >>> for rows in (slice(0, 1), slice(1, 3)):
    ...     exact.add(model(given[rows]), given[rows])
    >>> exact.finish() == lossary.SquaredError()(model(given), given)
    tensor(True)
    """

    def __init__(
        self,
        loss: Any,
        parameters: Iterable[Tensor],
        *,
        gradients: str = "mean",
        group: Any = None,
        backward: Callable[[Tensor], Any] = torch.Tensor.backward,
    ) -> None:
        factor_of(gradients, group)
        whole = loss if isinstance(loss, Loss) else loss.loss
        if not (whole.additive and whole.averaged):
            raise _no_quotient(whole)
        self.loss, self.parameters = loss, list(parameters)
        self.gradients, self.group, self.backward = gradients, group, backward
        self._seen: Parts | None = None

    def add(
        self,
        prediction: Tensor,
        target: Tensor,
        *others: Tensor,
        weight: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> None:
        """Learn from one micro-batch; the arrays are those of a call of the loss."""
        self.backward(self.numerator(prediction, target, *others, weight=weight, mask=mask))

    def numerator(
        self,
        prediction: Tensor,
        target: Tensor,
        *others: Tensor,
        weight: Tensor | None = None,
        mask: Tensor | None = None,
    ) -> Tensor:
        """Return what is to be learned from, for those who call `backward` themselves."""
        parts = self.loss.parts(prediction, target, *others, weight=weight, mask=mask)
        if parts.denominator.requires_grad:
            raise _no_quotient(parts.loss)
        own = parts.map(torch.Tensor.detach)
        self._seen = own if self._seen is None else self._seen + own
        return parts.numerator

    def finish(self) -> Tensor:
        """Make the gradients those of the whole, and return its loss, which they lower.

        Every rank of the group must call it, after its last backward pass and before the
        optimizer's step. What is added afterwards begins another big batch.

        Raises:
            ArgumentError: nothing has been added.
        """
        if self._seen is None:
            raise ArgumentError("finish() was called, but nothing has been added since the last.")
        total, self._seen = all_reduced(self._seen, self.group), None
        count = total.denominator
        factor = factor_of(self.gradients, self.group) / count
        factor = torch.where(count == 0, torch.zeros_like(count), factor)
        for each in self.parameters:
            if each.grad is not None:
                each.grad.mul_(factor.to(each.grad.device))
        return total.value


def _no_quotient(loss: Loss) -> AdditivityError:
    return AdditivityError(
        f"{loss!r} is no numerator divided by a denominator, so its gradient cannot be added up "
        f"and divided once.\nHint: lossary.adapters.torch.ranks.share learns in two passes, the "
        f"first under torch.no_grad()."
    )
