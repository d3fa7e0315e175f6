"""Lightning: accumulated gradients and ranks that add up to one big batch, and an honest log."""

from typing import TYPE_CHECKING, Any

from lossary.adapters.needs import need
from lossary.adapters.torch.accumulation import Accumulation
from lossary.adapters.torchmetrics import LossMetric as LossMetric
from lossary.errors import ArgumentError

need("lightning")
from lightning.pytorch import Callback

if TYPE_CHECKING:
    from lightning.pytorch import LightningModule, Trainer
    from torch import Tensor


class ExactLoss(Callback):
    """A loss to return from `training_step`, whose gradient is that of all that is accumulated.

    Lightning divides what `training_step` returns by `accumulate_grad_batches`, and the ranks'
    gradients are averaged: means of means. This returns numerators, and divides the gradients by
    the whole denominator before they are clipped and the optimizer steps. Under `name` it logs
    the loss that this step lowers. Outside of training, it returns the loss of the batch; for the
    loss of an epoch, log a `LossMetric`.

    Return it as it is: all gradients are divided, so they must come from this loss alone. For a
    loss that is no quotient (Dice, a sum), use manual optimization and
    `lossary.adapters.torch.ranks.share`; without accumulation, `across` is all that is needed.

    Args:
        loss: a loss whose parts are a numerator and a denominator, or a module made of one.
        name: what it is logged as; None for no log.

    Raises:
        AdditivityError: the loss makes something else of its sums than a quotient.

    >>> import lightning, torch, lossary
    >>> class Model(lightning.pytorch.LightningModule):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.layer, self.exact = torch.nn.Linear(3, 1), ExactLoss(lossary.Huber())
    ...
    ...     def configure_callbacks(self):
    ...         return [self.exact]
    ...
    ...     def training_step(self, batch):
    ...         given, target = batch
    ...         return self.exact(self.layer(given), target)
    """

    def __init__(self, loss: Any, name: str | None = "train_loss") -> None:
        self.loss, self.name = loss, name
        self._sums = Accumulation(loss, ())
        self._trainer: Trainer | None = None
        self._returned: list[Any] = []

    def __call__(
        self,
        prediction: "Tensor",
        target: "Tensor",
        *others: "Tensor",
        weight: "Tensor | None" = None,
        mask: "Tensor | None" = None,
    ) -> "Tensor":
        """Return what `training_step` must return; the arrays are those of a call of the loss.

        Raises:
            ArgumentError: this is no callback of the trainer.
        """
        if self._trainer is None:
            raise ArgumentError(
                "this loss divides the gradients as a callback, but the trainer does not know it.\n"
                "Hint: return [self.exact] from configure_callbacks, where self.exact is this loss."
            )
        arrays = (prediction, target, *others)
        if not self._trainer.training:
            return self.loss(*arrays, weight=weight, mask=mask)
        numerator = self._sums.numerator(*arrays, weight=weight, mask=mask)
        returned = numerator * self._trainer.accumulate_grad_batches
        self._returned.append(returned.grad_fn)
        return returned

    def setup(self, trainer: "Trainer", pl_module: "LightningModule", stage: str) -> None:
        if trainer.strategy.handles_gradient_accumulation or not pl_module.automatic_optimization:
            raise ArgumentError(
                "with manual optimization, and with a strategy that accumulates by itself, this "
                "loss cannot divide the gradients.\nHint: lossary.adapters.torch.accumulation is "
                "for the former, lossary.adapters.torch.ranks.across for both."
            )
        self._trainer = trainer
        self._sums, self._returned = Accumulation(self.loss, ()), []

    def on_before_backward(
        self, trainer: "Trainer", pl_module: "LightningModule", loss: "Tensor"
    ) -> None:
        returned, self._returned = self._returned, []
        if len(returned) != 1 or not _leads_to(loss.grad_fn, returned[0]):
            raise ArgumentError(
                "training_step must return what this loss gave it, and nothing else: the gradients "
                "of all that is added to it would be divided, too.\nHint: make one loss of several "
                "with +, and learn from it with lossary.adapters.torch.ranks.across."
            )

    def on_before_optimizer_step(
        self, trainer: "Trainer", pl_module: "LightningModule", optimizer: Any
    ) -> None:
        groups = optimizer.param_groups
        self._sums.parameters = [each for group in groups for each in group["params"]]
        value = self._sums.finish()
        if self.name is not None:
            pl_module.log(self.name, value, prog_bar=True)


def _leads_to(node: Any, goal: Any) -> bool:
    """Say whether the graph is one line from here to there, as scaling makes it."""
    while node is not goal:
        nodes = [each for each, _ in node.next_functions if each is not None]
        if len(nodes) != 1:
            return False
        node = nodes[0]
    return True
