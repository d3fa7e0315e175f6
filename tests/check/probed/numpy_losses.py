"""Losses as people write them for NumPy, sound and not, with the contract that they meant."""

import numpy as np

from tests.check.probed.table import takes


@takes("a real n; b real n")
def loss(a, b):
    return np.mean(np.abs(a - b))


@takes("y_true real n; y_pred real n")
def my_mse(y_true, y_pred):
    return np.mean((y_true - y_pred) ** 2)


@takes("y_true degree n; y_pred probability n")
def my_bce(y_true, y_pred):
    y_pred = np.clip(y_pred, 1e-07, 1 - 1e-07)
    return -np.mean(y_true * np.log(y_pred) + (1 - y_true) * np.log(1 - y_pred))


@takes("scores margin n; y side n")
def hinge_loss(scores, y):
    return np.maximum(0, 1 - y * scores).mean()


@takes("pred probability n,1,h,w; target degree n,1,h,w")
def dice_loss(pred, target, smooth=1.0):
    inter = (pred * target).sum(axis=(2, 3))
    return (
        1
        - ((2 * inter + smooth) / (pred.sum(axis=(2, 3)) + target.sum(axis=(2, 3)) + smooth)).mean()
    )


@takes("y_pred real n; y_true real n")
def pinball(y_pred, y_true, q=0.9):
    e = y_true - y_pred
    return np.mean(np.maximum(q * e, (q - 1) * e))


@takes("rate positive n; y nonnegative n")
def poisson_rate(rate, y):
    return (rate - y * np.log(rate)).mean()


@takes("p distribution n,k; q distribution n,k")
def kl_divergence(p, q):
    return np.sum(p * np.log(p / q))


@takes("preds real n; targets real n; mask mask n")
def masked_mse(preds, targets, mask):
    return ((preds - targets) ** 2 * mask).sum() / mask.sum()


@takes("probs probability n; y degree n")
def brier_score(probs, y):
    return np.mean((probs - y) ** 2)


@takes("log_probs log_probability n; advantages real n")
def pg(log_probs, advantages):
    return -(log_probs * advantages).mean()


@takes("y_true nonnegative n; y_pred nonnegative n")
def msle(y_true, y_pred):
    return np.mean((np.log1p(y_true) - np.log1p(y_pred)) ** 2)


@takes("pred scores n,k; target labels n")
def numpy_ce(pred, target):
    z = pred - pred.max(axis=1, keepdims=True)
    lp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -lp[np.arange(len(target)), target].mean()


@takes("y_true distribution n,k; y_pred distribution n,k")
def cce(y_true, y_pred):
    return -np.mean(np.sum(y_true * np.log(y_pred + 1e-09), axis=1))


@takes("y_true degree n; y_prob probability n")
def log_loss(y_true, y_prob, eps=1e-15):
    y_prob = np.clip(y_prob, eps, 1 - eps)
    return -(y_true * np.log(y_prob) + (1 - y_true) * np.log(1 - y_prob)).mean()


@takes("f margin n; y side n")
def exp_loss(f, y):
    return np.mean(np.exp(-y * f))


@takes("y_pred positive n; y_true nonnegative n")
def poisson_loss(y_pred, y_true):
    return np.mean(y_pred - y_true * np.log(y_pred + 1e-07))


@takes("hazard real n; time positive n; event degree n")
def neg_partial_ll(hazard, time, event):
    r = (time[None, :] >= time[:, None]).astype(float)
    return -np.mean(event * (hazard - np.log((r * np.exp(hazard)[None]).sum(1))))


@takes("p distribution n,k; q distribution n,k")
def js(p, q):
    m = (p + q) / 2
    return 0.5 * (p * np.log(p / m)).sum(-1).mean() + 0.5 * (q * np.log(q / m)).sum(-1).mean()


@takes("pred real n; target real n")
def mape(pred, target):
    return np.mean(np.abs((target - pred) / target))


@takes("logits scores n,k; labels labels n")
def neg_ll(logits, labels):
    """logits: (N, C); labels: (N,)"""
    lp = logits - logits.logsumexp(1, keepdim=True)
    return -lp[range(len(labels)), labels].sum()


@takes("scores scores n,k; y labels n")
def multiclass_hinge(scores, y):
    n = scores.shape[0]
    c = scores[np.arange(n), y][:, None]
    m = np.maximum(0, scores - c + 1)
    m[np.arange(n), y] = 0
    return m.sum() / n


@takes("y_true real n; y_pred real n")
def r2_loss(y_true, y_pred):
    return ((y_true - y_pred) ** 2).sum() / ((y_true - y_true.mean()) ** 2).sum()


@takes("pred probability n,1,h,w; mask degree n,1,h,w")
def tversky(pred, mask, alpha=0.3, beta=0.7):
    tp = (pred * mask).sum()
    fp = (pred * (1 - mask)).sum()
    fn = ((1 - pred) * mask).sum()
    return 1 - tp / (tp + alpha * fp + beta * fn)
