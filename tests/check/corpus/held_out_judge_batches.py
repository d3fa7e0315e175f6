"""Losses whose mistake waits for a batch of another kind: padded, lonely, whole, zero or wide."""

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def next_token_loss(logits, tokens, pad_id=-100):
    """Logits (B, T, V) at step t predict tokens (B, T) at step t + 1; pad_id where padded."""
    ahead, wanted = logits[:, :-1], tokens[:, 1:]
    kept = wanted != pad_id
    chances = F.log_softmax(ahead, dim=-1)
    taken = chances.gather(-1, wanted.masked_fill(~kept, 0).unsqueeze(-1)).squeeze(-1)
    return -(taken * kept).sum() / kept.sum().clamp(min=1)


@pair(
    correct=next_token_loss,
    caught_by="poison",
    story="Padding becomes token 0 before the shift, and every padded step learns to say it.",
)
def next_token_loss_of_padding(logits, tokens, pad_id=-100):
    """Logits (B, T, V) at step t predict tokens (B, T) at step t + 1; pad_id where padded."""
    ahead, wanted = logits[:, :-1], tokens[:, 1:]
    kept = wanted != pad_id
    chances = F.log_softmax(ahead, dim=-1)
    taken = chances.gather(-1, wanted.masked_fill(~kept, 0).unsqueeze(-1)).squeeze(-1)
    return -taken.sum() / kept.sum().clamp(min=1)


def shifted_masked_loss(logits, tokens, mask):
    """Mask is 1 where a token counts, as target of the step before it."""
    nll = F.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:], reduction="none")
    kept = mask[:, 1:].to(nll.dtype)
    return (nll * kept).sum() / kept.sum().clamp(min=1)


@pair(
    correct=shifted_masked_loss,
    caught_by="poison",
    story="The mask is shifted for the count only, and the padding is learnt.",
)
def shifted_unmasked_loss(logits, tokens, mask):
    """Mask is 1 where a token counts, as target of the step before it."""
    nll = F.cross_entropy(logits[:, :-1].transpose(1, 2), tokens[:, 1:], reduction="none")
    return nll.sum() / mask[:, 1:].sum().clamp(min=1)


def _pairs(embeddings, labels, scale):
    rows = F.normalize(embeddings, dim=-1)
    itself = torch.eye(len(rows), dtype=torch.bool, device=rows.device)
    near = (rows @ rows.T * scale).masked_fill(itself, -1e9)
    same = (labels.unsqueeze(0) == labels.unsqueeze(1)) & ~itself
    return F.log_softmax(near, dim=1), same.to(rows.dtype)


def supervised_contrast(embeddings, labels, scale=8.0):
    chances, same = _pairs(embeddings, labels, scale)
    found = (chances * same).sum(1) / same.sum(1).clamp(min=1)
    return -found.sum() / (same.sum(1) > 0).sum().clamp(min=1)


@pair(
    correct=supervised_contrast,
    caught_by="ignored",
    story="An identity that comes once in a batch has no positives, and 0 / 0.",
)
def supervised_contrast_lonely(embeddings, labels, scale=8.0):
    chances, same = _pairs(embeddings, labels, scale)
    return -((chances * same).sum(1) / same.sum(1)).mean()


def hinge_by_cases(y, score):
    """Hinge loss of each sample; y is -1 or 1, score the raw decision value."""
    loss = np.zeros(np.shape(score))
    inside = y * score < 1
    loss[inside] = 1 - (y * score)[inside]
    return loss


@pair(
    correct=hinge_by_cases,
    caught_by="integer_labels",
    story="The result is made like the labels, and integers cut it down to whole numbers.",
)
def hinge_by_cases_whole(y, score):
    """Hinge loss of each sample; y is -1 or 1, score the raw decision value."""
    loss = np.zeros_like(y)
    inside = y * score < 1
    loss[inside] = 1 - (y * score)[inside]
    return loss


def canberra(pred, target):
    gap, size = np.abs(pred - target), np.abs(pred) + np.abs(target)
    return np.sum(gap / np.where(size > 0, size, 1.0))


@pair(
    correct=canberra,
    caught_by="zero_pair",
    story="causalml#1050: one row in which target and prediction are zero makes the mean NaN.",
)
def canberra_of_zeros(pred, target):
    return np.sum(np.abs(pred - target) / (np.abs(pred) + np.abs(target)))


def squares_by_rows(pred, target):
    return np.sum((pred - target) ** 2) / len(target)


def squares_by_rows_gradient(pred, target):
    return 2.0 * (pred - target) / len(target)


@pair(
    correct=squares_by_rows,
    caught_by="gradient",
    story="A hand-written gradient divides by the rows, where the value is the mean over entries.",
    gradient=squares_by_rows_gradient,
)
def squares_by_entries(pred, target):
    return np.mean((pred - target) ** 2)
