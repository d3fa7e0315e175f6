"""TorchMetrics, and so Lightning's log: the loss of all batches of an epoch and of all ranks."""

from typing import TYPE_CHECKING, Any

from lossary.adapters.needs import need
from lossary.core.loss import Loss
from lossary.errors import AdditivityError

need("torchmetrics")
import torch
from torchmetrics import Metric

if TYPE_CHECKING:
    from torch import Tensor


class LossMetric(Metric):
    """The loss of all entries seen since the last `reset`, as if they had been one batch.

    The mean of the batches' means, which loggers show, gives the entries of a batch with few of
    them more weight, and is wrong altogether for Dice or a root of a mean. This adds up the sums,
    in double precision (where a device has none: `metric.set_dtype(torch.float32)`).

    Args:
        loss: a loss, or a module made of one.
        **settings: those of every `torchmetrics.Metric`.

    Raises:
        AdditivityError: the loss compares rows with each other, so batches do not add up.

    >>> import torch, lossary
    >>> metric = LossMetric(lossary.RootMeanSquaredError())
    >>> metric.update(torch.tensor([3.0]), torch.zeros(1))
    >>> metric.update(torch.tensor([4.0, 0.0, 0.0]), torch.zeros(3))
    >>> float(metric.compute())
    2.5
    """

    is_differentiable = False
    higher_is_better = False
    full_state_update = False

    def __init__(self, loss: Any, **settings: Any) -> None:
        super().__init__(**settings)
        self.loss = loss
        self._whole = loss if isinstance(loss, Loss) else loss.loss
        if not self._whole.additive:
            raise AdditivityError(f"{self._whole!r} compares rows, so batches do not add up.")
        for name in self._names():
            self.add_state(name, torch.tensor(0.0, dtype=torch.float64), dist_reduce_fx="sum")

    def update(
        self,
        prediction: "Tensor",
        target: "Tensor",
        *others: "Tensor",
        weight: "Tensor | None" = None,
        mask: "Tensor | None" = None,
    ) -> None:
        """Add the entries of one batch; the arrays are those of a call of the loss."""
        with torch.no_grad():
            parts = self.loss.parts(prediction, target, *others, weight=weight, mask=mask)
        for name, each in zip(self._names(), parts.sums, strict=True):
            setattr(self, name, getattr(self, name) + each)

    def compute(self) -> "Tensor":
        """Return the loss of all of them."""
        return self._whole.finished(tuple(getattr(self, name) for name in self._names()))

    def _names(self) -> list[str]:
        return [f"sum_{place}" for place in range(self._whole.width)]
