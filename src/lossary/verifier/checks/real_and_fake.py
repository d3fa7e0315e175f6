"""Check 23, for two players: what tells real from fake pulls the two apart."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError
from lossary.verifier.finding import Finding, fail, warn
from lossary.verifier.meaning.words import bears, named, spelt
from lossary.verifier.rule import check

REAL, FAKE = ("real", "d_real", "true_logit"), ("fake", "gen", "d_fake")
SCORES = ("score", "logit", "pred", "out", "critic", "validity", "disc", "hinge")
GENERATORS = {"g", "gen", "generator"}
OTHER = ("feature", "match", "penal", "regulari", "drift", "consist", "percept", "recon", "r1",
         "r2", "gp", "lecam", "distance", "mmd", "fid")  # fmt: skip
"""What draws real and fake together, or to nought, on purpose."""


def _pair(subject: Any) -> tuple[Any, Any] | None:
    """Return the scores of real and of fake examples, where just these two are handed over."""
    arguments = subject.contract.arguments
    words = set(spelt(subject.candidate.name).split("_"))
    if len(arguments) != 2 or named(subject, *OTHER) or words & GENERATORS:
        return None
    real = [a for a in arguments if bears(a.name, *REAL)]
    fake = [a for a in arguments if bears(a.name, *FAKE)]
    alike = len(real) == len(fake) == 1 and real[0].axes == fake[0].axes
    if not alike or real[0] == fake[0]:
        return None
    both = spelt(f"{real[0].name}_{subject.candidate.name}").split("_")
    told = bears("_".join(both), *SCORES, "d") or any(each.endswith("gan") for each in both)
    return (real[0], fake[0]) if told else None


def _critic(subject: Any) -> bool:
    """Say whether the name tells the loss of the player who tells real from fake."""
    words = spelt(subject.candidate.name).split("_")
    return "d" in words or named(subject, "disc", "critic", "hinge")


def _applies(subject: Any) -> str | None:
    if subject.contract.kind != "loss":
        return "a boosting objective gives no value"
    return None if _pair(subject) else "no scores of real and of fake examples are handed over"


@check(
    number=23,
    reason="A discriminator that draws real and fake to the same side tells the generator nothing.",
    rule="FAIL where the loss falls as real and fake scores both rise, or both fall, and where that"
    " of a discriminator draws fake scores up and real ones down; WARN for a mere difference of"
    " scores, as of Wasserstein, where that is a convention if the generator's loss keeps it.",
    evidence=("keras-team/keras-io#361", "https-deeplearning-ai/GANs-Public#1"),
    applies=_applies,
)
def real_and_fake(subject: Any) -> Iterable[Finding]:
    """The scores of real and fake examples are drawn apart."""
    pair = _pair(subject)
    if pair is None:
        return
    try:
        up_real, up_fake = (_rise(subject, each) for each in pair)
    except CandidateError:
        return
    if not np.isfinite([up_real, up_fake]).all() or min(abs(up_real), abs(up_fake)) < 1e-9:
        return
    apart, names = up_real * up_fake < 0, f"{pair[0].name} and {pair[1].name}"
    if apart and (up_real < 0 or not _critic(subject)):
        return
    side = "down" if up_real > 0 else "up"
    batch = subject.typical
    moved = batch.with_(pair[1].name, batch[pair[1].name] + (0.5 if up_fake < 0 else -0.5))
    says = (
        f"The loss draws {pair[0].name} down and {pair[1].name} up."
        if apart
        else f"The loss draws {names} to the same side, {side}: it does not tell them apart."
    )
    yield (warn if apart and _linear(subject, pair[1]) else fail)(
        says,
        subject.example(
            subject.call(batch),
            subject.call(moved, says=f"{pair[1].name} nearer to the side of the real ones"),
            expected=f"more than {subject.number(batch):.4g}",
        ),
        cause="a sign, or the label of real examples for the fake ones",
        mend="real examples get the label 1 and fake ones 0: softplus(-real) + softplus(fake)",
    )


def _rise(subject: Any, argument: Any) -> float:
    """Return how the value moves as all scores of one kind rise a little around 0 or 1/2."""
    low, _, high = _values(subject, argument, 0.1)
    return high - low


def _linear(subject: Any, argument: Any) -> bool:
    """Say whether the value is a straight line in the scores of one kind, as far as they go."""
    low, middle, high = _values(subject, argument, 0.4 if _shares(argument) else 4.0)
    return bool(abs(high - 2 * middle + low) <= 1e-6 * max(abs(high - low), 1.0))


def _shares(argument: Any) -> bool:
    return argument.domain in ("probability", "degree")


def _values(subject: Any, argument: Any, step: float) -> tuple[float, float, float]:
    """Return the value below, at and above an undecided score of one kind."""
    batch = subject.typical
    for each in subject.contract.arguments:
        batch = batch.with_(each.name, np.full(batch[each.name].shape, 0.5 * _shares(each)))
    moved = (batch.with_(argument.name, batch[argument.name] + by) for by in (-step, 0.0, step))
    low, middle, high = (subject.number(each) for each in moved)
    return low, middle, high
