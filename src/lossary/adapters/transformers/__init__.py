"""Hugging Face Trainer: a loss by the items of the whole step, accumulated or not, on all ranks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lossary.adapters.needs import need
from lossary.core.loss import Loss
from lossary.core.parts import Parts
from lossary.errors import AdditivityError

need("transformers")
import torch
from torch import Tensor

IGNORED = -100
"""The label that `Trainer` leaves out when it counts the items of a step."""


def read(outputs: Any, labels: Any, shift: bool) -> tuple[Any, Any, Any]:
    """Return prediction, target and mask; labels that are -100 do not count.

    Of one output for each number, the axis of size one is left out, as the models themselves do.
    """
    logits = outputs["logits"] if isinstance(outputs, Mapping) else outputs[0]
    if shift:
        logits, labels = logits[..., :-1, :], labels[..., 1:]
    if logits.shape == (*labels.shape, 1):
        logits = logits[..., 0]
    return logits, labels, labels != IGNORED


def compute_loss(loss: Any, *, shift: bool = False) -> Callable[..., Tensor]:
    """Return a `compute_loss_func` for `transformers.Trainer`.

    The numerator of the micro-batch is divided by the items of the whole step, as `Trainer` has
    counted them over all micro-batches and (with `average_tokens_across_devices`, as by default)
    devices. What is logged is the loss that is learned from.

    Args:
        loss: a loss whose denominator counts the entries, or a module made of one. For others
            (Dice, class weights, a sum), see `lossary.adapters.transformers.trainer`.
        shift: whether a position's scores judge the label after it, as language models do.
            `Trainer` then does not count the first label of a row if the model's class is one
            `ForCausalLM`; for others (GPT2LMHeadModel), set the first labels to -100.

    Raises:
        AdditivityError: when called, if the denominator is not the count of the labels.

    >>> import torch, lossary
    >>> judge = compute_loss(lossary.CrossEntropy())
    >>> outputs, labels = {"logits": torch.zeros(2, 4)}, torch.tensor([1, -100])
    >>> judge(outputs, labels, num_items_in_batch=torch.tensor(2))  # log 4, but of one in two
    tensor(0.6931)
    """
    return _ComputeLoss(loss, shift)


@dataclass(frozen=True)
class _ComputeLoss:
    """What `compute_loss` returns: a value, so that it can be pickled."""

    loss: Any
    shift: bool

    def __call__(
        self, outputs: Any, labels: Tensor, num_items_in_batch: Tensor | int | None = None
    ) -> Tensor:
        prediction, target, mask = read(outputs, labels, self.shift)
        parts = self.loss.parts(prediction, target, mask=mask)
        if num_items_in_batch is None:
            return parts.value
        _counted(parts, mask)
        # Where torch.nn.DataParallel splits a batch, the count is repeated for each device, and
        # the loss multiplied by their number: the sum of the counts makes up for it.
        count = torch.as_tensor(num_items_in_batch, device=labels.device).sum()
        return parts.numerator / count.clamp(min=1)  # with no label at all, the numerator is zero


def _counted(parts: Parts, mask: Tensor) -> None:
    """Hold the denominator against the labels that count, which is all that `Trainer` knows."""
    quotient = parts.loss.averaged and len(parts.sums) == 2
    if not (quotient and bool(parts.denominator == mask.sum())):
        raise AdditivityError(
            f"{parts.loss!r} does not divide by the number of labels, and no more is known of the "
            f"step's other micro-batches.\nHint: LossTrainer in "
            f"lossary.adapters.transformers.trainer looks at all of them first."
        )


def compute_metrics(loss: Loss, *, shift: bool = False) -> Callable[[Any], dict[str, float]]:
    """Return a `compute_metrics` for `transformers.Trainer`: the loss of all entries at once.

    `Trainer` itself reports as `eval_loss` the mean of the batches' means. This is reported as
    `eval_exact_loss`; `metric_for_best_model="exact_loss"` chooses by it.

    Args:
        loss: any loss.
        shift: whether a position's scores judge the label after it, as language models do.

    >>> import numpy as np, lossary
    >>> from transformers import EvalPrediction
    >>> judge = compute_metrics(lossary.Huber())
    >>> judge(EvalPrediction(np.asarray([[1.0], [3.0]]), np.asarray([0.0, 3.0])))
    {'exact_loss': 0.25}
    """
    return _ComputeMetrics(loss, shift)


@dataclass(frozen=True)
class _ComputeMetrics:
    """What `compute_metrics` returns: a value, so that it can be pickled."""

    loss: Any
    shift: bool

    def __call__(self, found: Any) -> dict[str, float]:
        outputs = found.predictions
        several = isinstance(outputs, (tuple, list, Mapping))
        outputs = outputs if several else [outputs]
        prediction, target, mask = read(outputs, found.label_ids, self.shift)
        return {"exact_loss": float(self.loss(prediction, target, mask=mask))}
