"""From the scores of many classes to probabilities, where the softmax is none: by the loss."""

from functools import cache
from typing import Any

import numpy as np

from lossary.domains import scores

Array = np.ndarray


def softmax(raw: Array) -> Array:
    """Return the softmax over the last axis."""
    shifted = np.exp(raw - raw.max(axis=-1, keepdims=True))
    return shifted / shifted.sum(axis=-1, keepdims=True)


def class_chances(loss: Any, raw: Array) -> Array:
    """Return the probabilities of the classes for which each row of scores is the best answer.

    Of a loss that sees nothing but the softmax p of the label y, the slope in another score j is
    w p_j, with some w of each label; so the best scores of shares η have η_y w_y ∝ p_y. For
    cross-entropy w is one; a generalized one has w = p^q, and the shares are p^(1 - q).
    """
    given, raw = np.shape(raw), np.asarray(raw, dtype=float).reshape(-1, np.shape(raw)[-1])
    shares, rows = softmax(raw), np.arange(len(raw))
    heft = np.empty_like(raw)
    with np.errstate(all="ignore"):  # far out, a share and its slope may both be zero
        for label in range(raw.shape[-1]):
            other = np.delete(raw, label, axis=-1).argmax(axis=-1)
            other += other >= label
            heft[:, label] = _slopes(loss, raw, label)[rows, other] / shares[rows, other]
        found = np.where(shares == 0, 0.0, shares / heft)
        found = found / found.sum(axis=-1, keepdims=True)
    known = np.isfinite(found).all(axis=-1, keepdims=True)
    return np.where(known, found, shares).reshape(given)


@cache
def tells_class_chances(loss: Any, k: int) -> bool:
    """Say whether scores stand for probabilities: these must leave no slope, and must differ."""
    raw = np.random.default_rng(0).normal(size=(4, k))
    found = class_chances(loss, raw)
    left = sum(found[:, [label]] * _slopes(loss, raw, label) for label in range(k))
    return bool(np.abs(left).max() < 1e-9 and np.ptp(found) > 1e-6)


def _slopes(loss: Any, raw: Array, label: int) -> Array:
    """Return the slopes of rows in their scores, if all had one label."""
    return np.asarray(loss.reading(scores).gradient(raw, np.full(len(raw), label)))
