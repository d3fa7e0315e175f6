"""Negative log-likelihoods: Poisson's, Gauss's, and a latent Gaussian's divergence."""

from math import lgamma

import numpy as np

from lossary.verifier.likeness.family import Slot, family

POISSON = family(
    "PoissonNLL",
    names=("poisson", "poisson nll", "poisson negative log likelihood", "poisson regression",
           "log poisson"),
    source="lossary.PoissonNLL",
    domains=("real counts", "positive counts"),
    strict=False,
)  # fmt: skip
LEFT_OUT = {"": lambda t: 0.0, ", with log(target!)": lambda t: np.vectorize(lgamma)(t + 1.0)}


def stirling(t):
    size = np.maximum(t, 1)
    found = size * np.log(size) - size + 0.5 * np.log(2 * np.pi * size)
    return np.where(t > 1, found, 0.0)


LEFT_OUT[", with Stirling's log(target!)"] = stirling
LEFT_OUT[", as a deviance"] = lambda t: np.where(t > 0, t * np.log(np.maximum(t, 1)), 0) - t
for words, constant in LEFT_OUT.items():
    POISSON.convention(f"PoissonNLL of a log-rate{words}", "real")(
        lambda p, t, constant=constant: np.exp(p) - t * p + constant(t)
    )
    POISSON.convention(f"PoissonNLL of a rate{words}", "positive")(
        lambda p, t, constant=constant: p - t * np.log(p) + constant(t)
    )
POISSON.convention("PoissonNLL of a rate that softplus makes", "real")(
    lambda p, t: np.logaddexp(0, p) - t * np.log(np.logaddexp(0, p))
)
MENDED = "write exp(prediction) - target * prediction"
RATED = "write prediction - target * log(prediction)"
POISSON.mistake("exp is missing in the first term, so that it has no lowest value", MENDED, "real")(
    lambda p, t: p - t * p
)
POISSON.mistake("target * prediction is added", MENDED, "real")(lambda p, t: np.exp(p) + t * p)
POISSON.mistake("target is multiplied by the rate, not its logarithm", MENDED, "real")(
    lambda p, t: np.exp(p) - t * np.exp(p)
)
POISSON.mistake("the log-rate is used as a rate", MENDED, "positive")(
    lambda p, t: np.exp(p) - t * np.log(p)
)
POISSON.mistake("the logarithm is added", RATED, "positive")(lambda p, t: p + t * np.log(p))
POISSON.mistake("prediction and target are exchanged", RATED, "positive")(
    lambda p, t: t - p * np.log(np.maximum(t, 1e-8))
)
POISSON.mistake("the logarithm of the rate is missing", RATED, "positive")(lambda p, t: p - t * p)

SPREAD = ("var", "std", "sigma", "scale", "log_s", "logs", "logv", "lv", "s2")
GAUSS = family(
    "GaussianNLL",
    names=("gaussian nll", "gaussian negative log likelihood", "normal nll", "gaussian",
           "heteroscedastic", "heteroscedastic regression", "nll gaussian", "gaussiannll",
           "heteroscedastic gaussian", "heteroscedastic gaussian nll",
           "gaussian nll log var", "nll normal", "normal negative log likelihood"),
    source="lossary.GaussianNLL; Nix and Weigend 1994",
    slots=(Slot("mean", ("mean", "mu", "pred", "input", "loc", "output")),
           Slot("target", ("target", "true", "y", "label")),
           Slot("spread", SPREAD)),
    domains=("real real positive", "real real small"),
    strict=False,
)  # fmt: skip
VARIANCES = {
    "a variance": ("real real positive", lambda s: s),
    "a standard deviation": ("real real positive", lambda s: s**2),
    "a log-variance": ("real real small", np.exp),
    "a log standard deviation": ("real real small", lambda s: np.exp(2 * s)),
    "a precision": ("real real positive", lambda s: 1 / s),
    "a log-precision": ("real real small", lambda s: np.exp(-s)),
}
WHOLE = "write 0.5 * (log(variance) + error ** 2 / variance)"


def gauss(words, given, variance):
    """Note what holds, and what goes wrong, for one meaning of the spread."""
    GAUSS.convention(f"GaussianNLL, the spread is {words}", given)(
        lambda m, t, s: 0.5 * (np.log(variance(s)) + (m - t) ** 2 / variance(s))
    )

    def wrong(cause, formula):
        GAUSS.mistake(f"{cause} (the spread is {words})", WHOLE, given)(
            lambda m, t, s: formula((m - t) ** 2, variance(s))
        )

    wrong("the error's half is missing, so the variance that fits best is twice the true one",
          lambda e, v: 0.5 * np.log(v) + e / v)  # fmt: skip
    wrong("log(variance) lacks its half, so the variance that fits best is half the true one",
          lambda e, v: np.log(v) + 0.5 * e / v)  # fmt: skip
    wrong("log(variance) is subtracted", lambda e, v: 0.5 * (e / v - np.log(v)))
    wrong("log(variance) is missing: an endless variance is best", lambda e, v: 0.5 * e / v)
    wrong("the error is multiplied by the variance", lambda e, v: 0.5 * (np.log(v) + e * v))
    wrong("the error is divided by the standard deviation, not by the variance",
          lambda e, v: 0.5 * (np.log(v) + e / np.sqrt(v)))  # fmt: skip
    wrong("the error is divided by the square of the variance",
          lambda e, v: 0.5 * (np.log(v) + e / v**2))  # fmt: skip
    wrong("the error is not squared", lambda e, v: 0.5 * (np.log(v) + np.sqrt(e) / v))


SOFT = {
    "a variance before a softplus": ("real real small", lambda s: np.logaddexp(0, s)),
    "a standard deviation before a softplus": (
        "real real small",
        lambda s: np.logaddexp(0, s) ** 2,
    ),
}
for words, (given, variance) in {**VARIANCES, **SOFT}.items():
    if "precision" not in words:
        gauss(words, given, variance)

LATENT = family(
    "GaussianKL",
    names=("vae kl", "kl", "kld", "kl divergence", "gaussian kl", "kl gaussian", "kl normal",
           "kl standard normal", "vae kld", "kl div", "latent kl", "kl loss vae", "vae"),
    source="Kingma and Welling 2014, Auto-encoding variational Bayes, appendix B",
    slots=(Slot("mean", ("mu", "mean", "loc")), Slot("spread", SPREAD)),
    domains=("real small", "real positive"),
    strict=False,
)  # fmt: skip
LATENT_MENDED = "write -0.5 * (1 + log_variance - mean ** 2 - exp(log_variance))"
for words, (given, variance) in VARIANCES.items():
    domain = given.removeprefix("real ")
    LATENT.convention(f"GaussianKL, the spread is {words}", domain)(
        lambda m, s, v=variance: -0.5 * (1 + np.log(v(s)) - m**2 - v(s))
    )
    if words in ("a log-variance", "a variance", "a standard deviation"):
        for cause, formula in (
            ("the mean is not squared", lambda m, v: -0.5 * (1 + np.log(v) - m - v)),
            ("the square of the mean has the wrong sign", lambda m, v: -0.5 * (1 + np.log(v) + m**2
                                                                             - v)),
            ("the variance has the wrong sign", lambda m, v: -0.5 * (1 + np.log(v) - m**2 + v)),
            ("log(variance) has the wrong sign", lambda m, v: -0.5 * (1 - np.log(v) - m**2 - v)),
            ("the 1 is missing: its least value is below zero",
             lambda m, v: -0.5 * (np.log(v) - m**2 - v)),
            ("exp(log_variance) is missing", lambda m, v: -0.5 * (1 + np.log(v) - m**2)),
            ("exp is missing: the log-variance cancels", lambda m, v: -0.5 * (1 - m**2) + 0 * v),
            ("exp of half the log-variance stands for the variance",
             lambda m, v: -0.5 * (1 + np.log(v) - m**2 - np.sqrt(v))),
        ):  # fmt: skip
            LATENT.mistake(f"{cause} (the spread is {words})", LATENT_MENDED, domain)(
                lambda m, s, f=formula, v=variance: f(m, v(s))
            )
