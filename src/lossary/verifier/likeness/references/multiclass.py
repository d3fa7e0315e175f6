"""Cross-entropy of classes, from scores, probabilities or log-probabilities."""

from functools import partial

import numpy as np

from lossary.verifier.likeness.family import Parameter, family

MULTICLASS = family(
    "CrossEntropy",
    names=(
        "CE", "cross entropy", "crossentropy", "softmax cross entropy", "softmax ce", "xent",
        "categorical cross entropy", "categorical crossentropy", "sparse crossentropy",
        "sparse categorical crossentropy", "multiclass cross entropy", "softmax crossentropy",
        "sparse softmax cross entropy", "softmax cross entropy with integer labels",
        "label smoothing", "label smoothing cross entropy", "smooth cross entropy",
        "label smoothed cross entropy", "smoothed cross entropy", "label smoothing ce",
        "softmax with temperature", "soft cross entropy", "soft target cross entropy",
        "cross entropy label smoothing", "cross entropy with label smoothing", "smoothed ce",
        "cross entropy smooth", "ce label smoothing", "ce smooth", "labelsmoothing",
        "label smoothed nll"
    ),
    source="lossary.CrossEntropy; Szegedy et al. 2016 for smoothing",
    domains=("scores classes", "simplex classes", "log_simplex classes"),
    strict=True,
    smoothing=Parameter(("label_smoothing", "epsilon", "eps", "smooth", "ls", "alpha",
                         "smoothing_value", "smooth_factor", "label_smooth"), (0.0, 0.1)),
    temperature=Parameter(("t", "tau", "temp"), (1.0,)),
)  # fmt: skip


def membership(t, p):
    """Make ones among zeros of labels, and leave memberships as they are."""
    return t if t.ndim == p.ndim else np.eye(p.shape[-1])[t.astype(int)]


def log_softmax(p):
    shifted = p - p.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


def softmax(p):
    return np.exp(log_softmax(p))


READ = {
    "scores": ("prediction is scores before a softmax", lambda p, tau: log_softmax(p / tau)),
    "simplex": ("prediction is probabilities", lambda p, tau: np.log(p)),
    "log_simplex": ("prediction is log-probabilities", lambda p, tau: p),
}
"""By the prediction's domain: words, and the log-probabilities."""


def spread(t, smoothing, k):
    """Give every class a share of the smoothing, as most libraries do."""
    return t * (1 - smoothing) + smoothing / k


def others(t, smoothing, k):
    """Give the other classes all of the smoothing, as fairseq does."""
    return t * (1 - smoothing) + (1 - t) * smoothing / (k - 1)


def relative(t, smoothing, k):
    return (t + smoothing / k) / (1 + smoothing)


def loss(logs, smooth, p, t, smoothing, temperature):
    own = smooth(membership(t, p), smoothing, p.shape[-1])
    return -(own * logs(p, temperature)).sum(-1)


for domain, (words, logs) in READ.items():
    for smooth, how in (
        (spread, ""),
        (others, ", smoothed over the other classes (epsilon / (K - 1))"),
        (relative, ", smoothed by epsilon / (1 + epsilon)"),
    ):
        MULTICLASS.convention(f"CrossEntropy, {words}{how}", domain)(partial(loss, logs, smooth))

SUMMED = "each smoothed target must sum to one"


def wrong(cause, mend, formula, given="scores"):
    """Note a mistake of log-probabilities, targets, smoothing and scores."""

    @MULTICLASS.mistake(cause, mend, given)
    def mistaken(p, t, smoothing, temperature):
        logs = READ[given][1](p, temperature)
        return formula(logs, membership(t, p), smoothing, p)


def smoothly(formula):
    """Apply a formula only where there is smoothing that could be wrong."""
    return lambda logs, t, s, p: formula(logs, t, s, p) if s else np.full(len(p), np.nan)


wrong("a softmax is applied twice", "hand over the scores themselves",
      lambda logs, t, s, p: -(spread(t, s, p.shape[-1])
                               * log_softmax(softmax(p))).sum(-1))  # fmt: skip
wrong("the logarithm is missing: it is minus the probability", "take log_softmax, not softmax",
      lambda logs, t, s, p: -(t * softmax(p)).sum(-1))  # fmt: skip
wrong("the softmax is missing: it is minus the score", "take log_softmax of the scores",
      lambda logs, t, s, p: -(t * p).sum(-1))  # fmt: skip
wrong("the softmax runs over the rows, not over the classes", "normalise along the class axis",
      lambda logs, t, s, p: -(t * log_softmax(np.moveaxis(p, 0, -1)).transpose(
          (p.ndim - 1, *range(p.ndim - 1)))).sum(-1))  # fmt: skip
wrong("the softmax runs over all scores of the batch", "normalise along the class axis",
      lambda logs, t, s, p: -(t * (p - np.log(np.exp(p).sum()))).sum(-1))  # fmt: skip
wrong("the normaliser is the sum of scores, not the logarithm of their exponentials' sum",
      "subtract logsumexp(scores)",
      lambda logs, t, s, p: -(t * (p - p.sum(-1, keepdims=True))).sum(-1))  # fmt: skip
wrong("the logarithm of the exponentials' sum is missing in the normaliser",
      "subtract logsumexp(scores)",
      lambda logs, t, s, p: -(t * (p - np.exp(p).sum(-1, keepdims=True))).sum(-1))  # fmt: skip
wrong("the greatest score is subtracted from the scores but not inside the normaliser",
      "use the shifted scores in both places",
      lambda logs, t, s, p: np.log(np.exp(p - p.max(-1, keepdims=True)).sum(-1)) - (t * p).sum(-1)
      )  # fmt: skip
for given in READ:
    wrong(f"epsilon is added to every class undivided: {SUMMED}",
          "write target * (1 - epsilon) + epsilon / K", smoothly(
              lambda logs, t, s, p: -((t * (1 - s) + s) * logs).sum(-1)), given)  # fmt: skip
    wrong(f"the true class keeps all of its mass: {SUMMED}",
          "write target * (1 - epsilon) + epsilon / K", smoothly(
              lambda logs, t, s, p: -((t + s / p.shape[-1]) * logs).sum(-1)), given)  # fmt: skip
    wrong(f"the other classes get epsilon each, not epsilon / (K - 1): {SUMMED}",
          "divide epsilon by K - 1", smoothly(
              lambda logs, t, s, p: -((t * (1 - s) + (1 - t) * s) * logs).sum(-1)), given
          )  # fmt: skip
    wrong(f"the other classes get epsilon / K, the true one 1 - epsilon: {SUMMED}",
          "write target * (1 - epsilon) + epsilon / K", smoothly(
              lambda logs, t, s, p: -((t * (1 - s) + (1 - t) * s / p.shape[-1]) * logs).sum(-1)),
          given)  # fmt: skip
    wrong(f"every class gets epsilon / (K - 1), the true one too: {SUMMED}",
          "write target * (1 - epsilon) + epsilon / K", smoothly(
              lambda logs, t, s, p: -((t * (1 - s) + s / (p.shape[-1] - 1)) * logs).sum(-1)),
          given)  # fmt: skip
    wrong("epsilon and 1 - epsilon are exchanged: nearly all mass is spread evenly",
          "write target * (1 - epsilon) + epsilon / K", smoothly(
              lambda logs, t, s, p: -((t * s + (1 - s) / p.shape[-1]) * logs).sum(-1)), given
          )  # fmt: skip
    wrong("the smooth part is summed over the classes, not averaged",
          "divide the smooth part by the number of classes", smoothly(
              lambda logs, t, s, p: -(1 - s) * (t * logs).sum(-1) - s * logs.sum(-1)), given
          )  # fmt: skip
wrong("the logarithm is missing: it is minus the probability", "take the logarithm",
      lambda logs, t, s, p: -(t * p).sum(-1), "simplex")  # fmt: skip

NLL = family(
    "NegativeLogLikelihood",
    names=("NLL", "negative log likelihood", "nll from log probs"),
    source="lossary.NegativeLogLikelihood",
    domains=("log_simplex classes", "simplex classes", "scores classes"),
)
for domain, (words, logs) in READ.items():
    NLL.convention(f"NegativeLogLikelihood, {words}", domain)(
        partial(loss, logs, spread, smoothing=0.0, temperature=1.0)
    )
