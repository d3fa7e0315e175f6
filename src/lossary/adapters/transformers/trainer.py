"""Hugging Face Trainer for every loss whose sums add up: Dice, class weights, sums of losses."""

from typing import TYPE_CHECKING, Any

from lossary.adapters.needs import need
from lossary.adapters.torch.ranks import Standing, all_reduced, share
from lossary.adapters.transformers import read
from lossary.core.loss import Loss
from lossary.core.parts import Parts
from lossary.errors import AdditivityError

need("transformers")
import torch
from transformers import Trainer

if TYPE_CHECKING:
    from torch import Tensor


class LossTrainer(Trainer):
    """A Trainer whose every step lowers the loss of all entries of the step, taken together.

    Where gradients are accumulated, the micro-batches run forward once without a graph (with the
    same dropout) to add up what they and all devices hold, and then each learns its share. What
    is logged is the loss that is learned from. Batch normalisation sees each batch twice.

    Args:
        *args, **settings: those of `transformers.Trainer`.
        loss: a loss whose parts add up, or a module made of one; it is handed the model's logits
            and the labels, of which those that are -100 do not count.
        shift: whether a position's scores judge the label after it, as language models do.

    Raises:
        AdditivityError: the loss compares rows with each other, so micro-batches do not add up.
    """

    loss_is_scaled_for_ga = True

    def __init__(self, *args: Any, loss: Any, shift: bool = False, **settings: Any) -> None:
        whole = loss if isinstance(loss, Loss) else loss.loss
        if not whole.additive:
            raise AdditivityError(f"{whole!r} compares rows, so micro-batches do not add up.")
        super().__init__(*args, **settings)
        self.loss, self.shift = loss, shift
        self._total: Parts | None = None
        self._batches = 1

    def get_batch_samples(self, epoch_iterator: Any, num_batches: int, device: Any) -> Any:
        """Fetch the micro-batches of a step, and look at what they hold together."""
        samples, count = super().get_batch_samples(epoch_iterator, num_batches, device)
        self._batches = len(samples)
        self._total = self._looked_ahead(samples) if len(samples) > 1 else None
        return samples, count

    def compute_loss(
        self,
        model: Any,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: Any = None,
    ) -> Any:
        """Return a number whose sum over the step's micro-batches is the loss of the step."""
        own, outputs = self._judged(model, inputs)
        value = self._learned(own) if model.training else own.value
        return (value, outputs) if return_outputs else value

    def _learned(self, own: Parts) -> "Tensor":
        total = all_reduced(own) if self._total is None else self._total
        value = share(own, total)
        return Standing.apply(value, value.detach() / self._batches, 1)

    def _judged(self, model: Any, inputs: dict[str, Any]) -> tuple[Parts, Any]:
        labels = inputs["labels"]
        outputs = model(**{name: each for name, each in inputs.items() if name != "labels"})
        prediction, target, mask = read(outputs, labels, self.shift)
        return self.loss.parts(prediction, target, mask=mask), outputs

    def _looked_ahead(self, samples: list[dict[str, Any]]) -> Parts:
        model, device = self.model_wrapped, self.args.device
        model.train()
        devices, kind = ([], "cuda") if device.type == "cpu" else ([device], device.type)
        # The second pass must draw the same dropout: the generators are put back.
        same = torch.random.fork_rng(devices, device_type=kind)
        with torch.no_grad(), same, self.compute_loss_context_manager():
            found = [self._judged(model, self._prepare_inputs(each))[0] for each in samples]
        return all_reduced(sum(found[1:], start=found[0]))
