"""Where a prediction is right and where it is wrong, in the words of each domain."""

from typing import Any

import numpy as np

from lossary import domains
from lossary.verifier.batch import Array, Batch
from lossary.verifier.meaning.words import bears, named

CODES = ("degree", "side", "labels", "distribution", "probability")
"""Domains of a target that says yes or no, or which class."""
ERRORS = ("mse", "mae", "rmse", "l1", "l2", "squared", "absolute", "error", "huber", "smooth_l1",
          "mape", "smape", "msle", "quantile", "pinball", "tukey", "cauchy", "wing",
          "regression")  # fmt: skip
SPREADS = ("var", "variance", "sigma", "std", "scale", "temperature", "rate", "concentration")


def few(subject: Any) -> dict[str, int]:
    """Return the sizes of a small batch, where a new shape costs the host no compilation."""
    return {"n": 2} if subject.host.name in ("numpy", "torch") else {}


def settled(subject: Any, seed: int = 0, **sizes: int) -> Batch:
    """Draw a batch whose targets are certain and whose weights are all one."""
    contract = subject.contract
    batch = subject.draw(seed, **sizes)
    for each in contract.roles("weight"):
        batch = batch.with_(each.name, np.ones_like(batch[each.name]))
    batch = _spreads(subject, batch)
    target = contract.target
    if target is None:
        return batch
    if target.domain == "distribution":
        axis = classes_axis(target)
        top = batch[target.name].argmax(axis)
        return batch.with_(target.name, one_hot(top, batch[target.name].shape[axis], axis))
    if target.domain in ("degree", "probability"):
        return batch.with_(target.name, np.round(batch[target.name]))
    return batch


def ordinary(subject: Any, seed: int = 0) -> Batch:
    """Draw a batch well inside all domains: no share is zero, and all spreads are positive."""
    batch = subject.draw(seed)
    for each in subject.contract.arguments:
        given = batch[each.name]
        if each.domain == "distribution":
            batch = batch.with_(each.name, (given + 0.1) / (given + 0.1).sum(-1, keepdims=True))
    return _spreads(subject, batch)


def _spreads(subject: Any, batch: Batch) -> Batch:
    """Keep predicted spreads above zero."""
    for each in subject.contract.roles("other"):
        if bears(each.name, *SPREADS) and batch[each.name].dtype.kind == "f":
            batch = batch.with_(each.name, np.abs(batch[each.name]) + 0.1)
    return batch


def classes_axis(argument: Any) -> int:
    return argument.axes.index("k") if "k" in argument.axes else -1


def one_hot(labels: Array, size: int, axis: int) -> Array:
    return np.moveaxis(np.eye(size)[np.asarray(labels).astype(int) % size], -1, axis)


def shares(subject: Any, batch: Batch) -> Array | None:
    """Return the target as a probability for each entry of the prediction; None if it is none."""
    prediction, target = subject.contract.prediction, subject.contract.target
    if target is None or target.domain not in CODES or len(subject.contract.roles("target")) > 1:
        return None
    given, shape = batch[target.name], batch[prediction.name].shape
    if target.domain == "labels":
        return None if _numbers(subject, batch) else _of_labels(given, prediction, shape)
    if given.shape != shape:
        return None
    return (given + 1) / 2 if target.domain == "side" else given.astype(float)


def _numbers(subject: Any, batch: Batch) -> bool:
    """Say whether what was guessed to be labels may be numbers: a half is taken, and counts."""
    target = subject.contract.target
    if subject.contract.known.get("target.domain") in ("declared", "named"):
        return False
    if "numbers" not in subject.memory:
        given = batch[target.name].astype(float)
        whole, half = subject.gives(batch), subject.gives(batch.with_(target.name, given + 0.5))
        taken = not isinstance(whole, str) and not isinstance(half, str)
        subject.memory["numbers"] = taken and not np.array_equal(whole, half)
    return bool(subject.memory["numbers"])


def _of_labels(labels: Array, prediction: Any, shape: tuple[int, ...]) -> Array | None:
    if "k" in prediction.axes and labels.ndim == len(shape) - 1 and (labels >= 0).all():
        axis = classes_axis(prediction)
        found = one_hot(labels, shape[axis], axis)
        return found if found.shape == shape and labels.max(initial=0) < shape[axis] else None
    return labels.astype(float) if labels.shape == shape and labels.max(initial=0) < 2 else None


def placed(subject: Any, probability: Array, strength: float) -> Array | None:
    """Turn probabilities into a prediction of the loss's domain, as sure as `strength` logits."""
    prediction = subject.contract.prediction
    least = np.exp(-strength)
    axis = classes_axis(prediction)
    if prediction.domain in ("probability", "share", "inner"):
        least = 1 / (1 + np.exp(strength))
        return np.clip(probability, least, 1 - least) if strength < 30 else probability
    rows = _rows(probability, axis)
    if prediction.domain in ("distribution", "log_probability") and rows:
        kept = np.clip(probability, least, 1)
        kept = kept / kept.sum(axis, keepdims=True)
        return np.log(kept) if prediction.domain == "log_probability" else kept
    if prediction.domain == "scores" and rows:
        return strength / 2 + np.log(np.clip(probability, least, 1))
    if prediction.domain in ("logit", "margin", "scores", "real"):
        with np.errstate(divide="ignore"):
            return np.clip(np.log(probability) - np.log1p(-probability), -strength, strength)
    return None


def _rows(probability: Array, axis: int) -> bool:
    return probability.ndim > 0 and bool(np.allclose(probability.sum(axis), 1.0))


def opposite(subject: Any, probability: Array) -> Array:
    """Return the probabilities of the wrong answer: the next class, or no in place of yes."""
    axis = classes_axis(subject.contract.prediction)
    if "k" in subject.contract.prediction.axes and _rows(probability, axis):
        return np.roll(probability, 1, axis)
    return 1 - probability


def certain(subject: Any, batch: Batch, strength: float, *, right: bool) -> Batch | None:
    """Answer a target of yes and no, or of classes, rightly or wrongly; None where it is none."""
    probability = shares(subject, batch)
    if probability is None or _a_pair(subject):
        return None
    wanted = probability if right else opposite(subject, probability)
    place = placed(subject, wanted, strength)
    return None if place is None else batch.with_(subject.contract.prediction.name, place)


def _a_pair(subject: Any) -> bool:
    """Say whether two arrays are compared, and the target tells how they shall stand."""
    contract = subject.contract
    paired = len(contract.roles("prediction")) > 1 or contract.roles("other")
    return bool(paired) and contract.prediction.domain == "real"


def regression(subject: Any) -> bool:
    """Say whether prediction and target are numbers of one shape, that can be equal."""
    prediction, target = subject.contract.prediction, subject.contract.target
    if target is None or prediction.axes != target.axes or target.domain in CODES:
        return False
    found = [getattr(domains, each.domain, None) for each in (prediction, target)]
    return all(each is not None and not each.integer and not each.points for each in found)


def met(subject: Any, batch: Batch) -> Batch | None:
    """Let the prediction equal the target: the best of the links that its domain leaves open."""
    if not regression(subject):
        return None
    prediction, target = subject.contract.prediction, subject.contract.target
    if prediction.domain == "log_amount":  # no logarithm is that of nothing
        batch = batch.with_(target.name, np.maximum(batch[target.name], 1))
    known = batch[target.name]
    inside = getattr(domains, prediction.domain)
    ways = [known]
    if (known >= 0).all() and prediction.domain in ("real", "log_amount", "scores", "logit"):
        kept = np.maximum(known, 1e-3)
        ways += [np.log(kept), kept + np.log(-np.expm1(-kept))]
    fitting = [each for each in ways if not inside.outside(np, each).any()]
    batches = [batch.with_(prediction.name, each) for each in fitting]
    values = [subject.number(each) for each in batches]
    known_values = [(v, i) for i, v in enumerate(values) if np.isfinite(v)]
    if not known_values:
        return None
    least, place = min(known_values)
    return batches[place] if _an_aim(subject, batches[place], least) else None


def _an_aim(subject: Any, batch: Batch, least: float) -> bool:
    """Say whether the target is one: by the names, or because the value rises on both sides."""
    if subject.contract.sure("order") or named(subject, *ERRORS):
        return True
    name = subject.contract.prediction.name
    moved = [subject.number(batch.with_(name, batch[name] + each)) for each in (1.0, -1.0)]
    return bool(min(moved) >= least)
