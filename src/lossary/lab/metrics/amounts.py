"""The metrics of amounts, computed from target and reported value, by scikit-learn where it can."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
from sklearn import metrics as sk

from lossary.domains import Domain, nonnegative, nonzero, positive, probability
from lossary.lab.metrics.facts import Formula, Metric

Array = Any


def _computed(
    function: Callable[..., float],
    target: Array,
    answer: Array,
    k: int,
    weight: Array | None = None,
) -> float:
    return float(function(target, answer, sample_weight=weight))


def _by(function: Callable[..., float]) -> Formula:
    return partial(_computed, function)


def wape(target: Array, value: Array, sample_weight: Array | None = None) -> float:
    """Return the sum of absolute errors as a share of the sum of absolute targets."""
    mean = partial(np.average, weights=sample_weight)
    return float(mean(np.abs(value - target)) / mean(np.abs(target)))


def smape(target: Array, value: Array, sample_weight: Array | None = None) -> float:
    """Return the mean of 2|v - t| / (|v| + |t|), which is 0 where both are zero."""
    sizes = np.abs(value) + np.abs(target)
    shares = 2 * np.abs(value - target) / np.where(sizes > 0, sizes, 1.0)
    return float(np.average(shares, weights=sample_weight))


def share_log_loss(target: Array, value: Array, sample_weight: Array | None = None) -> float:
    """Return the mean cross-entropy of shares; reports are kept a rounding step off 0 and 1."""
    least = np.finfo(float).eps
    chance = np.clip(value, least, 1 - least)
    losses = -target * np.log(chance) - (1 - target) * np.log1p(-chance)
    return float(np.average(losses, weights=sample_weight))


_LEVELS = {"pinball": (sk.mean_pinball_loss, "alpha"),
           "tweedie_deviance": (sk.mean_tweedie_deviance, "power")}  # fmt: skip


def at_level(metric: Metric, level: float) -> Metric:
    """Return a metric of amounts that has a level at another one."""
    function, keyword = _LEVELS[metric.name]
    by = _by(partial(function, **{keyword: level}))
    return replace(metric, title=f"{metric.title} at {level:g}", level=level, function=by)


AMOUNT_METRICS: tuple[Metric, ...] = (
    Metric("rmse", "root mean squared error", "value", "mean",
           _by(sk.root_mean_squared_error), ("root_mean_squared_error",)),
    Metric("mse", "mean squared error", "value", "mean", _by(sk.mean_squared_error),
           ("mean_squared_error", "squared_error", "l2")),
    Metric("r2", "share of variance explained", "value", "mean", _by(sk.r2_score),
           ("r_squared", "r2_score"), greater_is_better=True),
    Metric("mae", "mean absolute error", "value", "median", _by(sk.mean_absolute_error),
           ("mean_absolute_error", "absolute_error", "l1")),
    Metric("wape", "sum of absolute errors as a share of the sum of targets", "value", "median",
           _by(wape), ("weighted_absolute_percentage_error", "wmape")),
    Metric("d2_absolute_error", "share of absolute deviation explained", "value", "median",
           _by(sk.d2_absolute_error_score), ("d2_absolute_error_score", "d2_mae"),
           greater_is_better=True),
    Metric("medae", "median absolute error", "value", "none", _by(sk.median_absolute_error),
           ("median_absolute_error",), note="half of the rows do not count at all"),
    Metric("mape", "mean absolute error as a share of the target", "value",
           "median weighted by 1/|target|", _by(sk.mean_absolute_percentage_error),
           ("mean_absolute_percentage_error",), target=nonzero,
           note="too little costs less than too much"),
    Metric("smape", "mean absolute error as a share of target and answer", "value", "none",
           _by(smape), ("symmetric_mean_absolute_percentage_error",),
           note="it is best at no known quantity, and too much costs less than too little"),
    Metric("rmsle", "root mean squared logarithmic error", "value", "mean of log(1 + target)",
           _by(sk.root_mean_squared_log_error), ("root_mean_squared_log_error",),
           target=nonnegative, floor=True),
    Metric("msle", "mean squared logarithmic error", "value", "mean of log(1 + target)",
           _by(sk.mean_squared_log_error), ("mean_squared_log_error",),
           target=nonnegative, floor=True),
    Metric("poisson_deviance", "mean Poisson deviance", "value", "mean",
           _by(sk.mean_poisson_deviance), ("poisson", "mean_poisson_deviance"),
           target=nonnegative, floor=True),
    Metric("gamma_deviance", "mean gamma deviance", "value", "mean", _by(sk.mean_gamma_deviance),
           ("gamma", "mean_gamma_deviance"), target=positive, floor=True),
    Metric("tweedie_deviance", "mean Tweedie deviance", "value", "mean",
           _by(partial(sk.mean_tweedie_deviance, power=1.5)),
           ("tweedie", "mean_tweedie_deviance"), target=nonnegative, floor=True, level=1.5,
           levels=Domain("level", 1.0, 2.0)),
    Metric("pinball", "mean pinball loss", "value", "quantile",
           _by(partial(sk.mean_pinball_loss, alpha=0.5)),
           ("quantile", "mean_pinball_loss", "quantile_loss"), level=0.5,
           levels=Domain("level", 0.0, 1.0)),
    Metric("share_log_loss", "mean cross-entropy of shares", "value", "mean", _by(share_log_loss),
           ("fractional_log_loss", "proportion_log_loss"), kinds=("proportion",),
           target=probability),
)  # fmt: skip
