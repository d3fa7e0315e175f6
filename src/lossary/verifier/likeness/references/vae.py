"""The variational bound of an autoencoder: what is lost in between, and the latent divergence."""

from functools import partial

import numpy as np

from lossary.verifier.likeness.family import Parameter, Slot, family
from lossary.verifier.likeness.references.counts import SPREAD

VAE = family(
    "VariationalBound",
    names=("vae", "elbo", "beta vae", "negative elbo", "vae elbo"),
    source="Kingma and Welling 2014, Auto-encoding variational Bayes; Higgins et al. 2017 (beta)",
    slots=(
        Slot("reconstruction", ("recon", "x_hat", "xhat", "x_rec", "decoded", "output", "pred")),
        Slot("target", ("target", "x", "true", "orig", "input")),
        Slot("mean", ("mu", "mean")),
        Slot("spread", SPREAD),
    ),
    domains=("probability probability real small", "small small real small"),
    beta=Parameter(("kl_weight", "kld_weight", "b", "kl_coef", "weight"), (1.0,)),
)


def squared(r, x):
    return (r - x) ** 2


def crossed(r, x):
    return -x * np.log(r) - (1 - x) * np.log1p(-r)


def by_rows(entries):
    return entries.sum() / len(entries)


LOST = {"squared error": (squared, ""), "cross-entropy": (crossed, "probability")}
TOTALS = {"summed": np.sum, "averaged": np.mean, "summed within rows": by_rows}


def bound(lost, first, divergence, second, r, x, m, s, beta):
    return first(lost(r, x)) + beta * second(divergence(m, s))


def latent(m, s):
    return -0.5 * (1 + s - m**2 - np.exp(s))


WRONG = {
    "the divergence is subtracted, so that it is driven up": lambda m, s: -latent(m, s),
    "the square of the mean has the wrong sign": lambda m, s: -0.5 * (1 + s + m**2 - np.exp(s)),
    "the mean is not squared": lambda m, s: -0.5 * (1 + s - m - np.exp(s)),
    "the variance has the wrong sign": lambda m, s: -0.5 * (1 + s - m**2 + np.exp(s)),
    "the log-variance has the wrong sign": lambda m, s: -0.5 * (1 - s - m**2 - np.exp(s)),
    "exp(log_variance) is missing": lambda m, s: -0.5 * (1 + s - m**2),
    "the log-variance stands where its exponential should": lambda m, s: 0.5 * (m**2 - 1),
}
MENDED = "add -0.5 * (1 + log_variance - mean ** 2 - exp(log_variance))"
for words, (lost, given) in LOST.items():
    for first, one in TOTALS.items():
        for second, other in TOTALS.items():
            says = f"VariationalBound, {words} {first}, divergence {second}"
            VAE.convention(says, given)(partial(bound, lost, one, latent, other))
            for cause, wrong in WRONG.items():
                VAE.mistake(cause, MENDED, given, says)(partial(bound, lost, one, wrong, other))
