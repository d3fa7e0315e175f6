"""Absolute error, and the relative ones."""

import numpy as np

from lossary import AbsoluteError
from lossary.verifier.likeness.family import family

ABSOLUTE = family(
    "AbsoluteError",
    names=("MAE", "mean absolute error", "absolute error", "L1", "absolute difference"),
    source="lossary.AbsoluteError",
    strict=True,
)


@ABSOLUTE.convention("AbsoluteError")
def absolute(p, t):
    return AbsoluteError()(p, t, reduction="none")


@ABSOLUTE.mistake("errors are squared", "write abs(prediction - target)")
def squared(p, t):
    return (p - t) ** 2


@ABSOLUTE.mistake("the errors keep their sign and cancel", "take abs before the mean")
def plain(p, t):
    return p - t


@ABSOLUTE.mistake("the errors keep their sign and cancel", "take abs before the mean")
def turned(p, t):
    return t - p


@ABSOLUTE.mistake("abs is taken after the mean: errors cancel", "take abs before the mean")
def late(p, t):
    return np.abs((p - t).mean())


@ABSOLUTE.mistake("sizes are compared, not numbers", "write abs(prediction - target)")
def sizes(p, t):
    return np.abs(np.abs(p) - np.abs(t))


@ABSOLUTE.mistake("prediction and target are added", "write abs(prediction - target)")
def added(p, t):
    return np.abs(p + t)


RELATIVE = family(
    "AbsolutePercentageError",
    names=("MAPE", "mean absolute percentage error", "absolute percentage error"),
    source="lossary.AbsolutePercentageError",
    domains=("positive positive", "real real"),
    strict=True,
)


@RELATIVE.convention("AbsolutePercentageError")
def relative(p, t):
    return np.abs(p - t) / np.abs(t)


@RELATIVE.convention("AbsolutePercentageError with a floor of 1 below the line")
def floored(p, t):
    return np.abs(p - t) / np.maximum(1, np.abs(t))


@RELATIVE.mistake("it divides by the prediction, which rewards large ones", "divide by abs(target)")
def by_prediction(p, t):
    return np.abs(p - t) / np.abs(p)


@RELATIVE.mistake("the errors keep their sign and cancel", "take abs of the difference")
def relative_plain(p, t):
    return (p - t) / t


@RELATIVE.mistake("the errors keep their sign and cancel", "take abs of the difference")
def relative_turned(p, t):
    return (t - p) / t


LOGARITHMIC = family(
    "SquaredLogarithmicError",
    names=("MSLE", "mean squared logarithmic error", "squared logarithmic error", "msle",
           "RMSLE", "root mean squared logarithmic error", "root msle"),
    source="lossary.SquaredLogarithmicError",
    domains=("positive positive",),
    strict=True,
)  # fmt: skip


@LOGARITHMIC.convention("SquaredLogarithmicError")
def logarithmic(p, t):
    return (np.log1p(p) - np.log1p(t)) ** 2


@LOGARITHMIC.convention("SquaredLogarithmicError without the 1")
def bare(p, t):
    return (np.log(p) - np.log(t)) ** 2


@LOGARITHMIC.convention("the root of SquaredLogarithmicError")
def rooted(p, t):
    return np.sqrt(((np.log1p(p) - np.log1p(t)) ** 2).mean())


@LOGARITHMIC.mistake("the logarithm is taken of the difference", "subtract logarithms")
def of_difference(p, t):
    return np.log1p((p - t) ** 2)


@LOGARITHMIC.mistake("only the prediction is put on a log scale", "take log1p of both")
def one_side(p, t):
    return (np.log1p(p) - t) ** 2


@LOGARITHMIC.mistake("the logarithm is taken of the difference", "subtract logarithms")
def root_of_difference(p, t):
    return np.sqrt(np.log1p((p - t) ** 2).mean())


@LOGARITHMIC.mistake("the 1 is added on one side alone", "take log1p of both")
def one_of_both(p, t):
    return (np.log(p) - np.log1p(t)) ** 2


@LOGARITHMIC.mistake("the 1 is added on one side alone", "take log1p of both")
def other_of_both(p, t):
    return (np.log1p(p) - np.log(t)) ** 2


SYMMETRIC = family(
    "SymmetricAbsolutePercentageError",
    names=("SMAPE", "symmetric mean absolute percentage error",
           "symmetric absolute percentage error"),
    source="Makridakis 1993; the usual form |p - t| / (|p| + |t|), twice or not",
    domains=("positive positive", "real real"),
)  # fmt: skip
SIZED = "divide abs(target - prediction) by abs(target) + abs(prediction)"


@SYMMETRIC.convention("SymmetricAbsolutePercentageError")
def symmetric(p, t):
    return np.abs(p - t) / (np.abs(p) + np.abs(t))


@SYMMETRIC.mistake("it divides by the target alone: it is not symmetric", SIZED)
def by_target(p, t):
    return np.abs(p - t) / np.abs(t)


@SYMMETRIC.mistake("it divides by the prediction alone, which rewards large ones", SIZED)
def by_own(p, t):
    return np.abs(p - t) / np.abs(p)


@SYMMETRIC.mistake("numbers are added below the line, not their sizes", SIZED)
def unsized(p, t):
    return np.abs(p - t) / np.abs(p + t) if (p * t < 0).any() else p + np.nan


@SYMMETRIC.mistake("the errors keep their sign and cancel", SIZED)
def unsigned(p, t):
    return (p - t) / (np.abs(p) + np.abs(t))


@SYMMETRIC.mistake("the errors keep their sign and cancel", SIZED)
def unsigned_back(p, t):
    return (t - p) / (np.abs(p) + np.abs(t))


@SYMMETRIC.mistake("the difference is taken of sizes", SIZED)
def of_sizes(p, t):
    near = np.abs(np.abs(p) - np.abs(t)) / (np.abs(p) + np.abs(t))
    return near if (p * t < 0).any() else p + np.nan
