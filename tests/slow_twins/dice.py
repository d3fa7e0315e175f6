"""Dice counted the plain way: twice the overlap over the sum of the two sizes."""

import numpy as np
from mpmath import extradps, mpf


@extradps(60)
def twin(prediction, target, *, smooth, squared, pool, weight=None):
    """Give the loss of every class, or with pool="image" of every class of every image."""
    if pool == "image":
        settings = {"smooth": smooth, "squared": squared}
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
        overlap = sum(w * p * t for p, t, w in entries)
        power = 2 if squared else 1
        sizes = sum(w * (p**power + t**power) for p, t, w in entries)
        whole = sizes + mpf(smooth)
        losses.append(1 - (2 * overlap + mpf(smooth)) / whole if whole != 0 else mpf(0))
    return losses
