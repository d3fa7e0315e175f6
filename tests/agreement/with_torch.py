"""PyTorch's losses beside ours."""

from math import inf, log, nan

import numpy as np
import torch
from torch.nn import functional as F  # noqa: N812 (as everyone writes it)

from lossary.errors import ShapeError
from lossary.losses import (
    AbsoluteError,
    BinaryCrossEntropy,
    CrossEntropy,
    GaussianNLL,
    HalfSquaredError,
    Hinge,
    Huber,
    InfoNCE,
    KullbackLeibler,
    LogLoss,
    NegativeLogLikelihood,
    PoissonNLL,
    RootMeanSquaredError,
    SquaredError,
    SquaredHinge,
    SquaredLogarithmicError,
    TripletMargin,
)
from tests.agreement.draws import binary, signs
from tests.agreement.table import Differs, Library, Meets

ROWS = (12,)
WEIGHTS = (1.0, 2.0, 4.0, 0.5, 1.0)
IGNORED = "torch.where(m, t, -100)"

MEETS = (
    Meets(SquaredError(), "F.mse_loss(p, t)"),
    Meets(SquaredError(), "F.mse_loss(p, t, weight=w)", weight=True),
    Meets(HalfSquaredError(), "F.mse_loss(p, t) / 2", "half of it"),
    Meets(AbsoluteError(), "F.l1_loss(p, t)"),
    Meets(AbsoluteError(), "F.l1_loss(p, t, weight=w)", weight=True),
    Meets(RootMeanSquaredError(), "F.mse_loss(p, t).sqrt()", "the root of it"),
    Meets(RootMeanSquaredError(), "F.mse_loss(p, t, weight=w).sqrt()", "the root", weight=True),
    Meets(SquaredLogarithmicError(), "F.mse_loss(p.log1p(), t.log1p())", "of the logarithms"),
    Meets(Huber(delta=0.7), "F.huber_loss(p, t, delta=0.7)"),
    Meets(
        Huber(delta=0.7),
        'F.huber_loss(p, t, delta=0.7, weight=w, reduction="sum") / w.sum()',
        "the mean by hand",
        weight=True,
    ),
    Meets(Huber(), 'F.huber_loss(p, t, reduction="sum")', reduction="sum"),
    Meets(Huber(), 'F.huber_loss(p, t, reduction="none")', reduction="none"),
    Meets(Huber(), 'F.huber_loss(p, t, weight=w, reduction="none")', weight=True, reduction="none"),
    Meets(Huber(delta=0.7), "0.7 * F.smooth_l1_loss(p, t, beta=0.7)", "times delta"),
    Meets(PoissonNLL(), "F.poisson_nll_loss(p, t)"),
    Meets(
        PoissonNLL(),
        "F.poisson_nll_loss(p.exp(), t, log_input=False, eps=0)",
        "the rate instead of its logarithm",
    ),
    Meets(
        GaussianNLL(),
        "F.gaussian_nll_loss(p[..., 0], t, p[..., 1].exp())",
        "mean and variance apart, the variance instead of its logarithm",
    ),
    Meets(
        KullbackLeibler(),
        'F.kl_div(p, t, reduction="batchmean")',
        'the reduction "batchmean"',
        shape=ROWS,
    ),
    Meets(
        Hinge(),
        "F.margin_ranking_loss(p, 0 * p, t, margin=1)",
        "a ranking against zero, labels −1 and 1",
        target=signs,
    ),
    Meets(
        SquaredHinge(),
        'F.margin_ranking_loss(p, 0 * p, t, margin=1, reduction="none").square().mean()',
        "a ranking against zero, squared, labels −1 and 1",
        target=signs,
    ),
    Meets(BinaryCrossEntropy(), "F.binary_cross_entropy_with_logits(p, t)"),
    Meets(
        BinaryCrossEntropy(),
        "F.soft_margin_loss(p, 2 * t - 1)",
        "labels −1 and 1",
        target=binary,
    ),
    Meets(
        BinaryCrossEntropy(),
        'F.binary_cross_entropy_with_logits(p, t, weight=w, reduction="sum") / w.sum()',
        "the mean by hand",
        weight=True,
    ),
    Meets(
        BinaryCrossEntropy(),
        "F.binary_cross_entropy_with_logits(p[m], t[m])",
        "what counts picked out first",
        mask=True,
    ),
    Meets(LogLoss(), "F.binary_cross_entropy(p, t)"),
    Meets(CrossEntropy(), "F.cross_entropy(p, t)", shape=ROWS),
    Meets(CrossEntropy(), "F.cross_entropy(p.movedim(-1, 1), t)", "classes on axis 1"),
    Meets(CrossEntropy(), "F.cross_entropy(p, t)", place=1, shape=ROWS),
    Meets(
        CrossEntropy(),
        f"F.cross_entropy(p, {IGNORED})",
        "a label to ignore instead of a mask",
        mask=True,
        shape=ROWS,
    ),
    Meets(
        CrossEntropy(),
        '(w * F.cross_entropy(p, t, reduction="none")).sum() / w.sum()',
        "the mean by hand",
        weight=True,
        shape=ROWS,
    ),
    Meets(CrossEntropy(smoothing=0.1), "F.cross_entropy(p, t, label_smoothing=0.1)", shape=ROWS),
    Meets(
        CrossEntropy(smoothing=0.1),
        "F.cross_entropy(p, t, label_smoothing=0.1)",
        place=1,
        shape=ROWS,
    ),
    Meets(CrossEntropy(class_weight=WEIGHTS), "F.cross_entropy(p, t, weight=c)", shape=ROWS),
    Meets(
        CrossEntropy(class_weight=WEIGHTS, smoothing=0.1),
        f"F.cross_entropy(p, {IGNORED}, weight=c, label_smoothing=0.1)",
        "a label to ignore instead of a mask",
        mask=True,
        shape=ROWS,
    ),
    Meets(
        CrossEntropy(class_weight=WEIGHTS),
        'F.cross_entropy(p, t, weight=c, reduction="sum") / (t * c).sum()',
        "the mean by hand",
        place=1,
        shape=ROWS,
    ),
    Meets(NegativeLogLikelihood(), "F.nll_loss(p, t)", shape=ROWS),
    Meets(
        NegativeLogLikelihood(),
        f"F.nll_loss(p, {IGNORED})",
        "a label to ignore instead of a mask",
        mask=True,
        shape=ROWS,
    ),
    Meets(
        TripletMargin(), "F.triplet_margin_loss(a, p, n, eps=0)", "without its epsilon", shape=ROWS
    ),
    Meets(
        TripletMargin(margin=5.0, squared=True),
        "F.triplet_margin_with_distance_loss(a, p, n, margin=5.0, "
        "distance_function=lambda x, y: (x - y).square().sum(-1))",
        "the distance spelt out",
        shape=ROWS,
    ),
    Meets(
        InfoNCE(temperature=0.5),
        "F.cross_entropy(p @ t.T / 0.5, torch.arange(len(p)))",
        "a cross-entropy of all pairs",
    ),
)

SCORES = [[1.0, 2.0, 0.0], [0.0, 1.0, 3.0]]
ONE_HOT = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
HALVES = {"p": [[log(0.5), log(0.5)], [log(0.25), log(0.75)]], "t": [[0.9, 0.1], [0.5, 0.5]]}
RULED_OUT = {"p": [[0.0, -inf]], "t": [[1.0, 0.0]]}
SHARP = {"p": [[0.0, log(1e-9)]], "t": [0.0]}

DIFFERS = (
    Differs(
        SquaredError(),
        "F.mse_loss(p, t)",
        {"p": [[1.0], [2.0]], "t": [1.0, 2.0]},
        0.5,
        ShapeError,
        "A column and a row are broadcast to a table of all pairs, with a warning; ours refuses.",
        "ours: each prediction has its own target",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "F.mse_loss(p, t, weight=w)",
        {"p": [2.0, nan], "t": [1.0, 1.0], "w": [1.0, 0.0]},
        nan,
        1.0,
        "Zero times NaN is NaN there; here an entry of weight zero is not felt at all.",
        "either",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "F.mse_loss(p, t, weight=w)",
        {"p": [2.0, 3.0], "t": [1.0, 1.0], "w": [0.0, 0.0]},
        nan,
        0.0,
        "Where nothing counts, their mean is 0/0; ours is zero with zero slope.",
        "either",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "F.mse_loss(p, t)",
        {"p": np.zeros(0), "t": np.zeros(0)},
        nan,
        0.0,
        "The mean of an empty batch is 0/0 there.",
        "either",
        everywhere=True,
    ),
    Differs(
        SquaredError(),
        "F.mse_loss(p, t)",
        {"p": np.float16([300]), "t": np.float16([0])},
        inf,
        90000.0,
        "Half precision ends at 65504; ours computes in single precision and returns it.",
        "ours",
        everywhere=True,
    ),
    Differs(
        RootMeanSquaredError(),
        "F.mse_loss(p, t).sqrt()",
        {"p": [1.0], "t": [1.0]},
        [nan],
        [0.0],
        "A root has no slope at zero, so a perfect batch ruins all weights there; ours leaves "
        "them.",
        "either",
        of="slope",
    ),
    Differs(
        Huber(delta=0.5),
        "F.smooth_l1_loss(p, t, beta=0.5)",
        {"p": [3.0], "t": [0.0]},
        2.75,
        1.375,
        "Smooth L1 is Huber's loss divided by delta.",
        "either: ours is of Huber 1964, theirs of Girshick 2015, where beta is 1",
    ),
    Differs(
        Huber(),
        "F.huber_loss(p, t, weight=w)",
        {"p": [1.0, 3.0], "t": [0.0, 0.0], "w": [3.0, 1.0]},
        2.0,
        1.0,
        "Weights multiply the sum, but the mean divides by the count, not by what the entries "
        "weigh: unlike mse_loss and l1_loss beside it.",
        "ours: a weighted mean",
    ),
    Differs(
        PoissonNLL(),
        "F.poisson_nll_loss(p.exp(), t, log_input=False)",
        {"p": [-inf], "t": [3.0]},
        -3 * log(1e-8),
        inf,
        "1e-8 is added to the rate before its logarithm: counting what cannot happen costs 55.",
        "ours: e^f − t f, the logarithm of a Poisson distribution",
    ),
    Differs(
        PoissonNLL(),
        "F.poisson_nll_loss(p, t, full=True)",
        {"p": [0.0], "t": [5.0]},
        5.770847,
        1.0,
        "full=True adds Stirling's formula, 4.7708 for log 5! = 4.7875, and nothing up to t = 1.",
        "either: the constant log t! changes no slope",
    ),
    Differs(
        GaussianNLL(),
        "F.gaussian_nll_loss(p[..., 0], t, p[..., 1].exp())",
        SHARP,
        log(1e-6) / 2,
        log(1e-9) / 2,
        "Variances are raised to 1e-6 (eps) there.",
        "ours: the density of a normal distribution has no floor",
    ),
    Differs(
        GaussianNLL(),
        "F.gaussian_nll_loss(p[..., 0], t, p[..., 1].exp())",
        SHARP,
        [[0.0, 0.0005]],
        [[0.0, 0.5]],
        "The floor is hidden from autograd, so the slope is neither that of the floor nor the "
        "true one.",
        "ours",
        of="slope",
    ),
    Differs(
        KullbackLeibler(),
        "F.kl_div(p, t)",
        HALVES,
        0.127976,
        0.255953,
        'The reduction "mean" divides by the number of classes too (PyTorch warns of it).',
        "ours: Kullback and Leibler 1951: the divergence is a sum over outcomes",
    ),
    Differs(
        KullbackLeibler(),
        'F.kl_div(p, t, reduction="batchmean")',
        RULED_OUT,
        nan,
        0.0,
        "Their 0 · (−inf) is NaN; an outcome that cannot be and is ruled out costs nothing here.",
        "ours: 0 log 0 = 0",
    ),
    Differs(
        Hinge(),
        "F.hinge_embedding_loss(p, t)",
        {"p": [0.5, 0.5], "t": [1.0, -1.0]},
        0.5,
        1.0,
        "Their hinge embedding loss is of distances: p itself for a pair, max(0, 1 − p) for a "
        "stranger.",
        "ours: Cortes and Vapnik 1995",
    ),
    Differs(
        BinaryCrossEntropy(),
        "F.binary_cross_entropy_with_logits(p, t, weight=w)",
        {"p": [2.0, 3.0], "t": [1.0, 0.0], "w": [3.0, 1.0]},
        1.714686,
        0.857343,
        "Weights multiply the sum, but the mean divides by the count, not by what the entries "
        "weigh.",
        "ours: a weighted mean, as in PyTorch's own mse_loss, l1_loss and cross_entropy",
    ),
    Differs(
        BinaryCrossEntropy(),
        "F.soft_margin_loss(p, 2 * t - 1)",
        {"p": [800.0], "t": [0.0]},
        inf,
        800.0,
        "The exponential overflows before its logarithm is taken, and the slope is NaN.",
        "ours",
    ),
    Differs(
        BinaryCrossEntropy(),
        "F.binary_cross_entropy_with_logits(p, t)",
        {"p": [inf], "t": [1.0]},
        nan,
        0.0,
        "Certainty that is right costs nothing here; there inf − inf is NaN.",
        "ours",
    ),
    Differs(
        LogLoss(),
        "F.binary_cross_entropy(p, t)",
        {"p": [1e-50], "t": [1.0]},
        100.0,
        50 * log(10),
        "Their logarithm is clamped at −100; ours has no clamp.",
        "ours: Good 1952",
    ),
    Differs(
        LogLoss(),
        "F.binary_cross_entropy(p, t)",
        {"p": [0.0], "t": [1.0]},
        100.0,
        inf,
        "Ruling out what happens costs 100 there and infinity here.",
        "ours: Good 1952",
    ),
    Differs(
        LogLoss(),
        "F.binary_cross_entropy(p, t)",
        {"p": [1.0], "t": [1.0]},
        [0.0],
        [-1.0],
        "Their slope is (p − t)/(p(1 − p)) with a floor, 0/1e-12 here; the slope of −log p at 1"
        " is −1.",
        "ours",
        of="slope",
    ),
    Differs(
        CrossEntropy(class_weight=(1.0, 2.0, 4.0)),
        "F.cross_entropy(p, t, weight=torch.tensor([1.0, 2.0, 4.0], dtype=p.dtype))",
        {"p": SCORES, "t": ONE_HOT},
        1.043495,
        0.417398,
        "With distributions as targets their mean divides by the count, with labels by the "
        "classes' weights: the same one-hot rows cost another number. Ours is one number.",
        "ours: what PyTorch gives for the labels 0 and 2",
    ),
    Differs(
        CrossEntropy(),
        "F.cross_entropy(p, t)",
        {"p": SCORES, "t": [0, -100]},
        1.407606,
        nan,
        "The label −100 is left out silently; here a label that is none of 0 … k−1 gives NaN, and "
        "what shall not count is said by a mask.",
        "either",
    ),
    Differs(
        CrossEntropy(),
        "F.cross_entropy(p, t)",
        {"p": SCORES, "t": [0, 3]},
        IndexError,
        nan,
        'A label out of range is an error there; NaN here, and an error with check="always".',
        "either",
    ),
    Differs(
        CrossEntropy(),
        f"F.cross_entropy(p, {IGNORED})",
        {"p": SCORES, "t": [0, 2], "m": [False, False]},
        nan,
        0.0,
        "Where every label is ignored the mean is 0/0 there.",
        "either",
    ),
    Differs(
        CrossEntropy(),
        "F.cross_entropy(p, t)",
        {"p": [[[0.0] * 3, [1.0] * 3, [2.0] * 3]], "t": [[0, 0, 0]]},
        2.407606,
        1.098612,
        "Beyond two axes the classes stand on axis 1 there and on the last axis here; where both "
        "have one size, nothing can notice.",
        "either",
    ),
    Differs(
        CrossEntropy(),
        "F.cross_entropy(p, t)",
        RULED_OUT,
        nan,
        0.0,
        "Their 0 · (−inf) is NaN: a class that is masked out by a score of −inf costs nothing "
        "here.",
        "ours: 0 log 0 = 0",
    ),
    Differs(
        TripletMargin(margin=2e-6),
        "F.triplet_margin_loss(a, p, n, margin=2e-6)",
        {"a": [[0.0, 0.0]], "p": [[1e-6, 1e-6]], "n": [[0.0, 0.0]]},
        (2 - 2**0.5) * 1e-6,
        (2 + 2**0.5) * 1e-6,
        "1e-6 (eps) is added to every coordinate's difference: what is at one place seems apart.",
        "ours: Balntas et al. 2016",
    ),
)


def _slope(function, array):
    leaf = array.clone().requires_grad_()
    (slope,) = torch.autograd.grad(function(leaf).sum(), leaf)
    return slope


LIBRARY = Library(
    title="PyTorch",
    package="torch",
    names={"torch": torch, "F": F},
    array=torch.tensor,
    number=lambda array: array.detach().numpy(),
    differentiate=_slope,
    shape=(6, 2),
    meets=MEETS,
    differs=DIFFERS,
    absent={
        "AbsolutePercentageError": "percentage|mape",
        "Dice": "dice_|overlap",
        "Exponential": "exponential",
        "LogCosh": "cosh",
        "Quantile": "quantile|pinball",
        "SigmoidFocal": "focal",
        "Tversky": "tversky",
        "TweedieDeviance": "tweedie|deviance",
        "ZeroOne": "zero_one|accuracy|error_rate",
    },
    searched=(F,),
)
