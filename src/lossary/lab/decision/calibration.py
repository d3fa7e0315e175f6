"""Probabilities made honest on rows that were not trained on: a slope, and a shift or prior.

Two classes, and labels: the logit times a slope, plus a shift (Platt 1999). Several classes: the
logarithm of each probability times a slope, plus a power of its share in training, which undoes
weights of classes. What is found is drawn back to "as it is" by as much as chance may have done it.
"""

from dataclasses import dataclass, replace

import numpy as np

from lossary.heads import Answer
from lossary.lab.decision.layer import Layer, Numbers

_STEPS, _RIDGE, _LEAST = 25, 1.0, 1e-15


@dataclass(frozen=True, eq=False)
class Calibrated(Layer):
    """The probability after a slope and a shift; `shares` are those of the classes in training."""

    shares: np.ndarray
    labels: bool = False
    words: str = "probabilities are calibrated on the inner hold-out for every arm"

    @property
    def names(self) -> tuple[str, str]:
        """How the two numbers are called."""
        return ("slope", "shift") if self._two else ("slope", "prior")

    @property
    def _two(self) -> bool:
        return self.labels or len(self.shares) == 2

    def tune(self, answer: Answer, target: np.ndarray, weight: np.ndarray | None) -> Numbers:
        if answer.probability is None:
            return {}
        design = self._design(answer.probability)
        if self.labels and weight is not None:
            weight = np.repeat(weight, target.shape[1])
        found = shrunk(design, target.reshape(-1), weight)
        return dict(zip(self.names, found.tolist(), strict=True))

    def applied(self, answer: Answer, numbers: Numbers) -> Answer:
        if answer.probability is None or not numbers:
            return answer
        slope, other = (numbers[name] for name in self.names)
        design = self._design(answer.probability)
        chance = _softmax(slope * design[0] + other * design[1])
        if self.labels:
            chance = chance[:, 1].reshape(answer.probability.shape)
        return replace(answer, probability=chance)

    def asked(self, answer: Answer, numbers: Numbers) -> np.ndarray | None:
        return self.applied(answer, numbers).probability

    def _design(self, probability: np.ndarray) -> np.ndarray:
        """Return what the two numbers multiply, of shape (2, n, classes)."""
        if not self._two:
            logs = np.log(np.maximum(probability, _LEAST))
            prior = np.broadcast_to(np.log(np.maximum(self.shares, _LEAST)), logs.shape)
            return np.stack([logs, prior])
        yes = probability.reshape(-1) if self.labels else probability[:, 1]
        yes = np.clip(yes, _LEAST, 1 - _LEAST)
        design = np.zeros((2, len(yes), 2))
        design[0, :, 1], design[1, :, 1] = np.log(yes) - np.log1p(-yes), 1.0
        return design


def softened(
    answer: Answer,
    target: np.ndarray,
    weight: np.ndarray | None,
    shares: np.ndarray | None = None,
) -> np.ndarray:
    """Return half of what was the case, and half of what calibrated probabilities say of it.

    Shapes: (n, k) for a class of k, two where `shares` are left out; (n, labels) for labels.
    """
    labels = target.ndim == 2
    layer = Calibrated(np.full(2, 0.5) if shares is None else shares, labels)
    if answer.probability is None:
        answer = replace(answer, probability=_from_scores(answer, labels))
    chance = layer.asked(answer, layer.tune(answer, target, weight))
    assert chance is not None
    return (chance + (target if labels else np.eye(chance.shape[1])[target])) / 2


def _from_scores(answer: Answer, labels: bool) -> np.ndarray:
    """Return probabilities as if scores were logits; calibration makes something of them."""
    score = answer.score
    assert score is not None
    if labels or score.ndim == 1:
        yes = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
        return yes if labels else np.stack([1 - yes, yes], axis=-1)
    return _softmax(score)


def shrunk(design: np.ndarray, target: np.ndarray, weight: np.ndarray | None) -> np.ndarray:
    """Return the two numbers between (1, 0) and the likeliest ones.

    The way is shortened by the share of the gain in likelihood that two numbers gain on pure
    chance, as James and Stein do: with few rows nothing moves, with many everything.
    """
    each = np.ones(len(target)) if weight is None else weight
    # unequal weights are worth fewer rows (Kish), and are made to sum to as many
    each = each * (each.sum() / np.square(each).sum())
    start = np.array([1.0, 0.0])
    found = _likeliest(design, target, each, start)
    gain = 2 * (_likelihood(design, target, each, found) - _likelihood(design, target, each, start))
    return start + max(0.0, 1 - len(start) / max(gain, _LEAST)) * (found - start)


def _likeliest(
    design: np.ndarray, target: np.ndarray, weight: np.ndarray, start: np.ndarray
) -> np.ndarray:
    """Climb by Newton's steps, halved where they go too far; a ridge keeps certain rows in hand."""

    def value(at: np.ndarray) -> float:
        ridge = _RIDGE / 2 * float(np.square(at - start).sum())
        return _likelihood(design, target, weight, at) - ridge

    theta, now = start, value(start)
    for _ in range(_STEPS):
        step = _newton(design, target, weight, theta, start)
        while (after := value(theta + step)) < now and np.abs(step).max() > 1e-9:
            step = step / 2
        if after <= now:
            break
        theta, gained, now = theta + step, after - now, after
        if gained < 1e-4:
            break
    return theta


def _newton(
    design: np.ndarray, target: np.ndarray, weight: np.ndarray, theta: np.ndarray, start: np.ndarray
) -> np.ndarray:
    chance = _softmax(theta[0] * design[0] + theta[1] * design[1])
    mean = (chance * design).sum(axis=2)
    slope = (design[:, np.arange(len(target)), target] - mean) @ weight - _RIDGE * (theta - start)
    bend = _RIDGE * np.eye(2) - (weight * mean) @ mean.T
    shared = weight[:, None] * chance
    for one, other in ((0, 0), (0, 1), (1, 1)):
        bend[one, other] += (shared * design[one] * design[other]).sum()
    bend[1, 0] = bend[0, 1]
    return np.linalg.solve(bend, slope)


def _likelihood(
    design: np.ndarray, target: np.ndarray, weight: np.ndarray, theta: np.ndarray
) -> float:
    scores = theta[0] * design[0] + theta[1] * design[1]
    top = scores.max(axis=1)
    total = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
    return float(weight @ (scores[np.arange(len(target)), target] - total))


def _softmax(scores: np.ndarray) -> np.ndarray:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)
