"""Scikit-learn's metrics, and the losses its boosters and linear models minimise, beside ours."""

from math import inf, log, nan

import numpy as np
import scipy
import sklearn.metrics
from sklearn._loss import loss as _loss
from sklearn.linear_model import _sgd_fast

from lossary.core.curvature import exact
from lossary.errors import ShapeError
from lossary.losses import (
    AbsoluteError,
    AbsolutePercentageError,
    BinaryCrossEntropy,
    CrossEntropy,
    Dice,
    Exponential,
    HalfSquaredError,
    Hinge,
    Huber,
    LogLoss,
    NegativeLogLikelihood,
    PoissonNLL,
    Quantile,
    RootMeanSquaredError,
    SquaredError,
    SquaredHinge,
    SquaredLogarithmicError,
    Tversky,
    TweedieDeviance,
    ZeroOne,
)
from tests.agreement.draws import binary, signs
from tests.agreement.table import SAME, Differs, Library, Meets

ORDER = "the same, target first"
STEP = 1e-6
DIFFERENCES = (1e-6, "slopes of metrics are differences over a step of 1e-6")


def metric(ours, theirs, how=ORDER, **more):
    """Compare with a function of sklearn.metrics: it has no slope, differences stand for it."""
    return Meets(ours, theirs, how, slope_within=DIFFERENCES, **more)


def minimised(ours, theirs, how=SAME, *, labels="t", **more):
    """Compare with what it minimises: that has each entry's value, slope and curvature."""
    arrays = f"({labels}, p, sample_weight=w)" if more.get("weight") else f"({labels}, p)"
    both = f"_loss.{theirs}.gradient_hessian{arrays}"
    return Meets(
        ours,
        f"_loss.{theirs}.loss{arrays}",
        how,
        reduction="none",
        slope=f"{both}[0]",
        curvature=f"{both}[1]" if getattr(ours, "curvature_rule", "") == exact else "",
        **more,
    )


MEETS = (
    metric(SquaredError(), "mean_squared_error(t, p)"),
    metric(SquaredError(), "mean_squared_error(t, p, sample_weight=w)", weight=True),
    metric(
        SquaredError(), "mean_squared_error(t, p, sample_weight=m)", "a mask is a weight", mask=True
    ),
    minimised(HalfSquaredError(), "HalfSquaredError()"),
    metric(AbsoluteError(), "mean_absolute_error(t, p)"),
    metric(AbsoluteError(), "mean_absolute_error(t, p, sample_weight=w)", weight=True),
    metric(RootMeanSquaredError(), "root_mean_squared_error(t, p)"),
    metric(RootMeanSquaredError(), "root_mean_squared_error(t, p, sample_weight=w)", weight=True),
    metric(AbsolutePercentageError(), "mean_absolute_percentage_error(t, p)"),
    metric(SquaredLogarithmicError(), "mean_squared_log_error(t, p)"),
    minimised(Huber(delta=0.7), "HuberLoss(delta=0.7)"),
    metric(Quantile(level=0.9), "mean_pinball_loss(t, p, alpha=0.9)"),
    metric(Quantile(level=0.9), "mean_pinball_loss(t, p, alpha=0.9, sample_weight=w)", weight=True),
    minimised(Quantile(level=0.9), "PinballLoss(quantile=0.9)"),
    minimised(PoissonNLL(), "HalfPoissonLoss()"),
    minimised(PoissonNLL(), "HalfPoissonLoss()", weight=True),
    metric(
        TweedieDeviance(power=1.3),
        "mean_tweedie_deviance(t, np.exp(p), power=1.3)",
        "target first, the mean instead of its logarithm",
    ),
    Meets(
        TweedieDeviance(power=1.3),
        "2 * (_loss.HalfTweedieLoss(power=1.3).loss(t, p) "
        "+ _loss.HalfTweedieLoss(power=1.3).constant_to_optimal_zero(t))",
        "twice, with the constant that is left out",
        reduction="none",
        slope="2 * _loss.HalfTweedieLoss(power=1.3).gradient(t, p)",
        curvature="2 * _loss.HalfTweedieLoss(power=1.3).gradient_hessian(t, p)[1]",
    ),
    Meets(
        ZeroOne(),
        "zero_one_loss(t, p > 0)",
        "of decisions, target first",
        target=binary,
        slope=None,
    ),
    Meets(
        ZeroOne(),
        "zero_one_loss(t, p > 0, sample_weight=w)",
        "of decisions, target first",
        target=binary,
        weight=True,
        slope=None,
    ),
    metric(Hinge(), "hinge_loss(t, p)", target=binary),
    metric(Hinge(), "hinge_loss(t, p, sample_weight=w)", target=signs, weight=True),
    Meets(
        SquaredHinge(),
        "np.vectorize(_sgd_fast.SquaredHinge(1.0).py_loss)(p, t)",
        "the same, labels −1 and 1",
        target=signs,
        reduction="none",
        slope="np.vectorize(_sgd_fast.SquaredHinge(1.0).py_dloss)(p, t)",
    ),
    minimised(Exponential(), "ExponentialLoss()", "the same, labels 0 and 1", target=binary),
    minimised(BinaryCrossEntropy(), "HalfBinomialLoss()"),
    minimised(BinaryCrossEntropy(), "HalfBinomialLoss()", weight=True),
    metric(
        BinaryCrossEntropy(),
        "log_loss(t, scipy.special.expit(p))",
        "target first, probabilities instead of logits",
        target=binary,
    ),
    metric(LogLoss(), "log_loss(t, p)", "the same, target first, labels 0 and 1", target=binary),
    metric(
        LogLoss(),
        "log_loss(t, p, sample_weight=w)",
        "the same, target first, labels 0 and 1",
        target=binary,
        weight=True,
    ),
    minimised(
        CrossEntropy(),
        "HalfMultinomialLoss(n_classes=5)",
        "labels as floats",
        labels="t.astype(float)",
    ),
    metric(
        CrossEntropy(class_weight=(1.0, 2.0, 4.0, 0.5, 1.0)),
        "log_loss(t, scipy.special.softmax(p, -1), labels=range(5), sample_weight=c[t])",
        "target first, probabilities instead of scores, the class's weight as the entry's",
    ),
    metric(
        NegativeLogLikelihood(),
        "log_loss(t, np.exp(p), labels=range(5))",
        "target first, probabilities instead of their logarithms",
    ),
    Meets(
        Dice(),
        '1 - f1_score(t, p > 0.5, average="macro")',
        "one minus F1 of decisions",
        call="Dice()(1.0 * (p > 0.5), t)",
        place=1,
        target=binary,
        slope=None,
    ),
    Meets(
        Tversky(alpha=0.2, beta=0.8),
        '1 - fbeta_score(t, p > 0.5, beta=2, average="macro")',
        "one minus F-beta of decisions, where alpha is 1/(1 + beta²) and beta is the rest",
        call="Tversky(alpha=0.2, beta=0.8)(1.0 * (p > 0.5), t)",
        place=1,
        target=binary,
        slope=None,
    ),
    Meets(
        Tversky(alpha=1.0, beta=1.0),
        '1 - jaccard_score(t, p > 0.5, average="macro")',
        "one minus the Jaccard score of decisions",
        call="Tversky(alpha=1.0, beta=1.0)(1.0 * (p > 0.5), t)",
        place=1,
        target=binary,
        slope=None,
    ),
)

DIFFERS = (
    Differs(
        SquaredError(),
        "mean_squared_error(t, p)",
        {"p": [[1.0], [2.0]], "t": [1.0, 3.0]},
        0.5,
        ShapeError,
        "A column is taken for a row where that fits; ours refuses.",
        "either",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "mean_squared_error(t, p, sample_weight=w)",
        {"p": [2.0, nan], "t": [1.0, 1.0], "w": [1.0, 0.0]},
        ValueError,
        1.0,
        "NaN is refused there even where it weighs nothing; here an entry of weight zero is not"
        " felt.",
        "either",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "mean_squared_error(t, p, sample_weight=w)",
        {"p": [2.0, 3.0], "t": [1.0, 1.0], "w": [0.0, 0.0]},
        ValueError,
        0.0,
        "Where nothing counts, there is an error there; ours is zero with zero slope.",
        "either",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "mean_squared_error(t, p)",
        {"p": np.float16([300]), "t": np.float16([0])},
        inf,
        90000.0,
        "Half precision ends at 65504; ours computes in single precision and returns it.",
        "ours",
        everywhere=True,
    ),
    Differs(
        AbsoluteError(),
        "_loss.AbsoluteError().gradient(t, p)",
        {"p": [1.0], "t": [1.0]},
        [-1.0],
        [0.0],
        "At an error of zero their slope is −1; ours is the middle of −1 … 1.",
        "either: all from −1 to 1 are subgradients",
        call="AbsoluteError().gradient(p, t)",
    ),
    Differs(
        RootMeanSquaredError(),
        "root_mean_squared_error(t, p)",
        {"p": [[1.0, 3.0]], "t": [[0.0, 0.0]]},
        2.0,
        5**0.5,
        "Columns have a root each, and the roots are averaged; ours is one root for the batch.",
        "either",
    ),
    Differs(
        AbsolutePercentageError(),
        "mean_absolute_percentage_error(t, p)",
        {"p": [1.0], "t": [0.0]},
        2.0**52,
        inf,
        "Targets are raised to 2.2e-16 there; here to `floor`, which is zero unless it is set.",
        "ours: |p − t| / |t|",
    ),
    Differs(
        Quantile(level=0.9),
        "_loss.PinballLoss(quantile=0.9).gradient(t, p)",
        {"p": [1.0], "t": [1.0]},
        [-0.9],
        [0.0],
        "At an error of zero theirs is the slope of predictions too low; ours is zero.",
        "either: all from −0.9 to 0.1 are subgradients",
        call="Quantile(level=0.9).gradient(p, t)",
    ),
    Differs(
        PoissonNLL(),
        "mean_poisson_deviance(t, np.exp(p))",
        {"p": [log(2)], "t": [3.0]},
        0.432791,
        2 - 3 * log(2),
        "The deviance is twice ours, less twice the value at p = log t.",
        "either",
    ),
    Differs(
        TweedieDeviance(power=1.5),
        "_loss.HalfTweedieLoss(power=1.5).loss(t, p)",
        {"p": [0.0], "t": [4.0]},
        [10.0],
        [4.0],
        "Half of ours, without the constant that makes a perfect prediction cost nothing.",
        "ours: the deviance of Jørgensen 1987",
        call='TweedieDeviance(power=1.5)(p, t, reduction="none")',
    ),
    Differs(
        Hinge(),
        "hinge_loss(t, p)",
        {"p": [0.5, 0.5], "t": [1, 1]},
        1.5,
        0.5,
        "A batch with one class only is read as the class against, whichever it is.",
        "ours: Cortes and Vapnik 1995",
    ),
    Differs(
        LogLoss(),
        "log_loss(t, p)",
        {"p": [0.0, 0.5], "t": [1, 0]},
        (52 * log(2) + log(2)) / 2,
        inf,
        "Probabilities are clipped to 2.2e-16 … 1 − 2.2e-16: ruling out what happens costs 36.",
        "ours: Good 1952",
    ),
    Differs(
        LogLoss(),
        "log_loss(t, p)",
        {"p": [0.5, 0.5], "t": [0.5, 0.2]},
        ValueError,
        log(2),
        "Targets must be labels there, and may be any probability here.",
        "either",
    ),
    Differs(
        CrossEntropy(),
        "log_loss(t, scipy.special.softmax(p, -1), labels=range(3))",
        {"p": [[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]], "t": [0, 3]},
        ValueError,
        nan,
        'A label out of range is an error there; NaN here, and an error with check="always".',
        "either",
    ),
    Differs(
        Dice(),
        '1 - f1_score(t, p > 0.5, average="macro")',
        {"p": [[1.0, 0.0], [1.0, 0.0]], "t": [[1, 0], [1, 0]]},
        0.5,
        0.0,
        "A class that is neither there nor predicted scores nothing there (zero_division), with a "
        "warning; it costs nothing here.",
        "either: the published quotient is 0/0",
    ),
)


def _slope(function, array):
    """Return central differences: metrics have no slope of their own."""
    slope = np.zeros(array.shape)
    for place in np.ndindex(array.shape):
        step = np.zeros(array.shape)
        step[place] = STEP
        slope[place] = (np.sum(function(array + step)) - np.sum(function(array - step))) / (
            2 * STEP
        )
    return slope


LIBRARY = Library(
    title="scikit-learn",
    package="scikit-learn",
    names=vars(sklearn.metrics)
    | {"_loss": _loss, "_sgd_fast": _sgd_fast, "np": np, "scipy": scipy},
    array=np.asarray,
    number=np.asarray,
    differentiate=_slope,
    automatic=False,
    shape=(12,),
    meets=MEETS,
    differs=DIFFERS,
    absent={
        "GaussianNLL": "gaussian|normal_",
        "InfoNCE": "nce_loss|contrastive",
        "KullbackLeibler": "kl_|kullback",
        "LogCosh": "cosh",
        "SigmoidFocal": "focal",
        "TripletMargin": "triplet",
    },
    searched=(sklearn.metrics, _loss),
)
