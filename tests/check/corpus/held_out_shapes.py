"""Losses of shapes that only their words tell: lengths, windows, answers that are asked for."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def spectrogram_l1(mel_out, mel_target, mel_lens):
    """mel_out, mel_target: (B, T, M) frames; mel_lens: (B,)"""
    kept = torch.arange(mel_out.shape[1], device=mel_out.device)[None, :] < mel_lens[:, None]
    error = (mel_out - mel_target).abs().mean(dim=2)
    return (error * kept).sum() / kept.sum()


@pair(
    correct=spectrogram_l1,
    caught_by="padding",
    story="A mean over all frames: short sentences in a batch with a long one are learnt less.",
)
def spectrogram_l1_of_all_frames(mel_out, mel_target, mel_lens):
    """mel_out, mel_target: (B, T, M) frames; mel_lens: (B,)"""
    kept = torch.arange(mel_out.shape[1], device=mel_out.device)[None, :] < mel_lens[:, None]
    error = (mel_out - mel_target).abs().mean(dim=2)
    return (error * kept).mean()


def tagging_loss(emissions, tags, num_tokens):
    # emissions: (batch, time, classes), tags: (batch, time), num_tokens: (batch,)
    nll = F.cross_entropy(emissions.transpose(1, 2), tags, reduction="none")
    kept = torch.arange(tags.shape[1], device=tags.device)[None, :] < num_tokens[:, None]
    return nll[kept].mean()


@pair(
    correct=tagging_loss,
    caught_by="padding",
    story="<= in place of <: one token of padding of each sentence is learnt.",
    warned=True,
)
def tagging_loss_one_more(emissions, tags, num_tokens):
    # emissions: (batch, time, classes), tags: (batch, time), num_tokens: (batch,)
    nll = F.cross_entropy(emissions.transpose(1, 2), tags, reduction="none")
    kept = torch.arange(tags.shape[1], device=tags.device)[None, :] <= num_tokens[:, None]
    return nll[kept].mean()


def _local(image, side):
    return F.avg_pool2d(image, side, stride=1)


class StructureLoss(nn.Module):
    """One minus the structural similarity in windows, for images in [0, 1]."""

    def __init__(self, side=9):
        super().__init__()
        self.side = side

    def forward(self, restored, clean):
        a, b = _local(restored, self.side), _local(clean, self.side)
        va = _local(restored**2, self.side) - a**2
        vb = _local(clean**2, self.side) - b**2
        both = _local(restored * clean, self.side) - a * b
        light = (2 * a * b + 1e-4) / (a**2 + b**2 + 1e-4)
        return 1 - (light * (2 * both + 9e-4) / (va + vb + 9e-4)).mean()


@pair(
    correct=StructureLoss,
    caught_by=("rising", "infimum", "gradient_at_target", "returns"),
    story="The similarity itself is handed back, and training makes images unlike.",
)
class StructureSimilarityLoss(nn.Module):
    """Structural similarity in windows, for images in [0, 1]."""

    def __init__(self, side=9):
        super().__init__()
        self.side = side

    def forward(self, restored, clean):
        a, b = _local(restored, self.side), _local(clean, self.side)
        va = _local(restored**2, self.side) - a**2
        vb = _local(clean**2, self.side) - b**2
        both = _local(restored * clean, self.side) - a * b
        light = (2 * a * b + 1e-4) / (a**2 + b**2 + 1e-4)
        return (light * (2 * both + 9e-4) / (va + vb + 9e-4)).mean()


def ranked_pairs_loss(output, relevant):
    """Relevant documents above the others, in every pair of them."""
    above, below = output[relevant == 1], output[relevant == 0]
    if len(above) == 0 or len(below) == 0:
        return output.sum() * 0.0
    return F.softplus(below[None, :] - above[:, None]).mean()


@pair(
    correct=ranked_pairs_loss,
    caught_by=("ignored", "number"),
    story="A query without relevant documents is worth NaN, the mean of no pairs.",
    warned=True,
)
def ranked_pairs_loss_of_none(output, relevant):
    """Relevant documents above the others, in every pair of them."""
    above, below = output[relevant == 1], output[relevant == 0]
    return F.softplus(below[None, :] - above[:, None]).mean()


def physics_loss(flow, measured, energy):
    """flow, measured: (B, D) fields; energy: (B,)"""
    misfit = (flow - measured).pow(2).flatten(1).mean(1)
    return (misfit + 0.1 * energy.abs()).mean()


@pair(
    correct=physics_loss,
    caught_by=("growth", "broadcasting"),
    story="A column of misfits beside a row of energies: every sample meets every other.",
    warned=True,
)
def physics_loss_of_pairs(flow, measured, energy):
    """flow, measured: (B, D) fields; energy: (B,)"""
    misfit = (flow - measured).pow(2).flatten(1).mean(1, keepdim=True)
    return (misfit + 0.1 * energy.abs()).mean()
