"""Check 23, for a variational loss: the divergence from the standard normal is least there."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.verifier.finding import Finding, fail
from lossary.verifier.meaning.words import bears, named
from lossary.verifier.rule import check

MEANS = ("mu", "mean", "z_mean", "loc", "z_mu")
LOGS = ("logvar", "log_var", "z_log_var", "log_variance", "z_logvar", "log_sigma", "log_std",
        "logstd")  # fmt: skip


def _pair(subject: Any) -> tuple[Any, Any] | None:
    arguments = subject.contract.arguments
    mean = next((a for a in arguments if bears(a.name, *MEANS)), None)
    log = next((a for a in arguments if bears(a.name, *LOGS)), None)
    others = [a for a in arguments if a is not log and bears(a.name, *LOGS)]
    if others:  # two Gaussians: the second one is the prior
        return None
    return (mean, log) if mean and log and mean.axes == log.axes else None


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss" or _pair(subject) is None:
        return "no mean and logarithm of a variance are handed over"
    latent = len(subject.contract.arguments) == 2 or named(subject, "vae", "elbo", "kl", "beta_vae")
    return None if latent else "mean and variance are held against a target"


@check(
    number=23,
    reason="With a sign lost in the divergence, the latent code runs away from its prior.",
    rule="FAIL where mean 0 and variance 1 cost more than another mean or another variance.",
    evidence=("a held-out corpus",),
    applies=_applies,
)
def prior(subject: Any) -> Iterable[Finding]:
    """The divergence from the standard normal is least at mean 0 and variance 1."""
    pair = _pair(subject)
    if pair is None:
        return
    mean, log = pair
    batch = subject.typical
    zero = np.zeros_like(batch[mean.name])
    best = batch.with_(mean.name, zero).with_(log.name, zero)
    shifts = [(mean.name, by) for by in (1.5, -1.5)]
    for name, shift in [*shifts, *((log.name, by) for by in (1.0, -1.0, 0.3, -0.3))]:
        other = best.with_(name, zero + shift)
        if subject.number(other) < subject.number(best) - 1e-9:
            yield fail(
                f"{name} = {shift:g} costs less ({subject.number(other):.4g}) than {name} = 0 "
                f"({subject.number(best):.4g}): the code is driven away from the standard normal.",
                subject.example(
                    subject.call(best, says="the standard normal itself"),
                    subject.call(other),
                    expected=f"more than {subject.number(best):.4g}",
                ),
                cause="a sign in the Kullback-Leibler term",
                mend="-0.5 * (1 + log_var - mean**2 - exp(log_var)), summed over the code",
            )
            return
