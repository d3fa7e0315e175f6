"""What a loss reads of a fitted scikit-learn model, and of the targets that belong to it."""

from lossary.adapters.needs import need

need("sklearn")

from inspect import signature
from typing import Any

import numpy as np

from lossary.core.composition import terms_of
from lossary.errors import ArgumentError, DomainError
from lossary.heads.chances import chances, even_score, tells_chances

Array = np.ndarray
METHODS = ("predict", "predict_proba", "predict_log_proba", "decision_function")
OF_CLASSES = ("probability", "log_probability", "logit", "scores", "margin")
"""Domains of what is said of classes; all others are amounts."""


def read(loss: Any, model: Any, X: Any, y: Any, response: Any = None) -> tuple[Array, Array]:  # noqa: N803
    """Return prediction and target as the loss takes them.

    Raises:
        ArgumentError: the model has not what the loss reads, has other classes, or none.
        DomainError: a logarithm is to be taken of a negative amount.
    """
    if response == "predict" or not (response in METHODS or _reads(loss) in OF_CLASSES):
        found = _amounts(loss, model, X) if response is None else _asked(model, X, response)
        return found, _numbers(loss, y)
    wide = _wide(loss)
    target = _numbered(loss, model, y, wide)
    found = _said(loss, model, X, wide) if response is None else _asked(model, X, response)
    if found.ndim == 2 and target.ndim == 1 and not wide and response in METHODS:
        found = found[:, 1]
    return found, target


def _reads(loss: Any) -> str:
    return loss.domains[0][0].name


def _wide(loss: Any) -> bool:
    """Say whether the loss, or a term of it, reads something of each class."""
    return any("k" in each.sentences[0].inputs[0].axes for each in terms_of(loss))


def _asked(model: Any, X: Any, response: Any) -> Array:  # noqa: N803
    found = response(model, X) if callable(response) else _method(model, response)(X)
    return np.asarray(found, dtype=float)


def _method(model: Any, name: str, hint: str = "") -> Any:
    found = getattr(model, name, None)
    if found is None:
        raise ArgumentError(f"{_last(model)} has no {name}." + (hint and f"\nHint: {hint}"))
    return found


def _last(model: Any) -> str:
    """Name a model; of a pipeline, its last step."""
    steps = getattr(model, "steps", None)
    return type(steps[-1][1] if steps else model).__name__


# ---- amounts -------------------------------------------------------------------------------------


def _amounts(loss: Any, model: Any, X: Any) -> Array:  # noqa: N803
    if getattr(loss, "components", ()):
        return _with_doubt(loss, model, X)
    found = np.asarray(_method(model, "predict")(X))
    return _logarithm(loss, model, found) if _reads(loss) == "log_amount" else found


def _logarithm(loss: Any, model: Any, amounts: Array) -> Array:
    wrong = amounts < 0
    if wrong.any():
        raise DomainError(
            f"{loss.label} reads the logarithm of what {_last(model)} predicts, but "
            f"{int(wrong.sum())} of {wrong.size} predictions are negative, first "
            f"{amounts[wrong][0]:.6g}.\nHint: a model with a log link has none, or "
            f"response='predict' if it is logarithms that it predicts."
        )
    with np.errstate(divide="ignore"):
        return np.log(amounts)


def _with_doubt(loss: Any, model: Any, X: Any) -> Array:  # noqa: N803
    """Return a mean and the logarithm of a variance for each row."""
    steps = getattr(model, "steps", None)
    last = steps[-1][1] if steps else model
    able = hasattr(last, "predict") and "return_std" in signature(last.predict).parameters
    if loss.components != ("mean", "log_variance") or not able:
        raise ArgumentError(
            f"{loss.label} reads {' and '.join(loss.components)}, but {_last(model)} predicts one "
            f"number.\nHint: a model with predict(X, return_std=True), as BayesianRidge, or "
            f"response= with a function (estimator, X) -> array of the shape (n, 2)."
        )
    mean, deviation = model.predict(X, return_std=True)
    with np.errstate(divide="ignore"):
        return np.stack([mean, 2 * np.log(deviation)], axis=-1)


def _numbers(loss: Any, y: Any) -> Array:
    found = np.asarray(y)
    if found.dtype.kind in "OUS":
        try:
            return found.astype(float)
        except (TypeError, ValueError):
            pass
        label = found.tolist()[0]
        raise ArgumentError(
            f"{loss.label} judges amounts, but the targets are labels such as {label!r}.\n"
            f"Hint: CrossEntropy() or ZeroOne() judge labels."
        )
    return found


# ---- classes -------------------------------------------------------------------------------------


def _numbered(loss: Any, model: Any, y: Any, wide: bool) -> Array:
    """Return the place of each label among the model's classes; tables of labels as they are."""
    labels, classes = np.asarray(y), getattr(model, "classes_", None)
    if classes is None or labels.ndim != 1:
        return _numbers(loss, y)
    if not wide and len(classes) != 2:
        raise ArgumentError(
            f"{loss.label} judges two classes, but {_last(model)} knows {len(classes)}.\n"
            f"Hint: CrossEntropy() judges any number of them."
        )
    place = {label: i for i, label in enumerate(np.asarray(classes).tolist())}
    known, inverse = np.unique(labels, return_inverse=True)
    unseen = [label for label in known.tolist() if label not in place]
    if unseen:
        raise ArgumentError(
            f"{_last(model)} was fitted without the label {unseen[0]!r}, and says nothing of it.\n"
            f"Hint: StratifiedKFold keeps every label in every fold."
        )
    found = np.asarray([place[label] for label in known.tolist()])[inverse]
    if wide and _reads(loss) == "logit":
        return np.eye(len(classes))[found]
    return found if wide else found.astype(float)


def _said(loss: Any, model: Any, X: Any, wide: bool) -> Array:  # noqa: N803
    """Return what the loss reads of classes: of all of them (n, k), or of the second one (n,)."""
    reads = _reads(loss)
    if reads == "probability":
        found = _probabilities(loss, model, X)
        return found if wide else found[:, 1]
    if reads == "margin" and hasattr(model, "decision_function"):
        return np.asarray(model.decision_function(X))
    logs = _logarithms(loss, model, X)
    if reads == "log_probability":
        return logs
    if wide and reads == "logit":  # each class against all others
        with np.errstate(divide="ignore"):
            return logs - np.log(-np.expm1(logs))
    decision = _decision(loss, model, X, logs)
    found = logs if decision is None else decision
    return found if wide else found[:, 1] - found[:, 0]


def _logarithms(loss: Any, model: Any, X: Any) -> Array:  # noqa: N803
    with np.errstate(divide="ignore"):
        if hasattr(model, "predict_log_proba"):
            found = np.asarray(model.predict_log_proba(X))
        else:
            found = np.log(_probabilities(loss, model, X))
    return np.minimum(found, 0)  # a logarithm of one may be rounded up


def _probabilities(loss: Any, model: Any, X: Any) -> Array:  # noqa: N803
    hint = f"CalibratedClassifierCV gives it the probabilities that {loss.label} judges"
    if _reads(loss) in ("logit", "scores"):
        hint += "; response='decision_function' takes its raw scores for logits"
    return np.asarray(_method(model, "predict_proba", f"{hint}.")(X))


def _decision(loss: Any, model: Any, X: Any, logs: Array) -> Array | None:  # noqa: N803
    """Return the raw scores of all classes if the probabilities were made of them.

    That is by a softmax, or as the loss itself would have it; margins and votes are no such scores.
    Scores tell more than probabilities do: those of a sure model round to zero and one.
    """
    if not hasattr(model, "decision_function"):
        return None
    found = np.asarray(model.decision_function(X))
    scores = np.stack([np.zeros_like(found), found], axis=-1) if found.ndim == 1 else found
    if scores.shape != logs.shape:
        return None
    implied = np.exp(scores - scores.max(axis=-1, keepdims=True))
    if _near(implied / implied.sum(axis=-1, keepdims=True), logs):
        return scores
    if found.ndim == 1 and _reads(loss) == "logit" and loss.trainable and tells_chances(loss):
        own = found + even_score(loss)  # our models put the border between the classes at zero
        if _near(chances(loss, own), logs[:, 1]):
            return np.stack([np.zeros_like(own), own], axis=-1)
    return None


def _near(found: Array, logs: Array) -> bool:
    bits = 64 * np.finfo(logs.dtype).eps
    return np.allclose(found, np.exp(logs), rtol=1e-4, atol=bits)
