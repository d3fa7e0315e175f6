"""The metrics that may judge: what each asks of a model, what it rewards, and how it is computed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from sklearn import metrics as sk

from lossary.domains import Domain, above_minus_one, nonnegative, nonzero, positive, real
from lossary.errors import ArgumentError, NotFoundError, nearest

Array = Any
AMOUNTS = ("regression", "positive", "nonnegative", "count")
CLASSES = ("binary", "multiclass")


@dataclass(frozen=True)
class Metric:
    """One metric. `answer` is what a model must report, `elicits` what the metric is best at.

    `function(target, answer, k)` computes it; `target` is where targets must lie, `floor` says that
    a report must lie above zero; `counts` gives the metric from tp, fp, fn and tn where the
    threshold of a decision is to be tuned.
    """

    name: str
    title: str
    answer: str
    elicits: str
    function: Callable[[Array, Array, int], float]
    aliases: tuple[str, ...] = ()
    greater_is_better: bool = False
    kinds: tuple[str, ...] = AMOUNTS
    target: Domain = real
    floor: bool = False
    counts: Callable[[Array, Array, Array, Array], Array] | None = None
    level: float | None = None
    levels: Domain | None = None
    note: str = ""

    def better(self, one: float, other: float) -> bool:
        """Say whether `one` is better than `other`; NaN is better than nothing."""
        return one > other if self.greater_is_better else one < other

    @property
    def worst(self) -> float:
        """What every score is better than."""
        return -np.inf if self.greater_is_better else np.inf


def _amount(function: Callable[..., float]) -> Callable[[Array, Array, int], float]:
    return lambda target, value, k: float(function(target, value))


def _f1(target: Array, label: Array, k: int) -> float:
    average = "binary" if k == 2 else "macro"
    return float(sk.f1_score(target, label, average=average, zero_division=0.0))


def _precision(target: Array, label: Array, k: int) -> float:
    average = "binary" if k == 2 else "macro"
    return float(sk.precision_score(target, label, average=average, zero_division=0.0))


def _recall(target: Array, label: Array, k: int) -> float:
    average = "binary" if k == 2 else "macro"
    return float(sk.recall_score(target, label, average=average, zero_division=0.0))


def _balanced(target: Array, label: Array, k: int) -> float:
    # not balanced_accuracy_score: it warns where a small hold-out lacks a class
    labels = np.unique(target)
    return float(sk.recall_score(target, label, labels=labels, average="macro", zero_division=0.0))


def _log_loss(target: Array, probability: Array, k: int) -> float:
    return float(sk.log_loss(target, probability, labels=np.arange(k)))


def _brier(target: Array, probability: Array, k: int) -> float:
    if k == 2:
        return float(sk.brier_score_loss(target, probability[:, 1]))
    return float(np.mean(np.sum(np.square(probability - np.eye(k)[target]), axis=1)))


def _roc_auc(target: Array, scores: Array, k: int) -> float:
    if k == 2:
        return float(sk.roc_auc_score(target, scores))
    return float(sk.roc_auc_score(target, scores, multi_class="ovr", labels=np.arange(k)))


def _average_precision(target: Array, scores: Array, k: int) -> float:
    return float(sk.average_precision_score(target, scores))


def _f1_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return 2 * tp / np.maximum(2 * tp + fp + fn, 1)


def _balanced_counts(tp: Array, fp: Array, fn: Array, tn: Array) -> Array:
    return (tp / np.maximum(tp + fn, 1) + tn / np.maximum(tn + fp, 1)) / 2


_between = Domain("level", 0.0, 1.0)
_power = Domain("power", 1.0, 2.0)
_decide = {"greater_is_better": True, "kinds": CLASSES}

METRICS: tuple[Metric, ...] = (
    Metric("rmse", "root mean squared error", "value", "mean",
           _amount(sk.root_mean_squared_error), ("root_mean_squared_error",)),
    Metric("mse", "mean squared error", "value", "mean",
           _amount(sk.mean_squared_error), ("mean_squared_error", "squared_error", "l2")),
    Metric("r2", "share of variance explained", "value", "mean", _amount(sk.r2_score),
           ("r_squared", "r2_score"), greater_is_better=True),
    Metric("mae", "mean absolute error", "value", "median",
           _amount(sk.mean_absolute_error), ("mean_absolute_error", "absolute_error", "l1")),
    Metric("medae", "median absolute error", "value", "none", _amount(sk.median_absolute_error),
           ("median_absolute_error",), note="half the rows do not count at all"),
    Metric("mape", "mean absolute percentage error (1 is 100 %)", "value", "median weighted by 1/|target|",
           _amount(sk.mean_absolute_percentage_error), ("mean_absolute_percentage_error",),
           target=nonzero, note="predicting too little costs less than too much"),
    Metric("rmsle", "root mean squared logarithmic error", "value", "mean of log(1 + target)",
           _amount(sk.root_mean_squared_log_error), ("root_mean_squared_log_error",),
           target=nonnegative, floor=True),
    Metric("msle", "mean squared logarithmic error", "value", "mean of log(1 + target)",
           _amount(sk.mean_squared_log_error), ("mean_squared_log_error",),
           target=nonnegative, floor=True),
    Metric("poisson_deviance", "mean Poisson deviance", "value", "mean",
           _amount(sk.mean_poisson_deviance), ("poisson", "mean_poisson_deviance"),
           target=nonnegative, floor=True),
    Metric("gamma_deviance", "mean gamma deviance", "value", "mean",
           _amount(sk.mean_gamma_deviance), ("gamma", "mean_gamma_deviance"),
           target=positive, floor=True),
    Metric("tweedie_deviance", "mean Tweedie deviance", "value", "mean",
           _amount(partial(sk.mean_tweedie_deviance, power=1.5)),
           ("tweedie", "mean_tweedie_deviance"), target=nonnegative, floor=True,
           level=1.5, levels=_power),
    Metric("pinball", "mean pinball loss", "value", "quantile",
           _amount(partial(sk.mean_pinball_loss, alpha=0.5)),
           ("quantile", "mean_pinball_loss", "quantile_loss"), level=0.5, levels=_between),
    Metric("log_loss", "log loss", "probability", "probability", _log_loss,
           ("logloss", "cross_entropy", "nll", "neg_log_loss"), kinds=CLASSES),
    Metric("brier", "Brier score", "probability", "probability", _brier,
           ("brier_score", "brier_score_loss"), kinds=CLASSES),
    Metric("accuracy", "share of right answers", "label", "class",
           lambda target, label, k: float(sk.accuracy_score(target, label)), ("acc",), **_decide),
    Metric("balanced_accuracy", "mean recall over the classes", "label", "balanced class",
           _balanced, ("macro_recall", "bacc"), counts=_balanced_counts, **_decide),
    Metric("f1", "F1 (mean over the classes where they are many)", "label", "overlap", _f1,
           ("f1_score", "macro_f1", "f1_macro"), counts=_f1_counts, **_decide),
    Metric("precision", "precision", "label", "class", _precision, ("precision_score",),
           note="rarely saying yes is enough to win it: judge by f1 or a cost", **_decide),
    Metric("recall", "recall", "label", "class", _recall, ("recall_score", "sensitivity"),
           note="always saying yes is enough to win it: judge by f1 or a cost", **_decide),
    Metric("roc_auc", "area under the ROC curve", "ordering", "ordering", _roc_auc,
           ("auc", "roc", "auroc", "roc_auc_score"), **_decide),
    Metric("average_precision", "average precision", "ordering", "ordering", _average_precision,
           ("ap", "pr_auc", "average_precision_score"), greater_is_better=True, kinds=("binary",)),
)  # fmt: skip

_PARAMETER = {"pinball": (sk.mean_pinball_loss, "alpha"),
              "tweedie_deviance": (sk.mean_tweedie_deviance, "power")}  # fmt: skip


def metric(name: str) -> Metric:
    """Return the metric of this name or alias; `pinball(0.9)` and `pinball:0.9` set its level.

    Raises:
        NotFoundError: nothing is called so; the nearest names are told.
        ArgumentError: the level is missing its place or lies outside.
    """
    read = re.fullmatch(r"\s*([^(:]+?)\s*(?:[(:]\s*([^)]*?)\s*\)?\s*)?", name)
    word = _plain(read[1]) if read else _plain(name)
    known = {each: row for row in METRICS for each in (row.name, *row.aliases)}
    if word not in known:
        raise NotFoundError(f"metric {name!r}: there is none of that name. {nearest(word, known)}")
    found = known[word]
    return found if read is None or read[2] is None else _at(found, name, read[2])


def _at(found: Metric, name: str, text: str) -> Metric:
    if found.levels is None:
        raise ArgumentError(f"metric {name!r}: {found.name} takes no number; write {found.name}.")
    try:
        level = float(text.partition("=")[2] or text)
    except ValueError:
        level = np.nan
    if not found.levels.contains(level):
        raise ArgumentError(
            f"metric {name!r}: {text!r} must be a number in {found.levels}, "
            f"as in {found.name}({found.level:g})."
        )
    function, keyword = _PARAMETER[found.name]
    return replace(
        found,
        title=f"{found.title} at {level:g}",
        level=level,
        function=_amount(partial(function, **{keyword: level})),
    )


def _plain(name: str) -> str:
    return re.sub(r"[\s\-]+", "_", name.strip().lower().removeprefix("neg_"))
