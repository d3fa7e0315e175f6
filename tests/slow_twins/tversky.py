"""Tversky's index counted the plain way: hits over hits, false alarms and misses."""

import numpy as np
from mpmath import extradps, mpf


@extradps(60)
def twin(prediction, target, *, alpha, beta, smooth, pool, weight=None):
    """Give the loss of every class, or with pool="image" of every class of every image."""
    if pool == "image":
        settings = {"alpha": alpha, "beta": beta, "smooth": smooth}
        weights = [None] * len(prediction) if weight is None else weight
        images = zip(prediction, target, weights, strict=True)
        return [twin(p, t, weight=w, pool="batch", **settings) for p, t, w in images]
    prediction, target = np.array(prediction, dtype=object), np.array(target, dtype=object)
    weight = np.array(mpf(1) if weight is None else weight, dtype=object)
    if target.ndim < prediction.ndim:
        target = (target[..., None] == np.arange(prediction.shape[-1])).astype(int).astype(object)
    if weight.ndim < prediction.ndim:
        weight = weight[..., None]
    weight = np.broadcast_to(weight, prediction.shape)
    losses = []
    for k in range(prediction.shape[-1]):
        columns = (array[..., k].ravel() for array in (prediction, target, weight))
        entries = [(p, t, w) for p, t, w in zip(*columns, strict=True) if w != 0]
        hits = sum(w * p * t for p, t, w in entries)
        false = sum(w * p * (1 - t) for p, t, w in entries)
        missed = sum(w * (1 - p) * t for p, t, w in entries)
        whole = hits + mpf(alpha) * false + mpf(beta) * missed + mpf(smooth)
        losses.append(1 - (hits + mpf(smooth)) / whole if whole != 0 else mpf(0))
    return losses
