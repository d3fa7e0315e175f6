"""Hugging Face Accelerate: micro-batches and processes that add up to one big batch."""

from typing import TYPE_CHECKING, Any

from lossary.adapters.needs import need
from lossary.adapters.torch.accumulation import Accumulation
from lossary.errors import ArgumentError

need("accelerate")
from accelerate import DistributedType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from accelerate import Accelerator
    from torch import Tensor

ELSEWHERE = (DistributedType.DEEPSPEED, DistributedType.MEGATRON_LM, DistributedType.XLA)
"""Their gradients are not where PyTorch keeps them."""


class ExactLoss:
    """A loss whose gradient under `accelerator.accumulate` is that of all its micro-batches.

    `accelerator.backward` divides what it is given by the number of micro-batches, and the
    processes' gradients are averaged: means of means. This learns from the numerators, and divides
    the gradients by the whole denominator when the last micro-batch has been seen.

    All gradients of the parameters are divided, so they must come from this loss alone; clip them
    after `backward`. For a loss that is no quotient, see `lossary.adapters.torch.ranks.share`.

    Args:
        loss: a loss whose parts are a numerator and a denominator, or a module made of one.
        accelerator: the `Accelerator`, whose `backward` is used.
        parameters: those of the prepared model, as an optimizer takes them.

    Raises:
        AdditivityError: the loss makes something else of its sums than a quotient.
        ArgumentError: the accelerator keeps the gradients to itself, as with DeepSpeed.

    >>> import torch, lossary
    >>> from accelerate import Accelerator
    >>> accelerator = Accelerator(cpu=True, gradient_accumulation_steps=2)
    >>> model = accelerator.prepare(torch.nn.Linear(1, 1))
    >>> exact = ExactLoss(lossary.SquaredError(), accelerator, model.parameters())
    >>> given = torch.ones(3, 1)
    >>> for rows in (slice(0, 1), slice(1, 3)):
    ...     with accelerator.accumulate(model):
    ...         found = exact.backward(model(given[rows]), given[rows])
    >>> found == lossary.SquaredError()(model(given), given)
    tensor(True)
    """

    def __init__(
        self, loss: Any, accelerator: "Accelerator", parameters: "Iterable[Tensor]"
    ) -> None:
        if accelerator.distributed_type in ELSEWHERE:
            raise ArgumentError(
                f"{accelerator.distributed_type} keeps the gradients where they cannot be divided."
                f"\nHint: lossary.adapters.torch.ranks.across and .share divide beforehand."
            )
        self.accelerator = accelerator
        self._sums = Accumulation(loss, parameters, backward=self._backward)

    def backward(
        self,
        prediction: "Tensor",
        target: "Tensor",
        *others: "Tensor",
        weight: "Tensor | None" = None,
        mask: "Tensor | None" = None,
    ) -> "Tensor | None":
        """Learn from one micro-batch, instead of `accelerator.backward`.

        Returns:
            The loss of all micro-batches and processes, to be logged, after the last micro-batch
            before the optimizer's step; None after the others.
        """
        self._sums.add(prediction, target, *others, weight=weight, mask=mask)
        return self._sums.finish() if self.accelerator.sync_gradients else None

    def _backward(self, numerator: "Tensor") -> None:
        self.accelerator.backward(numerator * self.accelerator.gradient_accumulation_steps)
