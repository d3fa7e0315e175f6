"""Optax's losses beside ours."""

from contextlib import contextmanager
from math import exp, inf, log, nan

import jax
import numpy as np
import optax
from jax import numpy as jnp

from lossary.domains import distribution, scores
from lossary.errors import ShapeError
from lossary.losses import (
    BinaryCrossEntropy,
    CrossEntropy,
    Dice,
    HalfSquaredError,
    Hinge,
    Huber,
    InfoNCE,
    KullbackLeibler,
    LogCosh,
    LogLoss,
    NegativeLogLikelihood,
    RootMeanSquaredError,
    SigmoidFocal,
    SquaredError,
    SquaredHinge,
    SquaredLogarithmicError,
    TripletMargin,
    Tversky,
)
from tests.agreement.draws import binary, signs
from tests.agreement.table import Differs, Library, Meets

IMAGES = (3,)
MEAN = "its mean"
INTEGERS = "optax.softmax_cross_entropy_with_integer_labels"

MEETS = (
    Meets(SquaredError(), "optax.squared_error(p, t).mean()", MEAN),
    Meets(SquaredError(), "optax.squared_error(p, t)", reduction="none"),
    Meets(
        SquaredError(),
        "jnp.average(optax.squared_error(p, t), weights=w)",
        "its weighted mean",
        weight=True,
    ),
    Meets(SquaredError(), "optax.squared_error(p, t).mean(where=m)", MEAN, mask=True),
    Meets(HalfSquaredError(), "optax.l2_loss(p, t).mean()", MEAN),
    Meets(
        RootMeanSquaredError(), "jnp.sqrt(optax.squared_error(p, t).mean())", "the root of its mean"
    ),
    Meets(
        SquaredLogarithmicError(),
        "optax.squared_error(jnp.log1p(p), jnp.log1p(t)).mean()",
        "its mean, of the logarithms",
    ),
    Meets(Huber(delta=0.7), "optax.huber_loss(p, t, delta=0.7).mean()", MEAN),
    Meets(LogCosh(), "optax.log_cosh(p, t).mean()", MEAN),
    Meets(KullbackLeibler(), "optax.kl_divergence(p, t).mean()", MEAN),
    Meets(Hinge(), "optax.hinge_loss(p, t).mean()", "its mean, labels −1 and 1", target=signs),
    Meets(
        SquaredHinge(),
        "(optax.hinge_loss(p, t) ** 2).mean()",
        "the mean of its square, labels −1 and 1",
        target=signs,
    ),
    Meets(BinaryCrossEntropy(), "optax.sigmoid_binary_cross_entropy(p, t).mean()", MEAN),
    Meets(
        LogLoss(),
        "optax.sigmoid_binary_cross_entropy(jnp.log(p) - jnp.log1p(-p), t).mean()",
        "its mean, of the logits",
    ),
    Meets(CrossEntropy(), f"{INTEGERS}(p, t).mean()", MEAN),
    Meets(CrossEntropy(), "optax.softmax_cross_entropy(p, t).mean()", MEAN, place=1),
    Meets(
        CrossEntropy(),
        f"{INTEGERS}(p, t, where=m).sum() / m.sum()",
        "the mean by hand",
        mask=True,
        shape=(12,),
    ),
    Meets(
        CrossEntropy(smoothing=0.1),
        "optax.softmax_cross_entropy(p, optax.smooth_labels(jax.nn.one_hot(t, 5), 0.1)).mean()",
        "its mean, of smoothed one-hot rows",
    ),
    Meets(
        CrossEntropy(class_weight=(1.0, 2.0, 4.0, 0.5, 1.0)),
        f"jnp.average({INTEGERS}(p, t), weights=c[t])",
        "its mean, weighted by the class",
    ),
    Meets(
        SigmoidFocal(),
        "optax.sigmoid_focal_loss(p, t, alpha=0.25).mean()",
        "its mean; alpha must be given",
        target=binary,
    ),
    Meets(
        SigmoidFocal(alpha=None, gamma=1.5),
        "optax.sigmoid_focal_loss(p, t, gamma=1.5).mean()",
        MEAN,
        target=binary,
    ),
    Meets(
        Dice(pool="image", smooth=2.0),
        "optax.losses.dice_loss(p, t, smooth=1.0, apply_softmax=False).mean()",
        "its mean; smooth is half of ours",
        prediction=distribution,
        place=1,
        shape=IMAGES,
    ),
    Meets(
        Dice(pool="image", smooth=2.0).reading(scores),
        "optax.losses.dice_loss(p, t, smooth=1.0).mean()",
        "its mean, of scores; smooth is half of ours",
        place=1,
        shape=IMAGES,
    ),
    Meets(
        Tversky(pool="image", smooth=1.0).reading(scores),
        "optax.losses.dice_loss(p, t, alpha=0.3, beta=0.7, smooth=1.0).mean()",
        "the mean of a Dice loss with alpha and beta, of scores",
        place=1,
        shape=IMAGES,
    ),
    Meets(
        TripletMargin(),
        "optax.losses.triplet_margin_loss(a, p, n, eps=0.0).mean()",
        "its mean, without its epsilon",
    ),
    Meets(
        InfoNCE(temperature=0.5),
        f"{INTEGERS}(p @ t.T / 0.5, jnp.arange(len(p))).mean()",
        "a cross-entropy of all pairs",
    ),
)

SCORES = [[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]
RULED_OUT = {"p": [[0.0, -inf]], "t": [[1.0, 0.0]]}
COLUMN_AND_ROW = {"p": [[1.0], [2.0]], "t": [1.0, 2.0]}
ALL_PAIRS = "A column and a row are broadcast to a table of all pairs without a word; ours refuses."

DIFFERS = (
    Differs(
        Huber(),
        "optax.huber_loss(p, t).mean()",
        COLUMN_AND_ROW,
        0.25,
        ShapeError,
        ALL_PAIRS + " (squared_error refuses too.)",
        "ours: each prediction has its own target",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "optax.squared_error(p, t).mean()",
        {"p": np.zeros(0), "t": np.zeros(0)},
        nan,
        0.0,
        "The mean of an empty batch is 0/0 there.",
        "either",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "optax.squared_error(p, t).mean()",
        {"p": np.float16([300]), "t": np.float16([0])},
        inf,
        90000.0,
        "Half precision ends at 65504; ours computes in single precision and returns it.",
        "ours",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "optax.l2_loss(p, t).mean()",
        {"p": [3.0], "t": [0.0]},
        4.5,
        9.0,
        "Their L2 loss is half the squared error; ours of that kind is HalfSquaredError.",
        "either",
    ),
    Differs(
        LogCosh(),
        "optax.log_cosh(p, t).mean()",
        {"p": [1e-9], "t": [0.0]},
        0.0,
        5e-19,
        "log 2 is subtracted from what is close to it: no digit is left of a small loss.",
        "ours: e²/2 for small e",
    ),
    Differs(
        KullbackLeibler(),
        "optax.kl_divergence(p, t).mean()",
        RULED_OUT,
        nan,
        0.0,
        "Their 0 · (−inf) is NaN; an outcome that cannot be and is ruled out costs nothing here.",
        "ours: 0 log 0 = 0",
    ),
    Differs(
        Hinge(),
        "optax.hinge_loss(p, t).mean()",
        {"p": [0.5, 0.5], "t": [1.0, 0.0]},
        0.75,
        1.0,
        "Labels 0 and 1 are taken silently, and a 0 costs one, always.",
        "ours: Cortes and Vapnik 1995, with 0 read as −1",
    ),
    Differs(
        Hinge(),
        "optax.hinge_loss(p, t)",
        {"p": [1.0], "t": [1.0]},
        [-0.5],
        [-1.0],
        "At the margin itself JAX shares the slope out between both sides; ours stands on the "
        "left.",
        "either: all from −1 to 0 are subgradients",
        of="slope",
    ),
    Differs(
        BinaryCrossEntropy(),
        "optax.sigmoid_binary_cross_entropy(p, t).mean()",
        {"p": [[1.0], [2.0]], "t": [1.0, 0.0]},
        0.970095,
        ShapeError,
        ALL_PAIRS,
        "ours: each prediction has its own target",
    ),
    Differs(
        BinaryCrossEntropy(),
        "optax.sigmoid_binary_cross_entropy(p, t).mean()",
        {"p": [inf], "t": [1.0]},
        nan,
        0.0,
        "Certainty that is right costs nothing here; there 0 · inf is NaN.",
        "ours",
    ),
    Differs(
        CrossEntropy(),
        f"{INTEGERS}(p, t).mean()",
        {"p": SCORES, "t": [0, -1]},
        0.788726,
        nan,
        "The label −1 is read as the last class, silently; NaN here, and an error with "
        'check="always".',
        "ours: labels name classes 0 … k−1",
    ),
    Differs(
        CrossEntropy(),
        "optax.softmax_cross_entropy(p, t).mean()",
        RULED_OUT,
        nan,
        0.0,
        "Their 0 · (−inf) is NaN, but not in their safe_softmax_cross_entropy.",
        "ours: 0 log 0 = 0",
    ),
    Differs(
        NegativeLogLikelihood(),
        f"{INTEGERS}(p, t).mean()",
        {"p": [[log(0.25), log(0.75)]], "t": [0]},
        [[-0.75, 0.75]],
        [[-1.0, 0.0]],
        "Values meet where rows sum to one, slopes do not: theirs applies a softmax again.",
        "ours: −p of the label",
        of="slope",
    ),
    Differs(
        SigmoidFocal(),
        "optax.sigmoid_focal_loss(p, t).mean()",
        {"p": [0.0], "t": [1.0]},
        0.173287,
        0.043322,
        "alpha is left out by default there, and 0.25 here.",
        "ours: 0.25 is Lin et al.'s own choice",
    ),
    Differs(
        SigmoidFocal(alpha=None),
        "optax.sigmoid_focal_loss(p, t).mean()",
        {"p": [2.0], "t": [0.5]},
        0.281732,
        0.825941,
        "A target between 0 and 1 mixes the two losses here; there it mixes the probabilities "
        "inside the focal factor.",
        "either: Lin et al. 2017 have only 0 and 1",
    ),
    Differs(
        Dice(pool="image"),
        "optax.losses.dice_loss(p, t, apply_softmax=False, smooth=0.0).mean()",
        {"p": [[[0.0, 1.0], [0.0, 1.0]]], "t": [[[0.0, 1.0], [0.0, 1.0]]]},
        nan,
        0.0,
        "A class that is neither there nor predicted is 0/0 there, and costs nothing here.",
        "ours: nothing is wrong",
    ),
    Differs(
        Dice(pool="image", smooth=1.0),
        "optax.losses.dice_loss(p, t, apply_softmax=False, smooth=1.0).mean()",
        {"p": [[[0.5, 0.5], [0.5, 0.5]]], "t": [[[1.0, 0.0], [1.0, 0.0]]]},
        4 / 15,
        3 / 8,
        "smooth is added to the overlap there, and to twice the overlap here.",
        "either: Milletari et al. 2016 have none",
    ),
    Differs(
        Dice(pool="image"),
        "optax.losses.dice_loss(p, t, apply_softmax=False, smooth=0.0).mean()",
        {"p": [[[0.2], [0.7]]], "t": [[[0.0], [1.0]]]},
        ValueError,
        1 - 1.4 / 1.9,
        "Probabilities of a single class are refused, since they do not sum to one.",
        "ours",
    ),
    Differs(
        TripletMargin(),
        "optax.losses.triplet_margin_loss(a, p, n).mean()",
        {"a": [[0.0, 0.0]], "p": [[0.0001, 0.0]], "n": [[0.0, 1.0]]},
        0.00100449,
        0.0001,
        "1e-6 (eps) is added to the squared distance, so nothing seems nearer than 0.001.",
        "ours: Balntas et al. 2016",
    ),
    Differs(
        TripletMargin(),
        "optax.losses.triplet_margin_loss(a, p, n, eps=0.0).mean()",
        {"a": [[1.0, 1.0]], "p": [[1.0, 1.0]], "n": [[0.0, 1.0]]},
        [[nan, nan]],
        [[-1.0, 0.0]],
        "Without eps a distance of zero has no slope there.",
        "either",
        of="slope",
    ),
    Differs(
        InfoNCE(temperature=0.5),
        "optax.losses.ntxent(jnp.concatenate([p, t]), jnp.arange(4) % 2, temperature=0.5)",
        {"p": [[1.0, 0.0], [0.0, 1.0]], "t": [[0.0, 1.0], [1.0, 0.0]]},
        log(2 + exp(2)),
        log(1 + exp(2)),
        "NT-Xent also looks from the targets to the predictions, and each row meets all other rows "
        "of both; rows are scaled to unit length there.",
        "either: ours is of Oord et al. 2018, theirs of Chen et al. 2020",
    ),
)


@contextmanager
def _double_precision():
    # Each call is made once or twice: to compile it as a whole takes longer than to run its pieces.
    with jax.enable_x64(True), jax.disable_jit():
        yield


LIBRARY = Library(
    title="optax",
    package="optax",
    names={"optax": optax, "jax": jax, "jnp": jnp},
    array=jnp.asarray,
    number=np.asarray,
    differentiate=lambda function, array: jax.grad(lambda x: function(x).sum())(array),
    shape=(6, 2),
    meets=MEETS,
    differs=DIFFERS,
    absent={
        "AbsoluteError": "absolute|l1_",
        "AbsolutePercentageError": "percentage|mape",
        "Exponential": "exponential",
        "GaussianNLL": "gauss|normal_",
        "PoissonNLL": "poisson",
        "Quantile": "quantile|pinball",
        "TweedieDeviance": "tweedie|deviance",
        "ZeroOne": "zero_one|accuracy",
    },
    searched=(optax.losses,),
    setting=_double_precision,
)
