"""Losses of masks, boxes and embeddings whose formula is off."""

import torch
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def dice_loss(pred, target, smooth=1.0):
    inter = (pred * target).sum()
    return 1 - (2 * inter + smooth) / (pred.sum() + target.sum() + smooth)


@pair(
    correct=dice_loss,
    caught_by=("likeness", "infimum"),
    story="The factor 2 is missing: a perfect mask costs one half.",
)
def dice_loss_without_two(pred, target, smooth=1.0):
    inter = (pred * target).sum()
    return 1 - (inter + smooth) / (pred.sum() + target.sum() + smooth)


def iou_loss(pred, target, eps=1e-6):
    inter = (pred * target).sum(dim=(1, 2))
    union = pred.sum(dim=(1, 2)) + target.sum(dim=(1, 2)) - inter
    return (1 - (inter + eps) / (union + eps)).mean()


@pair(
    correct=iou_loss,
    caught_by=("likeness", "infimum"),
    story="The overlap was not taken off the union: a perfect mask costs one half.",
    shapes="n h w, n h w",
    prediction="probability",
    target="degree",
)
def iou_loss_twice(pred, target, eps=1e-6):
    inter = (pred * target).sum(dim=(1, 2))
    union = pred.sum(dim=(1, 2)) + target.sum(dim=(1, 2))
    return (1 - (inter + eps) / (union + eps)).mean()


def giou_loss(boxes1, boxes2):
    left = torch.maximum(boxes1[:, :2], boxes2[:, :2])
    right = torch.minimum(boxes1[:, 2:], boxes2[:, 2:])
    inter = (right - left).clamp(min=0).prod(1)
    area1 = (boxes1[:, 2:] - boxes1[:, :2]).prod(1)
    area2 = (boxes2[:, 2:] - boxes2[:, :2]).prod(1)
    union = area1 + area2 - inter + 1e-7
    far = torch.maximum(boxes1[:, 2:], boxes2[:, 2:])
    near = torch.minimum(boxes1[:, :2], boxes2[:, :2])
    hull = (far - near).prod(1) + 1e-7
    return (1 - inter / union + (hull - union) / hull).mean()


@pair(
    correct=giou_loss,
    caught_by=("likeness", "boxes"),
    story="Boxes that do not touch: two negative sides make an overlap, for want of a clamp.",
    shapes="n 4, n 4",
    prediction="box",
    target="box",
)
def giou_loss_unclamped(boxes1, boxes2):
    left = torch.maximum(boxes1[:, :2], boxes2[:, :2])
    right = torch.minimum(boxes1[:, 2:], boxes2[:, 2:])
    inter = (right - left).prod(1)
    area1 = (boxes1[:, 2:] - boxes1[:, :2]).prod(1)
    area2 = (boxes2[:, 2:] - boxes2[:, :2]).prod(1)
    union = area1 + area2 - inter + 1e-7
    far = torch.maximum(boxes1[:, 2:], boxes2[:, 2:])
    near = torch.minimum(boxes1[:, :2], boxes2[:, :2])
    hull = (far - near).prod(1) + 1e-7
    return (1 - inter / union + (hull - union) / hull).mean()


def triplet_loss(anchor, positive, negative, margin=1.0):
    near = (anchor - positive).pow(2).sum(1)
    far = (anchor - negative).pow(2).sum(1)
    return torch.relu(near - far + margin).mean()


@pair(
    correct=triplet_loss,
    caught_by="likeness",
    story="Positive and negative were exchanged: it drives what belongs together apart.",
)
def triplet_loss_turned(anchor, positive, negative, margin=1.0):
    near = (anchor - positive).pow(2).sum(1)
    far = (anchor - negative).pow(2).sum(1)
    return torch.relu(far - near + margin).mean()


@pair(
    correct=triplet_loss,
    caught_by=("likeness", "infimum"),
    story="relu is missing: the negative is pushed away without end.",
)
def triplet_loss_unclipped(anchor, positive, negative, margin=1.0):
    near = (anchor - positive).pow(2).sum(1)
    far = (anchor - negative).pow(2).sum(1)
    return (near - far + margin).mean()


def info_nce(query, key, temperature=0.1):
    scores = F.normalize(query, dim=-1) @ F.normalize(key, dim=-1).T / temperature
    return F.cross_entropy(scores, torch.arange(len(query), device=query.device))


@pair(
    correct=info_nce,
    caught_by="likeness",
    story="The similarities are multiplied by the temperature: the softmax is almost uniform.",
)
def info_nce_hot(query, key, temperature=0.1):
    scores = F.normalize(query, dim=-1) @ F.normalize(key, dim=-1).T * temperature
    return F.cross_entropy(scores, torch.arange(len(query), device=query.device))


def nt_xent_loss(z1, z2, temperature=0.5):
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    scores = z @ z.T / temperature
    scores = scores.masked_fill(torch.eye(2 * n, dtype=torch.bool, device=z.device), float("-inf"))
    own = torch.arange(2 * n, device=z.device).roll(n)
    return F.cross_entropy(scores, own)


@pair(
    correct=nt_xent_loss,
    caught_by=("likeness", "collapse", "infimum"),
    story="Each row is compared with itself below the line: the diagonal was not masked.",
)
def nt_xent_loss_with_itself(z1, z2, temperature=0.5):
    z = F.normalize(torch.cat([z1, z2]), dim=1)
    n = len(z1)
    scores = z @ z.T / temperature
    own = torch.arange(2 * n, device=z.device).roll(n)
    return F.cross_entropy(scores, own)


def contrastive_loss(x1, x2, label, margin=2.0):
    distance = F.pairwise_distance(x1, x2)
    same = label * distance.pow(2)
    apart = (1 - label) * torch.clamp(margin - distance, min=0).pow(2)
    return 0.5 * (same + apart).mean()


@pair(
    correct=contrastive_loss,
    caught_by="likeness",
    story="Without the clamp, pairs that are far enough apart are pulled back together.",
    shapes="n d, n d, n",
    order="prediction, prediction, target",
    target="degree",
)
def contrastive_loss_unclamped(x1, x2, label, margin=2.0):
    distance = F.pairwise_distance(x1, x2)
    same = label * distance.pow(2)
    apart = (1 - label) * (margin - distance).pow(2)
    return 0.5 * (same + apart).mean()


def cosine_loss(a, b):
    return (1 - F.cosine_similarity(a, b, dim=-1)).mean()


@pair(
    correct=cosine_loss,
    caught_by=("likeness", "infimum", "convergence"),
    story="The similarity itself is minimised: the vectors are driven apart.",
)
def cosine_loss_turned(a, b):
    return F.cosine_similarity(a, b, dim=-1).mean()
