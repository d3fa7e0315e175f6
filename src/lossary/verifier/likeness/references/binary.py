"""Binary cross-entropy of logits or probabilities, smoothed or weighted or neither."""

import numpy as np

from lossary import BinaryCrossEntropy, LogLoss
from lossary.verifier.likeness.family import Parameter, family

BINARY = family(
    "BinaryCrossEntropy",
    names=("BCE", "bce with logits", "binary cross entropy", "binary crossentropy", "log loss",
           "logistic", "sigmoid cross entropy", "sigmoid bce", "logistic loss", "bce logits",
           "binary log loss", "sigmoid binary cross entropy", "negative log likelihood bernoulli",
           "weighted bce", "bernoulli nll", "binary cross entropy with logits", "logloss",
           "bce from probabilities", "cross entropy", "crossentropy",
           "sigmoid cross entropy with logits"),
    source="lossary.BinaryCrossEntropy and lossary.LogLoss",
    domains=("probability degree", "logit degree", "logit side"),
    strict=True,
    smoothing=Parameter(("label_smoothing", "smooth", "smoothing", "ls", "label_smooth"), (0.0,)),
    positive=Parameter(("pos_weight", "w_pos", "positive_weight", "pos_w", "wp"), (1.0,)),
    beta=Parameter(("beta", "alpha"), (None,)),
)  # fmt: skip
EPSILONS = "a smoothed target must still sum to one"


def both(logs, t, positive, beta):
    """Weigh the two sides: of yes by `positive`, or by beta and 1 - beta."""
    yes, no = logs
    of_yes, of_no = (positive, 1.0) if beta is None else (beta, 1 - beta)
    return of_yes * t * yes + of_no * (1 - t) * no


def terms(given):
    """Return what gives the losses of a yes and of a no."""
    loss = LogLoss() if given == "probability" else BinaryCrossEntropy()

    def logs(p):
        yes, no = np.ones_like(p), np.zeros_like(p)
        return loss(p, yes, reduction="none"), loss(p, no, reduction="none")

    return logs


def shares(given):
    """Return what turns sides of -1 and 1 into degrees."""
    return (lambda t: (t + 1) / 2) if given.endswith("side") else (lambda t: t)


def conventions(given, words):
    """Note the conventions of one input."""

    logs, degrees = terms(given), shares(given)

    @BINARY.convention(f"BinaryCrossEntropy, {words}", given)
    def plain(p, t, smoothing, positive, beta):
        return both(logs(p), degrees(t) * (1 - smoothing) + smoothing / 2, positive, beta)

    @BINARY.convention(f"BinaryCrossEntropy, {words}, smoothed twice as far", given)
    def twice(p, t, smoothing, positive, beta):
        t = degrees(t)
        return both(logs(p), t * (1 - smoothing) + (1 - t) * smoothing, positive, beta)

    @BINARY.convention(f"BinaryCrossEntropy, {words}, the weight on all entries", given)
    def rescaled(p, t, smoothing, positive, beta):
        return (1.0 if beta is None else beta) * plain(p, t, smoothing, positive, None)

    @BINARY.convention(f"BinaryCrossEntropy, {words}, weight beta on yes", given)
    def one_weight(p, t, smoothing, positive, beta):
        return plain(p, t, smoothing, positive if beta is None else beta, None)

    mistakes(given, logs, degrees)


def mistakes(given, logs, degrees):
    """Note the usual mistakes in the two terms."""

    def wrong(cause, mend, formula):
        @BINARY.mistake(cause, mend, given)
        def mistaken(p, t, smoothing, positive, beta):
            yes, no = logs(p)
            t = degrees(t) * (1 - smoothing) + smoothing / 2
            return formula(yes, no, t, p)

    wrong("the term for target 0 is missing", "add (1 - target) * -log(1 - probability)",
          lambda yes, no, t, p: t * yes)  # fmt: skip
    wrong("the term for target 1 is missing", "add target * -log(probability)",
          lambda yes, no, t, p: (1 - t) * no)  # fmt: skip
    wrong("the targets are exchanged: 1 is taken for 0", "exchange target and 1 - target",
          lambda yes, no, t, p: t * no + (1 - t) * yes)  # fmt: skip
    wrong("the term for target 0 has the wrong sign", "add both terms with the same sign",
          lambda yes, no, t, p: t * yes - (1 - t) * no)  # fmt: skip
    wrong("the term for target 1 has the wrong sign", "add both terms with the same sign",
          lambda yes, no, t, p: (1 - t) * no - t * yes)  # fmt: skip
    wrong("the term for target 0 takes log(probability), not log(1 - probability)",
          "write log(1 - probability) where the target is 0",
          lambda yes, no, t, p: t * yes + (1 - t) * yes)  # fmt: skip
    wrong("the term for target 0 is not multiplied by 1 - target", "multiply it by (1 - target)",
          lambda yes, no, t, p: t * yes + no)  # fmt: skip
    wrong("the factor (1 - target) is (1 + target)", "write (1 - target)",
          lambda yes, no, t, p: t * yes + (1 + t) * no)  # fmt: skip


conventions("probability", "prediction is a probability")
conventions("logit degree", "prediction is a logit")
conventions("logit side", "prediction is a logit, target -1 or 1")


def squashed(p):
    return 1 / (1 + np.exp(-p))


@BINARY.mistake("a sigmoid is applied twice", "hand over the logit itself", "logit degree")
def twice_squashed(p, t, smoothing, positive, beta):
    return BinaryCrossEntropy()(squashed(p), t, reduction="none")


@BINARY.mistake("log(1 + exp(prediction)) has the wrong sign inside",
                "write max(x, 0) - x * target + log(1 + exp(-abs(x)))", "logit degree")  # fmt: skip
def lost_abs(p, t, smoothing, positive, beta):
    return np.maximum(p, 0) - p * t + np.log1p(np.exp(-p))


@BINARY.mistake("the term x * target is missing its sign",
                "write max(x, 0) - x * target + log(1 + exp(-abs(x)))", "logit degree")  # fmt: skip
def added(p, t, smoothing, positive, beta):
    return np.maximum(p, 0) + p * t + np.log1p(np.exp(-np.abs(p)))


@BINARY.mistake("max(x, 0) is missing",
                "write max(x, 0) - x * target + log(1 + exp(-abs(x)))", "logit degree")  # fmt: skip
def unclipped(p, t, smoothing, positive, beta):
    return p - p * t + np.log1p(np.exp(-np.abs(p)))


@BINARY.mistake("the exponent lacks abs",
                "write max(x, 0) - x * target + log(1 + exp(-abs(x)))", "logit degree")  # fmt: skip
def exponent(p, t, smoothing, positive, beta):
    return np.maximum(p, 0) - p * t + np.log1p(np.exp(p))


@BINARY.mistake("target and prediction are exchanged: the logarithm is of the target",
                "take the logarithm of the prediction", "probability")  # fmt: skip
def exchanged(p, t, smoothing, positive, beta):
    low = 1e-7
    t = np.clip(t, low, 1 - low)
    return -p * np.log(t) - (1 - p) * np.log1p(-t)


@BINARY.mistake("the smoothed target is t (1 - epsilon) + epsilon: " + EPSILONS,
                "write target * (1 - epsilon) + epsilon / 2", "logit degree")  # fmt: skip
def over_smoothed(p, t, smoothing, positive, beta):
    if smoothing == 0:
        return p + np.nan
    loss = BinaryCrossEntropy()
    t = t * (1 - smoothing) + smoothing
    return t * loss(p, np.ones_like(p), reduction="none") + (1 - t) * loss(
        p, np.zeros_like(p), reduction="none")  # fmt: skip
