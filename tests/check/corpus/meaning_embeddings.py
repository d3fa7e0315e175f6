"""Losses of embeddings and pairs that reward the opposite of what they are for."""

import torch
import torch.nn.functional as F  # noqa: N812

from tests.check.corpus.pair import pair


def triplet(anchor, positive, negative, margin=1.0):
    near = (anchor - positive).pow(2).sum(1)
    far = (anchor - negative).pow(2).sum(1)
    return F.relu(near - far + margin).mean()


@pair(
    correct=triplet,
    caught_by="named_pairs",
    story="sentence-transformers 5.0: a negative distance turned the objective round.",
)
def triplet_inverted(anchor, positive, negative, margin=1.0):
    near = -(anchor - positive).pow(2).sum(1)
    far = -(anchor - negative).pow(2).sum(1)
    return F.relu(near - far + margin).mean()


def bpr(pos_scores, neg_scores):
    return -F.logsigmoid(pos_scores - neg_scores).mean()


@pair(correct=bpr, caught_by="named_pairs", story="Positive and negative exchanged.")
def bpr_exchanged(pos_scores, neg_scores):
    return -F.logsigmoid(neg_scores - pos_scores).mean()


def preference(chosen_rewards, rejected_rewards):
    return F.softplus(rejected_rewards - chosen_rewards).mean()


@pair(correct=preference, caught_by="named_pairs", story="A reward model that prefers the worse.")
def preference_exchanged(chosen_rewards, rejected_rewards):
    return F.softplus(chosen_rewards - rejected_rewards).mean()


def info_nce(z1, z2, temperature=0.1):
    scores = F.normalize(z1, dim=1) @ F.normalize(z2, dim=1).T / temperature
    return F.cross_entropy(scores, torch.arange(len(z1), device=z1.device))


@pair(correct=info_nce, caught_by="collapse", story="A distance where a similarity is meant.")
def info_nce_of_distances(z1, z2, temperature=0.1):
    scores = torch.cdist(F.normalize(z1, dim=1), F.normalize(z2, dim=1)) / temperature
    return F.cross_entropy(scores, torch.arange(len(z1)))


def emp_ssl_coding_rate_loss(z):
    gram = z.T @ z
    eye = torch.eye(z.shape[1], device=z.device)
    return -0.5 * torch.logdet(eye + gram / len(z))


@pair(
    correct=emp_ssl_coding_rate_loss,
    caught_by="collapse",
    story="lightly's EMPSSLLoss: the sign of the coding rate rewards collapse.",
)
def emp_ssl_coding_rate_loss_flipped(z):
    gram = z.T @ z
    return 0.5 * torch.logdet(torch.eye(z.shape[1]) + gram / len(z))


def cosine_distance_loss(a, b):
    return 1 - F.cosine_similarity(a, b).mean()


@pair(correct=cosine_distance_loss, caught_by="twins", story="The similarity is minimised.")
def cosine_similarity_as_loss(a, b):
    return F.cosine_similarity(a, b).mean()


def consistency(student_out, ema_out):
    return F.mse_loss(student_out, ema_out.detach())


@pair(correct=consistency, caught_by="target_gradient", story="Mean teacher, not held fixed.")
def consistency_without_detach(student_out, ema_out):
    return F.mse_loss(student_out, ema_out)
