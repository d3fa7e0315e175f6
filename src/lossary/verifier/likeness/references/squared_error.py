"""Squared error, half of it, and its root."""

import numpy as np

from lossary import HalfSquaredError, SquaredError
from lossary.verifier.likeness.family import family

SQUARED = family(
    "SquaredError",
    names=("MSE", "mean squared error", "squared error", "L2", "quadratic", "square error",
           "l2 squared", "mse l2", "reconstruction mse", "mean square error"),
    source="lossary.SquaredError",
    strict=True,
)  # fmt: skip


@SQUARED.convention("SquaredError")
def squared(p, t):
    return SquaredError()(p, t, reduction="none")


@SQUARED.convention("HalfSquaredError")
def half(p, t):
    return HalfSquaredError()(p, t, reduction="none")


@SQUARED.convention("the length of each row's error")
def length(p, t):
    return np.sqrt(((p - t) ** 2).sum(-1)) if p.ndim > 1 else p + np.nan


@SQUARED.convention("RootMeanSquaredError")
def rooted(p, t):
    return np.sqrt(((p - t) ** 2).mean())


@SQUARED.convention("the length of the whole error")
def whole(p, t):
    return np.sqrt(((p - t) ** 2).sum())


@SQUARED.mistake("prediction and target are added", "write (prediction - target) ** 2")
def added(p, t):
    return (p + t) ** 2


@SQUARED.mistake("the mean is squared, not the errors", "write ((prediction - target) ** 2).mean()")
def late(p, t):
    return (p - t).mean() ** 2


@SQUARED.mistake("the errors keep their sign and cancel", "square each error")
def plain(p, t):
    return p - t


@SQUARED.mistake("the errors keep their sign and cancel", "square each error")
def turned(p, t):
    return t - p


@SQUARED.mistake("errors are not squared", "write (prediction - target) ** 2")
def absolute(p, t):
    return np.abs(p - t)


@SQUARED.mistake("the errors are cubed", "write (prediction - target) ** 2")
def cubed(p, t):
    return (p - t) ** 3


@SQUARED.mistake("squares are subtracted", "write (prediction - target) ** 2")
def squares(p, t):
    return p**2 - t**2


ROOT = family(
    "RootMeanSquaredError",
    names=("RMSE", "root mean squared error", "root mean square error", "rms error", "rms"),
    source="lossary.RootMeanSquaredError",
    strict=True,
)


@ROOT.convention("RootMeanSquaredError")
def root(p, t):
    return np.sqrt(((p - t) ** 2).mean())


@ROOT.convention("the root of each row's mean square")
def by_row(p, t):
    return np.sqrt(((p - t) ** 2).mean(-1)) if p.ndim > 1 else np.sqrt(((p - t) ** 2).mean())


@ROOT.convention("the root over the rows, column by column")
def by_column(p, t):
    return np.sqrt(((p - t) ** 2).mean(0))


@ROOT.convention("the length of the whole error")
def long(p, t):
    return np.sqrt(((p - t) ** 2).sum())


@ROOT.mistake("the root is taken before the mean, which gives the mean absolute error",
              "take the root of the mean: ((prediction - target) ** 2).mean().sqrt()")  # fmt: skip
def early(p, t):
    return np.abs(p - t)


@ROOT.mistake("the root is missing", "take the root of the mean")
def unrooted(p, t):
    return ((p - t) ** 2).mean()
