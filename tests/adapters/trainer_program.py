"""What one rank does in the tests of trainers: each trains for a few steps over one big batch.

Run as `python -m tests.adapters.trainer_program FOLDER RANK WORLD PORT`; it leaves its findings
there.
"""

import logging
import os
import sys
import warnings
from pathlib import Path

import torch
import torch.distributed as dist
from torch.utils.data import DataLoader

import lossary

from tests.adapters.trainer_models import (  # isort: skip
    CASE, RATE, STEPS, TAGGING, Lit, Rows, fit, language, settings, tagging,
)  # fmt: skip
from accelerate import Accelerator
from transformers import Trainer

from lossary.adapters import accelerate
from lossary.adapters.transformers import compute_loss, compute_metrics
from lossary.adapters.transformers.trainer import LossTrainer
from tests.adapters.trainer_refusals import refusals
from tests.adapters.whole_batches import ROWS, network

PLAIN = lossary.CrossEntropy()


def weights(model):
    """Return all weights in a row."""
    return torch.cat([each.detach().reshape(-1) for each in model.parameters()]).clone()


def whole(model, judged):
    """Train on the big batch at once, with a plain loop and the definition of the loss."""
    optimizer, losses = torch.optim.SGD(model.parameters(), RATE), []
    with lossary.use_kernels(False):
        for _ in range(STEPS):
            optimizer.zero_grad()
            losses.append(judged(model))
            losses[-1].backward()
            optimizer.step()
        losses.append(judged(model))
    return weights(model), [float(each.detach()) for each in losses]


def whole_network():
    return whole(network(), lambda model: CASE.loss(model(CASE.given), CASE.target, mask=CASE.mask))


def whole_language():
    model, words, labels = language()
    target, mask = labels[:, 1:], labels[:, 1:] != -100
    return whole(model, lambda model: PLAIN(model(words).logits[:, :-1], target, mask=mask))


def whole_tagging():
    model, words, labels = tagging()
    return whole(model, lambda model: TAGGING(model(words).logits, labels, mask=labels != -100))


def with_accelerate(micro):
    """Train with Accelerate, and return the weights and what is to be logged."""
    accelerator = Accelerator(cpu=True, gradient_accumulation_steps=micro)
    model = network()
    optimizer = torch.optim.SGD(model.parameters(), RATE)
    loader = DataLoader(Rows(), batch_size=2)
    model, optimizer, loader = accelerator.prepare(model, optimizer, loader)
    exact = accelerate.ExactLoss(CASE.loss, accelerator, model.parameters())
    losses = []
    for _ in range(STEPS):
        for given, target, mask in loader:
            with accelerator.accumulate(model):
                losses.append(exact.backward(model(given), target, mask=mask))
                optimizer.step()
                optimizer.zero_grad()
    return weights(model), [float(each) for each in losses if each is not None]


def with_lightning(micro, world, exact=True):
    """Train with Lightning, and return the weights and what was logged."""
    module = fit(Lit(exact), micro, world)
    return weights(module.model), module.losses, module.validated


def with_transformers(make, given, **others):
    """Train with a Hugging Face Trainer, and return the weights and what was logged."""
    trainer = make(**given, **others)
    trainer.train()
    losses = [each["loss"] for each in trainer.state.log_history if "loss" in each]
    return weights(given["model"]), losses, trainer.evaluate()


class Seen(LossTrainer):
    """Keeps the sums of both passes."""

    def __init__(self, *args, **others):
        super().__init__(*args, **others)
        self.first, self.second = [], []

    def _looked_ahead(self, samples):
        found = super()._looked_ahead(samples)
        self.first.append(torch.stack(found.sums))
        self.second.append(0)
        return found

    def _learned(self, own):
        if self.second:
            self.second[-1] = self.second[-1] + torch.stack(own.sums).detach()
        return super()._learned(own)


def dropped(folder):
    """Train with dropout, and return the sums of the first pass and of the second."""
    trainer = Seen(**settings(folder, 4, tagging(dropout=0.5)), loss=TAGGING)
    trainer.train()
    return trainer.first, trainer.second


def at_once(folder):
    """Train by steps of one batch; return the weights and how often was looked ahead."""
    trainer = Seen(**settings(folder, 1, tagging(), rows=ROWS), loss=TAGGING)
    trainer.train()
    return weights(trainer.model), len(trainer.first)


def findings(folder, world):
    """Return what all trainers find, in as many micro-batches as make up the rows."""
    micro = ROWS // 2 // world
    found = {
        "accelerate": with_accelerate(micro),
        "lightning": with_lightning(micro, world),
        "naive": with_lightning(micro, world, exact=False),
        "language": with_transformers(
            Trainer,
            settings(folder, micro, language()),
            compute_loss_func=compute_loss(PLAIN, shift=True),
            compute_metrics=compute_metrics(PLAIN, shift=True),
        ),
        "tagging": with_transformers(
            LossTrainer,
            settings(folder, micro, tagging()),
            loss=TAGGING,
            compute_metrics=compute_metrics(TAGGING),
        ),
    }
    if world == 1:
        found |= {
            "at once": at_once(folder),
            "dropped": dropped(folder),
            "refusals": refusals(folder),
            "whole network": whole_network(),
            "whole language": whole_language(),
            "whole tagging": whole_tagging(),
        }
    return found


def main(folder, rank, world, port):
    """Meet the other ranks, find, leave the findings, and go."""
    if world > 1:
        os.environ |= {
            "RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(world),
            "LOCAL_WORLD_SIZE": str(world), "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port),
        }  # fmt: skip
    warnings.filterwarnings("error", module=r"lossary\.")  # the trainers warn of themselves
    logging.getLogger("lightning.pytorch").setLevel(logging.ERROR)
    torch.save(findings(folder, world), folder / f"{rank}.pt")
    if world > 1:
        dist.barrier()
        dist.destroy_process_group()
    os._exit(0)  # the group's threads may wait for each other when they are taken down


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
