"""Losses of numbers, vectors, pairs and actions as people write them for PyTorch."""

import torch
import torch.nn.functional as F  # noqa: N812

from tests.check.probed.table import takes


@takes("p real n; t real n")
def plain(p, t):
    return ((p - t) ** 2).mean()


@takes("z1 real n,d; z2 real n,d")
def info_nce(z1, z2, temperature=0.1):
    z1 = F.normalize(z1, dim=1)
    z2 = F.normalize(z2, dim=1)
    likeness = z1 @ z2.T / temperature
    return F.cross_entropy(likeness, torch.arange(len(likeness)))


@takes("anchor real n,d; positive real n,d; negative real n,d")
def triplet_loss(anchor, positive, negative, margin=1.0):
    return F.relu(
        (anchor - positive).pow(2).sum(1) - (anchor - negative).pow(2).sum(1) + margin
    ).mean()


@takes("mu real n,d; logvar real n,d")
def kl_normal(mu, logvar):
    return -0.5 * torch.mean(1 + logvar - mu**2 - logvar.exp())


@takes("mean real n; target real n; var positive n")
def gnll(mean, target, var):
    return 0.5 * (torch.log(var) + (target - mean) ** 2 / var).mean()


@takes("pred_boxes box n,4; target_boxes box n,4")
def giou_loss(pred_boxes, target_boxes):
    x1 = torch.max(pred_boxes[:, 0], target_boxes[:, 0])
    y1 = torch.max(pred_boxes[:, 1], target_boxes[:, 1])
    x2 = torch.min(pred_boxes[:, 2], target_boxes[:, 2])
    y2 = torch.min(pred_boxes[:, 3], target_boxes[:, 3])
    i = (x2 - x1).clamp(min=0) * (y2 - y1).clamp(min=0)
    a = (pred_boxes[:, 2] - pred_boxes[:, 0]) * (pred_boxes[:, 3] - pred_boxes[:, 1])
    b = (target_boxes[:, 2] - target_boxes[:, 0]) * (target_boxes[:, 3] - target_boxes[:, 1])
    return (1 - i / (a + b - i)).mean()


@takes("x1 real n,d; x2 real n,d; y side n")
def cosine_embedding(x1, x2, y, margin=0.0):
    c = F.cosine_similarity(x1, x2)
    return torch.where(y == 1, 1 - c, F.relu(c - margin)).mean()


@takes("pred real n; target real n")
def wrong_sign_mse(pred, target):
    return -((pred - target) ** 2).mean()


@takes("img1 probability n,c,h,w; img2 probability n,c,h,w")
def psnr_loss(img1, img2):
    return 10 * torch.log10(((img1 - img2) ** 2).mean(dim=(1, 2, 3))).mean()


@takes("preds real n,q; target real n")
def quantile_loss(preds, target, quantiles=(0.1, 0.5, 0.9)):
    losses = []
    for i, q in enumerate(quantiles):
        e = target - preds[:, i]
        losses.append(torch.max((q - 1) * e, q * e).unsqueeze(1))
    return torch.mean(torch.sum(torch.cat(losses, dim=1), dim=1))


@takes("d_real real n; d_fake real n")
def d_loss(d_real, d_fake):
    return F.relu(1 - d_real).mean() + F.relu(1 + d_fake).mean()


@takes("new_logp log_probability n; old_logp log_probability n; advantages real n")
def ppo(new_logp, old_logp, advantages, clip_eps=0.2):
    r = torch.exp(new_logp - old_logp)
    return -torch.min(r * advantages, r.clamp(1 - clip_eps, 1 + clip_eps) * advantages).mean()


@takes("image real n,c,h,w")
def tv(image):
    return (image[:, :, 1:] - image[:, :, :-1]).abs().mean() + (
        image[:, :, :, 1:] - image[:, :, :, :-1]
    ).abs().mean()


@takes("pred nonnegative n; target nonnegative n")
def rmsle_without_log(pred, target):
    return torch.sqrt(((pred - target) ** 2).sum())


@takes("u real n; v real n")
def corr(u, v):
    a = u - u.mean()
    b = v - v.mean()
    return 1 - (a * b).sum() / torch.sqrt((a**2).sum() * (b**2).sum())


@takes("x real n; y real n")
def l1(x, y):
    return (x - y).abs().mean()


@takes("prediction real n; target real n")
def smooth_l1(prediction, target, beta=1.0):
    d = torch.abs(prediction - target)
    return torch.where(d < beta, 0.5 * d**2 / beta, d - 0.5 * beta).mean()


@takes("predictions real n; targets real n; weights weights n")
def weighted_l1(predictions, targets, weights):
    return (weights * torch.abs(predictions - targets)).sum() / weights.sum()


@takes("y_pred margin n; y_true side n")
def hinge(y_pred, y_true):
    return torch.clamp(1 - y_pred * y_true, min=0).mean()


@takes("a real n,d; b real n,d")
def clip_loss(a, b, temperature=0.07):
    a = F.normalize(a, dim=-1)
    b = F.normalize(b, dim=-1)
    likeness = a @ b.T / temperature
    t = torch.arange(len(a))
    return (F.cross_entropy(likeness, t) + F.cross_entropy(likeness.T, t)) / 2


@takes("embeddings real n,d")
def uniformity(embeddings):
    return torch.pdist(F.normalize(embeddings, dim=1)).pow(2).mul(-2).exp().mean().log()


@takes("x real n,d; y real n,d")
def cosine_loss(x, y):
    return 1 - F.cosine_similarity(x, y, dim=1).mean()


@takes("pred real n; target real n")
def logcosh(pred, target):
    return torch.log(torch.cosh(pred - target)).mean()


@takes("mu real n; target real n; log_var real n")
def hetero(mu, target, log_var):
    return (0.5 * torch.exp(-log_var) * (target - mu) ** 2 + 0.5 * log_var).mean()


@takes("x1 real n; x2 real n; y side n")
def margin_ranking(x1, x2, y, margin=0.0):
    return torch.clamp(-y * (x1 - x2) + margin, min=0).mean()


@takes("pred box n,4; gt box n,4")
def diou(pred, gt):
    lt = torch.max(pred[:, :2], gt[:, :2])
    rb = torch.min(pred[:, 2:], gt[:, 2:])
    wh = (rb - lt).clamp(min=0)
    i = wh[:, 0] * wh[:, 1]
    a = (pred[:, 2] - pred[:, 0]) * (pred[:, 3] - pred[:, 1])
    b = (gt[:, 2] - gt[:, 0]) * (gt[:, 3] - gt[:, 1])
    return (1 - i / (a + b - i + 1e-07)).mean()


@takes("img real n,c,h,w; ref real n,c,h,w")
def charbonnier(img, ref, eps=0.001):
    _n, _c, _h, _w = img.shape
    return torch.sqrt((img - ref) ** 2 + eps**2).mean()


@takes("pred real n; target real n")
def relative(pred, target):
    return torch.norm(pred - target) / torch.norm(target)


@takes("chosen_rewards real n; rejected_rewards real n")
def reward_loss(chosen_rewards, rejected_rewards):
    return -F.logsigmoid(chosen_rewards - rejected_rewards).mean()


@takes(
    "policy_chosen_logps real n; policy_rejected_logps real n;"
    " reference_chosen_logps real n; reference_rejected_logps real n"
)
def dpo(
    policy_chosen_logps,
    policy_rejected_logps,
    reference_chosen_logps,
    reference_rejected_logps,
    beta=0.1,
):
    return -F.logsigmoid(
        beta
        * (
            policy_chosen_logps
            - policy_rejected_logps
            - (reference_chosen_logps - reference_rejected_logps)
        )
    ).mean()
