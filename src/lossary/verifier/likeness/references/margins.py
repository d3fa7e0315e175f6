"""Losses of a margin: hinge, squared hinge, exponential, logistic."""

import numpy as np

from lossary import Hinge, SquaredHinge
from lossary.verifier.likeness.family import Parameter, family

MARGIN = Parameter(("m", "delta"), (1.0,))
HINGE = family(
    "Hinge",
    names=("hinge", "svm", "max margin", "l1 hinge", "binary hinge"),
    source="lossary.Hinge",
    domains=("real side", "real degree"),
    strict=True,
    margin=MARGIN,
)
SQUARED = family(
    "SquaredHinge",
    names=("squared hinge", "l2 hinge", "l2 svm", "hinge squared"),
    source="lossary.SquaredHinge",
    domains=("real side", "real degree"),
    strict=True,
    margin=MARGIN,
)
MENDED = "write max(0, margin - target * prediction) with targets -1 and 1"


@HINGE.convention("Hinge")
def hinge(p, t, margin):
    return margin * Hinge()(p / margin, t, reduction="none")


@HINGE.convention("Hinge of targets taken as they are", "real degree")
def raw(p, t, margin):
    return np.maximum(0, margin - t * p)


@SQUARED.convention("SquaredHinge")
def squared(p, t, margin):
    return margin**2 * SquaredHinge()(p / margin, t, reduction="none")


@SQUARED.convention("SquaredHinge of targets taken as they are", "real degree")
def raw_squared(p, t, margin):
    return np.maximum(0, margin - t * p) ** 2


def both(cause, formula):
    """Note one mistake for both families."""
    HINGE.mistake(cause, MENDED, "real side")(lambda p, t, margin: formula(p, t, margin))
    SQUARED.mistake(cause, MENDED, "real side")(lambda p, t, margin: formula(p, t, margin) ** 2)


both("the sign inside is turned: right predictions are punished",
     lambda p, t, m: np.maximum(0, m + t * p))  # fmt: skip
both("max(0, ...) is missing: it rewards going ever farther", lambda p, t, m: m - t * p)
both("the margin is missing: the least value is reached at a prediction of zero",
     lambda p, t, m: np.maximum(0, -t * p))  # fmt: skip
both("min stands for max", lambda p, t, m: np.minimum(0, m - t * p))
both("it is the difference that is held against the margin, not the product",
     lambda p, t, m: np.maximum(0, m - np.abs(t - p)))  # fmt: skip
both("target - prediction stands for target * prediction",
     lambda p, t, m: np.maximum(0, m - (t - p)))  # fmt: skip
SQUARED.mistake("the square is missing", MENDED)(lambda p, t, margin: hinge(p, t, margin))
HINGE.mistake("it is squared", MENDED)(lambda p, t, margin: hinge(p, t, margin) ** 2)

EXPONENTIAL = family(
    "Exponential",
    names=("exponential", "adaboost", "exp"),
    source="lossary.Exponential",
    domains=("real side",),
)


@EXPONENTIAL.convention("Exponential: exp(-target * prediction)")
def exponential(p, t):
    return np.exp(-t * p)


@EXPONENTIAL.mistake("the sign in the exponent is turned", "write exp(-target * prediction)")
def rewarding(p, t):
    return np.exp(t * p)
