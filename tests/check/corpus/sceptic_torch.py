"""Losses as they are written around PyTorch, which a sceptic's reading found to slip through."""

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812

from tests.check.corpus.pair import pair


class Quantiles(nn.Module):
    def __init__(self, quantiles=(0.1, 0.5, 0.9)):
        super().__init__()
        self.quantiles = quantiles

    def forward(self, preds, target):
        """preds: (N, Q), target: (N,)"""
        losses = []
        for i, q in enumerate(self.quantiles):
            errors = target - preds[:, i]
            losses.append(torch.max((q - 1) * errors, q * errors))
        return torch.stack(losses, dim=1).sum(dim=1).mean()


@pair(
    correct=Quantiles,
    caught_by="quantile_side",
    story="Several quantiles in columns, each with its sides exchanged.",
)
class QuantilesExchanged(nn.Module):
    def __init__(self, quantiles=(0.1, 0.5, 0.9)):
        super().__init__()
        self.quantiles = quantiles

    def forward(self, preds, target):
        """preds: (N, Q), target: (N,)"""
        losses = []
        for i, q in enumerate(self.quantiles):
            errors = preds[:, i] - target
            losses.append(torch.max((q - 1) * errors, q * errors))
        return torch.stack(losses, dim=1).sum(dim=1).mean()


def pixel_cross_entropy(outputs, labels):
    """Outputs (N, C, H, W), labels (N, H, W)"""
    flat = outputs.permute(0, 2, 3, 1).reshape(-1, outputs.shape[1])
    return F.cross_entropy(flat, labels.reshape(-1))


@pair(
    correct=pixel_cross_entropy,
    caught_by=("label_places", "permutation", "invariance"),
    story="A reshape without the permute before it: pixels meet scores of other pixels.",
)
def pixel_cross_entropy_reshaped(outputs, labels):
    """Outputs (N, C, H, W), labels (N, H, W)"""
    flat = outputs.reshape(-1, outputs.shape[1])
    return F.cross_entropy(flat, labels.reshape(-1))


def ppo_policy_loss(log_probs, old_log_probs, advantages, clip_range=0.2):
    ratio = torch.exp(log_probs - old_log_probs)
    clipped = torch.clamp(ratio, 1 - clip_range, 1 + clip_range)
    return -torch.min(advantages * ratio, advantages * clipped).mean()


@pair(
    correct=ppo_policy_loss,
    caught_by="returns",
    story="The objective of the paper is maximised; the minus is lost.",
)
def ppo_policy_loss_maximised(log_probs, old_log_probs, advantages, clip_range=0.2):
    ratio = torch.exp(log_probs - old_log_probs)
    clipped = torch.clamp(ratio, 1 - clip_range, 1 + clip_range)
    return torch.min(advantages * ratio, advantages * clipped).mean()


def policy_gradient_loss(logits, actions, returns):
    chosen = F.log_softmax(logits, dim=-1).gather(1, actions.unsqueeze(1)).squeeze(1)
    return -(chosen * returns.detach()).mean()


@pair(correct=policy_gradient_loss, caught_by="returns", story="REINFORCE without its minus.")
def policy_gradient_loss_ascending(logits, actions, returns):
    chosen = F.log_softmax(logits, dim=-1).gather(1, actions.unsqueeze(1)).squeeze(1)
    return (chosen * returns.detach()).mean()


def td_loss(q_values, rewards, next_q_values, dones, gamma=0.99):
    target = rewards + gamma * (1 - dones) * next_q_values.detach()
    return F.smooth_l1_loss(q_values, target)


@pair(
    correct=td_loss,
    caught_by="returns",
    story="dones in place of 1 - dones: values are learnt of states that never come.",
)
def td_loss_past_the_end(q_values, rewards, next_q_values, dones, gamma=0.99):
    target = rewards + gamma * dones * next_q_values.detach()
    return F.smooth_l1_loss(q_values, target)


def discriminator_loss(real_logits, fake_logits):
    return F.softplus(-real_logits).mean() + F.softplus(fake_logits).mean()


@pair(
    correct=discriminator_loss,
    caught_by="real_and_fake",
    story="Fake examples get the label of real ones.",
)
def discriminator_loss_of_ones(real_logits, fake_logits):
    real = F.binary_cross_entropy_with_logits(real_logits, torch.ones_like(real_logits))
    fake = F.binary_cross_entropy_with_logits(fake_logits, torch.ones_like(fake_logits))
    return real + fake


def causal_lm_loss(logits, input_ids):
    """Logits (B, T, V), input_ids (B, T): position t predicts token t+1."""
    return F.cross_entropy(
        logits[:, :-1].reshape(-1, logits.size(-1)), input_ids[:, 1:].reshape(-1)
    )


@pair(
    correct=causal_lm_loss,
    caught_by="positions",
    story="The shift to the wrong side: position t + 1 has read token t.",
)
def causal_lm_loss_behind(logits, input_ids):
    """Logits (B, T, V), input_ids (B, T): position t predicts token t+1."""
    return F.cross_entropy(
        logits[:, 1:].reshape(-1, logits.size(-1)), input_ids[:, :-1].reshape(-1)
    )


def sequence_loss(logits, targets):
    """logits: (batch, time, vocab); targets: (batch, time)"""
    return F.cross_entropy(logits.flatten(0, 1), targets.flatten())


@pair(
    correct=sequence_loss,
    caught_by="positions",
    story="The labels come time first, as recurrent networks want them, and the scores do not.",
)
def sequence_loss_time_first(logits, targets):
    """logits: (batch, time, vocab); targets: (batch, time)"""
    return F.cross_entropy(logits.flatten(0, 1), targets.t().flatten())


def reconstruction_loss(pred, target, mask):
    """mask: 1 = valid, 0 = padding."""
    error = torch.where(mask.bool(), pred - target, torch.zeros_like(pred)) ** 2
    return error.sum() / mask.sum().clamp(min=1)


@pair(
    correct=reconstruction_loss,
    caught_by="mask_side",
    story="1 - mask in place of mask: the model learns the padding.",
)
def reconstruction_loss_of_padding(pred, target, mask):
    """mask: 1 = valid, 0 = padding."""
    error = (pred - target) ** 2
    return (error * (1 - mask)).sum() / ((1 - mask).sum() + 1e-8)


def cox_ph_loss(log_hazard, durations, events):
    order = torch.argsort(durations, descending=True)
    log_h, event = log_hazard[order], events[order]
    return -((log_h - torch.logcumsumexp(log_h, 0)) * event).sum() / event.sum().clamp(min=1)


@pair(
    correct=cox_ph_loss,
    caught_by="unused",
    story="The rows are never sorted: the durations are asked for, and not looked at.",
)
def cox_ph_loss_as_they_come(log_hazard, durations, events):
    log_h = log_hazard
    return -((log_h - torch.logcumsumexp(log_h, 0)) * events).sum() / events.sum().clamp(min=1)


def nt_xent_loss(z_i, z_j, temperature=0.5):
    n = z_i.size(0)
    z = F.normalize(torch.cat([z_i, z_j]), dim=1)
    sim = (z @ z.t() / temperature).masked_fill(
        torch.eye(2 * n, device=z.device).bool(), float("-inf")
    )
    return F.cross_entropy(sim, torch.arange(2 * n, device=z.device).roll(n))


@pair(
    correct=nt_xent_loss,
    caught_by="number",
    story="Each row's label is its own place, which the mask has set to minus infinity.",
)
def nt_xent_loss_of_itself(z_i, z_j, temperature=0.5):
    n = z_i.size(0)
    z = F.normalize(torch.cat([z_i, z_j]), dim=1)
    sim = (z @ z.t() / temperature).masked_fill(torch.eye(2 * n).bool(), float("-inf"))
    return F.cross_entropy(sim, torch.cat([torch.arange(n), torch.arange(n, 2 * n)]))


def contrastive_loss(emb1, emb2, same, margin=1.0):
    """Same is 1 for a pair of the same class, 0 otherwise."""
    dist = (emb1 - emb2).pow(2).sum(1).add(1e-12).sqrt()
    return (same * dist.pow(2) + (1 - same) * F.relu(margin - dist).pow(2)).mean()


@pair(
    correct=contrastive_loss,
    caught_by="same_pairs",
    story="The label of the paper is 1 for different pairs, that of the data 1 for the same.",
)
def contrastive_loss_turned(emb1, emb2, same, margin=1.0):
    """Same is 1 for a pair of the same class, 0 otherwise."""
    dist = (emb1 - emb2).pow(2).sum(1).add(1e-12).sqrt()
    return ((1 - same) * dist.pow(2) + same * F.relu(margin - dist).pow(2)).mean()


def soft_dice_loss(logits, targets, eps=1.0):
    probs = torch.sigmoid(logits)
    return 1 - (2 * (probs * targets).sum() + eps) / (probs.sum() + targets.sum() + eps)


@pair(correct=soft_dice_loss, caught_by="bounds", story="An overlap of raw scores has no bound.")
def soft_dice_loss_of_scores(logits, targets, eps=1.0):
    return 1 - (2 * (logits * targets).sum() + eps) / (logits.sum() + targets.sum() + eps)


def weighted_bce_loss(logits, targets, pos_weight=3.0):
    yes, no = targets * F.logsigmoid(logits), (1 - targets) * F.logsigmoid(-logits)
    return -(pos_weight * yes + no).mean()


@pair(
    correct=weighted_bce_loss,
    caught_by="positives",
    story="The weight of positives stands before the negatives' term.",
)
def weighted_bce_loss_of_negatives(logits, targets, pos_weight=3.0):
    yes, no = targets * F.logsigmoid(logits), (1 - targets) * F.logsigmoid(-logits)
    return -(yes + pos_weight * no).mean()


def one_hot_cross_entropy(logits, target):
    one_hot = F.one_hot(target, logits.size(1)).to(logits.dtype)
    return -(one_hot * F.log_softmax(logits, dim=1)).sum(dim=1).mean()


@pair(
    correct=one_hot_cross_entropy,
    caught_by="class_mean",
    story="A mean over rows and classes: k times smaller than the definition.",
)
def one_hot_cross_entropy_of_all(logits, target):
    one_hot = F.one_hot(target, logits.size(1)).to(logits.dtype)
    return -(one_hot * F.log_softmax(logits, dim=1)).mean()


def bpr_loss(pos_scores, neg_scores):
    return -F.logsigmoid(pos_scores - neg_scores).mean()


@pair(
    correct=bpr_loss,
    caught_by="extremes",
    story="log(sigmoid(x)) in two steps: infinite at the first pair that is far off.",
)
def bpr_loss_in_two_steps(pos_scores, neg_scores):
    return -torch.log(torch.sigmoid(pos_scores - neg_scores)).mean()
