"""Keras's losses, on TensorFlow, beside ours."""

from contextlib import contextmanager
from math import inf, log, nan

import keras
import numpy as np
import tensorflow as tf

from lossary.domains import positive
from lossary.errors import ShapeError
from lossary.losses import (
    AbsoluteError,
    AbsolutePercentageError,
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
    PoissonNLL,
    RootMeanSquaredError,
    SigmoidFocal,
    SquaredError,
    SquaredHinge,
    SquaredLogarithmicError,
    Tversky,
    ZeroOne,
)
from tests.agreement.draws import binary, signs
from tests.agreement.table import Differs, Library, Meets

ROWS = (12,)
WEIGHTS = (1.0, 2.0, 4.0, 0.5, 1.0)
WEIGHTED = 'reduction="mean_with_sample_weight"'
A_WEIGHTED_MEAN = "the reduction that divides by the weights"
ADDED = (1e-5, "Keras adds 1e-7 to a rate, or below the line")
SINGLE = (1e-8, "Keras takes log 2 in single precision")
CLIPPED = (
    1e-4,
    "Keras raises shares and probabilities to 1e-7, of which a dozen logarithms are taken",
)

MEETS = (
    Meets(SquaredError(), "keras.losses.MeanSquaredError()(t, p)"),
    Meets(
        SquaredError(),
        f"keras.losses.MeanSquaredError({WEIGHTED})(t, p, sample_weight=w)",
        A_WEIGHTED_MEAN,
        weight=True,
    ),
    Meets(SquaredError(), 'keras.losses.MeanSquaredError(reduction="sum")(t, p)', reduction="sum"),
    Meets(HalfSquaredError(), "keras.losses.MeanSquaredError()(t, p) / 2", "half of it"),
    Meets(AbsoluteError(), "keras.losses.MeanAbsoluteError()(t, p)"),
    Meets(
        AbsoluteError(),
        f"keras.losses.MeanAbsoluteError({WEIGHTED})(t, p, sample_weight=w)",
        A_WEIGHTED_MEAN,
        weight=True,
    ),
    Meets(
        RootMeanSquaredError(), "tf.sqrt(keras.losses.MeanSquaredError()(t, p))", "the root of it"
    ),
    Meets(
        AbsolutePercentageError(),
        "keras.losses.MeanAbsolutePercentageError()(t, p) / 100",
        "a hundredth of it",
    ),
    Meets(
        SquaredLogarithmicError(),
        "keras.losses.MeanSquaredLogarithmicError()(t, p)",
        "the same for what is positive",
        prediction=positive,
        target=positive,
    ),
    Meets(Huber(delta=0.7), "keras.losses.Huber(delta=0.7)(t, p)"),
    Meets(
        Huber(delta=0.7),
        f"keras.losses.Huber(delta=0.7, {WEIGHTED})(t, p, sample_weight=w)",
        A_WEIGHTED_MEAN,
        weight=True,
    ),
    Meets(LogCosh(), "keras.losses.LogCosh()(t, p)", within=SINGLE),
    Meets(
        PoissonNLL(),
        "keras.losses.Poisson()(t, tf.exp(p))",
        "the rate instead of its logarithm",
        within=ADDED,
    ),
    Meets(
        KullbackLeibler(),
        "keras.losses.KLDivergence()(t, tf.exp(p))",
        "probabilities instead of their logarithms",
        shape=ROWS,
        within=CLIPPED,
    ),
    Meets(
        ZeroOne(),
        "1 - tf.reduce_mean(keras.metrics.binary_accuracy(t, p, threshold=0))",
        "one minus it, labels 0 and 1",
        target=binary,
        slope=None,
    ),
    Meets(Hinge(), "keras.losses.Hinge()(t, p)", "the same, labels −1 and 1", target=signs),
    Meets(Hinge(), "keras.losses.Hinge()(t, p)", "the same, labels 0 and 1", target=binary),
    Meets(
        SquaredHinge(),
        "keras.losses.SquaredHinge()(t, p)",
        "the same, labels −1 and 1",
        target=signs,
    ),
    Meets(
        SquaredHinge(),
        "keras.losses.SquaredHinge()(t, p)",
        "the same, labels 0 and 1",
        target=binary,
    ),
    Meets(
        BinaryCrossEntropy(),
        "keras.losses.BinaryCrossentropy(from_logits=True)(t, p)",
        "the same, with from_logits",
    ),
    Meets(
        BinaryCrossEntropy(),
        "keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)(t, p)",
        "its smoothing is ours of the target",
        call="BinaryCrossEntropy()(p, 0.9 * t + 0.05)",
    ),
    Meets(LogLoss(), "keras.losses.BinaryCrossentropy()(t, p)"),
    Meets(
        CrossEntropy(),
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(t, p)",
        "the same, with from_logits",
    ),
    Meets(
        CrossEntropy(),
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-1)"
        "(tf.where(m, t, -1), p)",
        "a label to ignore instead of a mask",
        mask=True,
        shape=ROWS,
    ),
    Meets(
        CrossEntropy(),
        f"keras.losses.SparseCategoricalCrossentropy(from_logits=True, {WEIGHTED})"
        "(t, p, sample_weight=w)",
        A_WEIGHTED_MEAN,
        weight=True,
        shape=ROWS,
    ),
    Meets(
        CrossEntropy(class_weight=WEIGHTS),
        f"keras.losses.SparseCategoricalCrossentropy(from_logits=True, {WEIGHTED})"
        "(t, p, sample_weight=tf.gather(c, t))",
        "the class's weight as the entry's",
        shape=ROWS,
    ),
    Meets(
        CrossEntropy(),
        "keras.losses.CategoricalCrossentropy(from_logits=True)(t, p)",
        "the same, with from_logits",
        place=1,
    ),
    Meets(
        CrossEntropy(smoothing=0.1),
        "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(t, p)",
        "the same, with from_logits",
        place=1,
    ),
    Meets(
        CrossEntropy(smoothing=0.1),
        "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)"
        "(tf.one_hot(t, 5), p)",
        "one-hot rows instead of labels",
    ),
    Meets(
        SigmoidFocal(alpha=None, gamma=1.5),
        "keras.losses.BinaryFocalCrossentropy(gamma=1.5, from_logits=True)(t, p)",
        "the same on TensorFlow, with from_logits",
        target=binary,
    ),
    Meets(
        SigmoidFocal(),
        "keras.losses.BinaryFocalCrossentropy(apply_class_balancing=True, from_logits=True)(t, p)",
        "alpha must be switched on",
        target=binary,
    ),
    Meets(
        Dice(),
        "keras.losses.Dice(axis=(0, 1, 2))(t, p)",
        "sums over all axes but the classes'",
        place=1,
        shape=(3, 2, 2),
        within=ADDED,
    ),
    Meets(
        Dice(pool="image"),
        "keras.losses.Dice(axis=(1,))(t, p)",
        "sums over all axes but the images' and the classes'",
        place=1,
        shape=(3,),
        within=ADDED,
    ),
    Meets(
        Tversky(alpha=0.2, beta=0.9),
        "keras.losses.Tversky(alpha=0.9, beta=0.2, axis=(0,))(t, p)",
        "alpha and beta swapped",
        place=1,
        shape=ROWS,
        within=ADDED,
    ),
    Meets(
        InfoNCE(temperature=0.5),
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
        "(tf.range(len(p)), p @ tf.transpose(t) / 0.5)",
        "a cross-entropy of all pairs",
    ),
)

SCORES = [[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]
EMPTY = [[0.0], [0.0]]

DIFFERS = (
    Differs(
        SquaredError(),
        "keras.losses.MeanSquaredError()(t, p, sample_weight=w)",
        {"p": [[1.0], [3.0]], "t": [[0.0], [0.0]], "w": [[3.0], [1.0]]},
        6.0,
        3.0,
        "The default reduction divides by the count, not by what the entries weigh: heavier "
        "weights are a larger learning rate.",
        "ours: a weighted mean",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        f"keras.losses.MeanSquaredError({WEIGHTED})(t, p, sample_weight=w)",
        {"p": [1.0, 3.0], "t": [0.0, 0.0], "w": [3.0, 1.0]},
        5.0,
        3.0,
        "The last axis is averaged before the weights are looked at, so weights of a batch "
        "without a last axis of one cancel out of the mean.",
        "ours",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "keras.losses.MeanSquaredError()(t, p)",
        {"p": [[1.0], [2.0]], "t": [[1.0, 2.0]]},
        0.5,
        ShapeError,
        "A column and a row are broadcast to a table of all pairs without a word; ours refuses.",
        "ours: each prediction has its own target",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "keras.losses.MeanSquaredError()(t, p, sample_weight=w)",
        {"p": [[2.0], [nan]], "t": [[1.0], [1.0]], "w": [[1.0], [0.0]]},
        nan,
        1.0,
        "Zero times NaN is NaN there; here an entry of weight zero is not felt at all.",
        "either",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "keras.losses.MeanSquaredError()(t, p)",
        {"p": np.zeros(0), "t": np.zeros(0)},
        nan,
        0.0,
        "The mean of an empty batch is 0/0 there.",
        "either",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        'keras.losses.MeanSquaredError(dtype="float16")(t, p)',
        {"p": np.float16([[300]]), "t": np.float16([[0]])},
        inf,
        90000.0,
        "Half precision ends at 65504; ours computes in single precision and returns it.",
        "ours",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        'keras.losses.MeanSquaredError(dtype="float32")(t, p)',
        {"p": [[16777217.0]], "t": [[16777216.0]]},
        0.0,
        1.0,
        "Single precision, the default, is computed in even where both arrays are double.",
        "ours",
        everywhere=True,
    ),
    Differs(
        AbsolutePercentageError(),
        "keras.losses.MeanAbsolutePercentageError()(t, p)",
        {"p": [[8.0]], "t": [[10.0]]},
        20.0,
        0.2,
        "Per cent there, a fraction here: a hundredfold learning rate.",
        "either",
    ),
    Differs(
        AbsolutePercentageError(),
        "keras.losses.MeanAbsolutePercentageError()(t, p)",
        {"p": [[1.0]], "t": [[0.0]]},
        1e9,
        inf,
        "Targets are raised to 1e-7 there; here to `floor`, which is zero unless it is set.",
        "ours: |p − t| / |t|",
    ),
    Differs(
        SquaredLogarithmicError(),
        "keras.losses.MeanSquaredLogarithmicError()(t, p)",
        {"p": [[-0.5]], "t": [[1.0]]},
        [[0.0]],
        [[-8 * log(2)]],
        "Predictions below 1e-7 are clipped, so one that has gone negative never comes back.",
        "ours: defined above −1",
        of="slope",
    ),
    Differs(
        LogCosh(),
        "keras.losses.LogCosh()(t, p)",
        {"p": [[1.0]], "t": [[1.0]]},
        -1.904654e-9,
        0.0,
        "log 2 is subtracted in single precision, whatever the precision of the rest: a perfect "
        "prediction costs less than nothing.",
        "ours",
    ),
    Differs(
        PoissonNLL(),
        "keras.losses.Poisson()(t, p)",
        {"p": [[3.0]], "t": [[3.0]]},
        3 - 3 * log(3),
        11.085537,
        "Reads the rate there and its logarithm here: the same numbers mean something else.",
        "either",
    ),
    Differs(
        PoissonNLL(),
        "keras.losses.Poisson()(t, tf.exp(p))",
        {"p": [[-inf]], "t": [[3.0]]},
        -3 * log(1e-7),
        inf,
        "1e-7 is added to the rate before its logarithm: counting what cannot happen costs 48.",
        "ours: e^f − t f, the logarithm of a Poisson distribution",
    ),
    Differs(
        KullbackLeibler(),
        "keras.losses.KLDivergence()(t, tf.exp(p))",
        {"p": [[-inf, 0.0]], "t": [[1.0, 0.0]]},
        -log(1e-7),
        inf,
        "Probabilities are raised to 1e-7: ruling out what happens costs 16 there, and has no "
        "slope.",
        "ours: Kullback and Leibler 1951",
    ),
    Differs(
        Hinge(),
        "keras.losses.Hinge()(t, p)",
        {"p": [[0.5], [0.5], [0.5]], "t": [[1.0], [0.0], [-1.0]]},
        1.0,
        3.5 / 3,
        "0 is read as −1 only in a batch that holds nothing but 0 and 1; else it is no side at "
        "all.",
        "ours: 0 and −1 both stand against, whatever else is in the batch",
    ),
    Differs(
        LogLoss(),
        "keras.losses.BinaryCrossentropy()(t, p)",
        {"p": [[1e-9]], "t": [[1.0]]},
        -log(1e-7),
        9 * log(10),
        "Probabilities are clipped to 1e-7 … 1 − 1e-7.",
        "ours: Good 1952",
    ),
    Differs(
        LogLoss(),
        "keras.losses.BinaryCrossentropy()(t, p)",
        {"p": [[1e-9]], "t": [[1.0]]},
        [[0.0]],
        [[-1e9]],
        "Where it clips, the worst mistakes have no slope.",
        "ours: −1/p",
        of="slope",
    ),
    Differs(
        CrossEntropy(class_weight=(1.0, 2.0, 4.0)),
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
        "(t, p, sample_weight=tf.gather([1.0, 2.0, 4.0], t))",
        {"p": SCORES, "t": [0, 2]},
        1.043495,
        0.417398,
        "Class weights, which Keras hands over as weights of entries, change the size of the mean.",
        "ours: the mean over what the classes weigh",
    ),
    Differs(
        CrossEntropy(),
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(t, p)",
        {"p": SCORES, "t": [0, 3]},
        tf.errors.InvalidArgumentError,
        nan,
        'A label out of range is an error there; NaN here, and an error with check="always".',
        "either",
    ),
    Differs(
        NegativeLogLikelihood(),
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(t, p)",
        {"p": [[log(0.25), log(0.75)]], "t": [0]},
        [[-0.75, 0.75]],
        [[-1.0, 0.0]],
        "Values meet where rows sum to one, slopes do not: theirs applies a softmax again.",
        "ours: −p of the label",
        of="slope",
    ),
    Differs(
        NegativeLogLikelihood(),
        "keras.losses.SparseCategoricalCrossentropy()(t, tf.exp(p))",
        {"p": [[log(0.5), log(0.25)]], "t": [0]},
        log(1.5),
        log(2),
        "Rows that do not sum to one are divided by their sum, silently.",
        "ours: −p of the label",
    ),
    Differs(
        SigmoidFocal(alpha=None),
        "keras.losses.BinaryFocalCrossentropy()(t, tf.sigmoid(p))",
        {"p": [[20.0]], "t": [[0.0]]},
        [[6.644374e-8]],
        [[1.0]],
        "Probabilities are clipped to 1 − 1e-7, so a confident mistake has no slope to speak "
        "of. On JAX and PyTorch it is so with from_logits=True as well; TensorFlow remembers "
        "the logit.",
        "ours: Lin et al. 2017",
        of="slope",
    ),
    Differs(
        SigmoidFocal(alpha=None),
        "keras.losses.BinaryFocalCrossentropy(from_logits=True)(t, p)",
        {"p": [[2.0]], "t": [[0.5]]},
        0.281732,
        0.825941,
        "A target between 0 and 1 mixes the two losses here; there it mixes the probabilities "
        "inside the focal factor.",
        "either: Lin et al. 2017 have only 0 and 1",
    ),
    Differs(
        Dice(),
        "keras.losses.Dice()(t, p)",
        {"p": EMPTY, "t": EMPTY},
        1.0,
        0.0,
        "An empty mask, predicted empty, costs all there and nothing here.",
        "ours: nothing is wrong; the published quotient is 0/0",
    ),
    Differs(
        Dice(),
        "keras.losses.Dice()(t, p)",
        {"p": [[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]], "t": [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]},
        1 / 3,
        0.6,
        "All classes are pooled by default: a small one that is missed drowns. Ours averages "
        "classes.",
        "either: Milletari et al. 2016 have one class",
    ),
    Differs(
        Tversky(alpha=1.0, beta=0.0),
        "keras.losses.Tversky(alpha=1.0, beta=0.0)(t, p)",
        {"p": [[1.0], [1.0]], "t": [[1.0], [0.0]]},
        1e-7,
        0.5,
        "alpha weighs false negatives there, although its page says false positives: a prediction "
        "with nothing but false positives is free.",
        "ours: Salehi et al. 2017: alpha is of false positives",
    ),
)


@contextmanager
def _double_precision():
    before = keras.config.floatx()
    keras.config.set_floatx("float64")
    try:
        yield
    finally:
        keras.config.set_floatx(before)


def _slope(function, array):
    with tf.GradientTape() as tape:
        tape.watch(array)
        value = function(array)
    return tape.gradient(value, array)


LIBRARY = Library(
    title="Keras",
    package="keras",
    names={"keras": keras, "tf": tf},
    array=tf.constant,
    number=lambda array: array.numpy(),
    differentiate=_slope,
    shape=(12, 1),
    meets=MEETS,
    differs=DIFFERS,
    absent={
        "Exponential": "exponential",
        "GaussianNLL": "gauss|normal",
        "Quantile": "quantile|pinball",
        "TripletMargin": "triplet",
        "TweedieDeviance": "tweedie|deviance",
    },
    searched=(keras.losses,),
    setting=_double_precision,
)
