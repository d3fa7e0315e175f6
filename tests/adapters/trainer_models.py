"""Tiny models and the trainers they are trained by: a step sees all rows, so order is no matter."""
# ruff: noqa: E402

import torch
from torch.utils.data import DataLoader, Dataset

import lossary
from benchmarks.contestants.torch import torchvision_focal
from tests.adapters.whole_batches import CASES, ROWS, network

torchvision_focal()  # built for a GPU, torchvision must be opened so before Lightning opens it

from lightning.pytorch import LightningModule, Trainer
from transformers import (
    BertConfig,
    BertForTokenClassification,
    LlamaConfig,
    LlamaForCausalLM,
    TrainingArguments,
)

from lossary.adapters import lightning

STEPS, RATE = 3, 0.5
CASE = CASES["CrossEntropy"]
WORDS, LENGTH, TAGS = 11, 6, 4
TAGGING = lossary.CrossEntropy(class_weight=(1.0, 2.0, 0.5, 3.0)) + 0.5 * lossary.CrossEntropy()
"""A sum of two quotients with two denominators, so no quotient itself."""


class Rows(Dataset):
    """The rows of the big batch, one by one."""

    def __len__(self):
        return ROWS

    def __getitem__(self, place):
        return CASE.given[place], CASE.target[place], CASE.mask[place]


class Lit(LightningModule):
    """The small network in Lightning, judged exactly or as everyone does it."""

    def __init__(self, exact=True):
        super().__init__()
        self.model, self.metric = network(), lightning.LossMetric(CASE.loss)
        self.exact = lightning.ExactLoss(CASE.loss) if exact else None
        self.losses, self.validated = [], []

    def configure_callbacks(self):
        return [self.exact] if self.exact else []

    def configure_optimizers(self):
        return torch.optim.SGD(self.parameters(), RATE)

    def training_step(self, batch):
        given, target, mask = batch
        return (self.exact or CASE.loss)(self.model(given), target, mask=mask)

    def validation_step(self, batch):
        given, target, mask = batch
        self.metric.update(self.model(given), target, mask=mask)
        self.log("exact", self.metric)

    def on_train_epoch_end(self):  # an epoch is a step, and ends after its validation
        logged = self.trainer.callback_metrics
        self.losses += [float(logged["train_loss"])] if self.exact else []
        self.validated.append(float(logged["exact"]))


def fit(module, micro=1, world=1, clip=1e6):
    """Train with Lightning, and return the module."""
    trainer = Trainer(
        accelerator="cpu", devices=world, strategy="ddp" if world > 1 else "auto",
        max_epochs=STEPS, accumulate_grad_batches=micro, num_sanity_val_steps=0,
        gradient_clip_val=clip, logger=False, enable_checkpointing=False,
        enable_progress_bar=False, enable_model_summary=False,
    )  # fmt: skip
    trainer.fit(module, DataLoader(Rows(), batch_size=2), DataLoader(Rows(), batch_size=2))
    return module


def language():
    """Return a tiny language model, words and labels."""
    torch.manual_seed(5)
    config = LlamaConfig(
        vocab_size=WORDS, hidden_size=8, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=16,
    )  # fmt: skip
    words, counts = _sentences(1)
    return LlamaForCausalLM(config).double(), words, torch.where(counts, words, -100)


def tagging(dropout=0.0):
    """Return a tiny tagger, words and labels."""
    torch.manual_seed(6)
    config = BertConfig(
        vocab_size=WORDS, hidden_size=8, intermediate_size=16, num_hidden_layers=1,
        num_attention_heads=2, max_position_embeddings=16, num_labels=TAGS,
        hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout,
    )  # fmt: skip
    words, counts = _sentences(2)
    model = BertForTokenClassification(config).double()
    return model, words, torch.where(counts, words % TAGS, -100)


def _sentences(seed):
    """Return words, and which of them have a label: few in front."""
    generator = torch.Generator().manual_seed(seed)
    words = torch.randint(WORDS, (ROWS, LENGTH), generator=generator)
    return words, torch.arange(LENGTH) < 1 + torch.arange(ROWS)[:, None] % LENGTH


def settings(folder, micro, given, rows=2):
    """Return what a Hugging Face Trainer is made with."""
    model, words, labels = given
    data = [{"input_ids": w, "labels": t} for w, t in zip(words, labels, strict=True)]
    arguments = TrainingArguments(
        folder, use_cpu=True, optim="sgd", learning_rate=RATE, lr_scheduler_type="constant",
        max_grad_norm=0, num_train_epochs=STEPS, logging_steps=1, report_to="none",
        per_device_train_batch_size=rows, per_device_eval_batch_size=3,
        gradient_accumulation_steps=micro, save_strategy="no", disable_tqdm=True,
        dataloader_pin_memory=False,
    )  # fmt: skip
    return {"model": model, "args": arguments, "train_dataset": data, "eval_dataset": data}
