"""What is said where a trainer's gradients could not be made exact."""

from functools import partial

from tests.adapters.trainer_models import CASE, Lit, fit, settings, tagging  # isort: skip
from accelerate import Accelerator
from transformers import Trainer

import lossary
from lossary.adapters import accelerate, lightning
from lossary.adapters.transformers import compute_loss
from lossary.adapters.transformers.trainer import LossTrainer
from lossary.errors import LossError


class Added(Lit):
    """Returns more than the loss gave it."""

    def training_step(self, batch):
        return super().training_step(batch) + 0.1 * self.model[0].weight.square().sum()


class Twice(Lit):
    """Asks for two losses, and returns one."""

    def training_step(self, batch):
        super().training_step(batch)
        return super().training_step(batch)


class Scaled(Lit):
    """Returns a multiple of what the loss gave it, as is its right."""

    def training_step(self, batch):
        return 3 * super().training_step(batch)


class Manual(Lit):
    """Steps the optimizer by itself."""

    automatic_optimization = False


class Forgotten(Lit):
    """Does not tell the trainer of its loss."""

    def configure_callbacks(self):
        return []


def refusals(folder):
    """Return the class and the text of each error, or None where there was none."""
    given = settings(folder, 2, tagging())
    strange = (Added, Twice, Scaled, Forgotten)
    return {
        "deepspeed": _said(_with_deepspeed),
        "dice": _said(lambda: lightning.ExactLoss(lossary.Dice())),
        "pairs": _said(lambda: LossTrainer(**given, loss=lossary.InfoNCE())),
        "counts": _said(Trainer(**given, compute_loss_func=compute_loss(CASE.loss)).train),
        "metric": _said(lambda: lightning.LossMetric(lossary.InfoNCE())),
        "manual": _said(partial(fit, Manual(), clip=None)),
    } | {each.__name__: _said(partial(fit, each(), 4)) for each in strange}


def _with_deepspeed():
    accelerator = Accelerator(cpu=True)
    known, accelerator.state.distributed_type = accelerator.distributed_type, "DEEPSPEED"
    try:
        accelerate.ExactLoss(CASE.loss, accelerator, [])
    finally:
        accelerator.state.distributed_type = known


def _said(do):
    try:
        do()
    except LossError as error:
        return type(error).__name__, str(error)
