"""The metrics of amounts, computed by scikit-learn from target and reported value."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from sklearn import metrics as sk

from lossary.domains import Domain, nonnegative, nonzero, positive
from lossary.lab.metrics.facts import Metric

Array = Any
_LEVELS = {"pinball": (sk.mean_pinball_loss, "alpha"),
           "tweedie_deviance": (sk.mean_tweedie_deviance, "power")}  # fmt: skip


def _by(function: Callable[..., float]) -> Callable[[Array, Array, int], float]:
    return lambda target, value, k: float(function(target, value))


def at_level(metric: Metric, level: float) -> Metric:
    """Return a metric that has a level at another one."""
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
    Metric("medae", "median absolute error", "value", "none", _by(sk.median_absolute_error),
           ("median_absolute_error",), note="half of the rows do not count at all"),
    Metric("mape", "mean absolute error as a share of the target", "value",
           "median weighted by 1/|target|", _by(sk.mean_absolute_percentage_error),
           ("mean_absolute_percentage_error",), target=nonzero,
           note="too little costs less than too much"),
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
)  # fmt: skip
