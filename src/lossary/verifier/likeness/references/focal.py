"""The focal loss: of a logit or a probability, and of classes."""

import numpy as np

from lossary import SigmoidFocal
from lossary.verifier.likeness.family import Parameter, family
from lossary.verifier.likeness.references.multiclass import READ, membership

ALPHA = Parameter(("a", "weight_alpha", "balance"), (None, 0.25, 0.5, 0.75, 1.0))
GAMMA = Parameter(("g", "focusing", "focus"), (2.0, 1.0, 0.5, 1.5, 3.0))
SOURCE = "Lin et al. 2017, Focal loss for dense object detection, equation 5"
NAMES = ("focal", "binary focal", "sigmoid focal", "alpha balanced focal", "bce focal",
         "focal bce", "binary focal crossentropy", "binary focal cross entropy",
         "focal with logits", "focal binary", "sigmoid focal cross entropy",
         "focal crossentropy")  # fmt: skip
FOCAL = family(
    "SigmoidFocal", names=NAMES, source=SOURCE,
    domains=("probability degree", "logit degree"), strict=True, alpha=ALPHA, gamma=GAMMA,
)  # fmt: skip


def off(alpha):
    """Say whether alpha stands for without: None, or below zero as in torchvision."""
    return alpha is None or alpha < 0


def factor(alpha):
    return 1.0 if off(alpha) else alpha


def sides(alpha, t):
    return 1.0 if off(alpha) else alpha * t + (1 - alpha) * (1 - t)


def parts(p, given):
    """Return the probability of yes, and minus the logarithms of it and of its opposite."""
    if given == "probability":
        return p, -np.log(p), -np.log1p(-p)
    return 1 / (1 + np.exp(-p)), np.logaddexp(0, -p), np.logaddexp(0, p)


def conventions(given, words):
    """Note what holds, and what goes wrong, for one input."""

    @FOCAL.convention(f"SigmoidFocal, {words}", given)
    def focal(p, t, alpha, gamma):
        if given == "probability":
            p = np.log(p) - np.log1p(-p)
        own = SigmoidFocal(alpha=None, gamma=gamma)(p, t, reduction="none")
        return sides(alpha, t) * own

    @FOCAL.convention(f"SigmoidFocal, {words}, alpha on both classes alike", given)
    def rescaled(p, t, alpha, gamma):
        return focal(p, t, None, gamma) * factor(alpha)

    @FOCAL.convention(f"SigmoidFocal, {words}, sum divided by the number of positives", given)
    def of_positives(p, t, alpha, gamma):
        return focal(p, t, alpha, gamma).sum() / max(t.sum(), 1)

    @FOCAL.convention(f"SigmoidFocal, {words}, without alpha", given)
    def bare(p, t, alpha, gamma):
        return focal(p, t, None, gamma)

    @FOCAL.convention(f"SigmoidFocal, {words}, alpha on yes, 1 on no", given)
    def one_weight(p, t, alpha, gamma):
        return focal(p, t, None, gamma) * (1.0 if off(alpha) else alpha * t + (1 - t))

    @FOCAL.mistake(
        "alpha and 1 - alpha are exchanged: alpha counts the noes",
        "weigh by alpha where the target is 1, by 1 - alpha where it is 0",
        given,
        f"SigmoidFocal, {words}",
    )
    def turned(p, t, alpha, gamma):
        return p + np.nan if off(alpha) or alpha == 0.5 else focal(p, t, 1 - alpha, gamma)

    mistakes(given, sides, f"SigmoidFocal, {words}")
    mistakes(given, lambda a, t: factor(a), f"SigmoidFocal, {words}, alpha on both classes alike")


def mistakes(given, alphas, says):
    """Note the mistakes under one way of using alpha."""

    def wrong(cause, mend, formula):
        @FOCAL.mistake(cause, mend, given, says)
        def mistaken(p, t, alpha, gamma):
            if gamma == 0:
                return p + np.nan
            q, yes, no = parts(p, given)
            right = t * q + (1 - t) * (1 - q)
            return alphas(alpha, t) * formula(right, t * yes + (1 - t) * no, q, t, gamma, yes, no)

    wrong("the factor is p_t ** gamma, not (1 - p_t) ** gamma: the hard entries are turned down",
          "write (1 - p_t) ** gamma", lambda r, ce, q, t, g, y, n: r**g * ce)  # fmt: skip
    wrong("gamma has no effect", "multiply by (1 - p_t) ** gamma",
          lambda r, ce, q, t, g, y, n: ce)  # fmt: skip
    wrong("gamma multiplies instead of being the exponent", "write (1 - p_t) ** gamma",
          lambda r, ce, q, t, g, y, n: g * (1 - r) * ce)  # fmt: skip
    wrong("the factor is (1 - p) ** gamma for both classes: for target 0 it should be p ** gamma",
          "use p_t = p where the target is 1 and 1 - p where it is 0",
          lambda r, ce, q, t, g, y, n: (1 - q) ** g * ce)  # fmt: skip
    wrong("the factor is p ** gamma for both classes: for target 1 it should be (1 - p) ** gamma",
          "use p_t = p where the target is 1 and 1 - p where it is 0",
          lambda r, ce, q, t, g, y, n: q**g * ce)  # fmt: skip
    wrong("the factor is 1 - p_t ** gamma: the bracket is missing", "write (1 - p_t) ** gamma",
          lambda r, ce, q, t, g, y, n: (1 - r**g) * ce)  # fmt: skip
    wrong("entries of target 0 are not turned down", "multiply both terms by (1 - p_t) ** gamma",
          lambda r, ce, q, t, g, y, n: t * (1 - q) ** g * y + (1 - t) * n)  # fmt: skip
    wrong("entries of target 1 are not turned down", "multiply both terms by (1 - p_t) ** gamma",
          lambda r, ce, q, t, g, y, n: t * y + (1 - t) * q**g * n)  # fmt: skip
    wrong("the term for target 0 is missing", "add the term of 1 - target",
          lambda r, ce, q, t, g, y, n: t * (1 - q) ** g * y)  # fmt: skip
    wrong("the factor is (1 + p_t) ** gamma", "write (1 - p_t) ** gamma",
          lambda r, ce, q, t, g, y, n: (1 + r) ** g * ce)  # fmt: skip
    wrong("the factor is (1 - p_t) ** (1 / gamma)", "write (1 - p_t) ** gamma",
          lambda r, ce, q, t, g, y, n: (1 - r) ** (1 / g) * ce
          if g != 1 else ce + np.nan)  # fmt: skip
    wrong("p_t is exchanged with 1 - p_t in the cross-entropy", "take -log(p_t)",
          lambda r, ce, q, t, g, y, n: (1 - r) ** g * (t * n + (1 - t) * y))  # fmt: skip


conventions("probability", "prediction is a probability")
conventions("logit", "prediction is a logit")


@FOCAL.mistake("p_t is taken of the mean cross-entropy, so that no entry is singled out",
               "compute (1 - p_t) ** gamma entry by entry, and take the mean last",
               "logit")  # fmt: skip
def late_logit(p, t, alpha, gamma):
    return _late(p, t, alpha, gamma, "logit")


@FOCAL.mistake("p_t is taken of the mean cross-entropy, so that no entry is singled out",
               "compute (1 - p_t) ** gamma entry by entry, and take the mean last",
               "probability")  # fmt: skip
def late_probability(p, t, alpha, gamma):
    return _late(p, t, alpha, gamma, "probability")


def _late(p, t, alpha, gamma, given):
    _, yes, no = parts(p, given)
    mean = (t * yes + (1 - t) * no).mean()
    return factor(alpha) * (1 - np.exp(-mean)) ** gamma * mean


CLASSES = family(
    "SoftmaxFocal",
    names=("focal", "multiclass focal", "softmax focal", "categorical focal",
           "focal cross entropy",
           "categorical focal crossentropy", "focal ce", "focal multiclass", "multi class focal",
           "focal softmax"),
    source=SOURCE + ", with a softmax",
    domains=("scores classes", "simplex classes", "log_simplex classes"),
    strict=True, alpha=ALPHA, gamma=GAMMA,
)  # fmt: skip


def classwise(domain, words):
    """Note what holds, and what goes wrong, for one input of classes."""
    logs = READ[domain][1]

    def own(p, t):
        return (membership(t, p) * logs(p, 1.0)).sum(-1)

    @CLASSES.convention(f"SoftmaxFocal, {words}, alpha on all classes", domain)
    def focal(p, t, alpha, gamma):
        log = own(p, t)
        return -factor(alpha) * (1 - np.exp(log)) ** gamma * log

    @CLASSES.convention(f"SoftmaxFocal, {words}, 1 - alpha on class 0", domain)
    def first(p, t, alpha, gamma):
        zero = membership(t, p)[..., 0]
        share = 1.0 if off(alpha) else (1 - alpha) * zero + alpha * (1 - zero)
        return share * focal(p, t, None, gamma)

    def wrong(cause, mend, formula):
        @CLASSES.mistake(cause, mend, domain)
        def mistaken(p, t, alpha, gamma):
            if gamma == 0:
                return own(p, t) + np.nan
            log = own(p, t)
            return factor(alpha) * formula(np.exp(log), log, gamma, p, membership(t, p))

    wrong("the factor is p_t ** gamma, not (1 - p_t) ** gamma: the hard rows are turned down",
          "write (1 - p_t) ** gamma", lambda q, log, g, p, t: -(q**g) * log)  # fmt: skip
    wrong("gamma has no effect", "multiply by (1 - p_t) ** gamma",
          lambda q, log, g, p, t: -log)  # fmt: skip
    wrong("the factor is 1 - p_t ** gamma: the bracket is missing", "write (1 - p_t) ** gamma",
          lambda q, log, g, p, t: -(1 - q**g) * log)  # fmt: skip
    wrong("p_t is taken of the mean cross-entropy, so that no row is singled out",
          "compute (1 - p_t) ** gamma row by row, and take the mean last",
          lambda q, log, g, p, t: -((1 - np.exp(log.mean())) ** g) * log.mean())  # fmt: skip
    wrong("p_t is a log-probability: exp is missing", "take exp of the log-probability",
          lambda q, log, g, p, t: -((1 - log) ** g) * log)  # fmt: skip
    wrong("gamma multiplies instead of being the exponent", "write (1 - p_t) ** gamma",
          lambda q, log, g, p, t: -g * (1 - q) * log)  # fmt: skip


for domain, (words, _) in READ.items():
    classwise(domain, words)
