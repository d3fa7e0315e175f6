"""Check 29: the same arrays give the same number."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np

from lossary.adapters.foreign.chance import seeded
from lossary.verifier.finding import Finding, fail, info, warn
from lossary.verifier.programme.calls import eager, same, steady, unset
from lossary.verifier.rule import check

MEANT = re.compile(
    r"random|sampl|stochast|monte|sliced|augment|mix_?up|_nce|patch_?nce|gumbel|elbo"
    r"|diffusion|reparam",
    re.IGNORECASE,
)
"""Words of a name or a description by which chance is announced."""
SETTINGS = re.compile(
    r"noise|drop|jitter|seed|generator|key|n(um)?_(samples|projections)", re.IGNORECASE
)
"""Words of a setting that do."""
TRIES = 20
"""Pairs of calls in which a loss that leaves something out at times does so in one of them."""


@check(
    number=29,
    reason="A loss that draws numbers cannot be compared between runs, and its noise hides every"
    " small improvement.",
    rule="FAIL where two calls differ and the same seed makes them agree; WARN where its name, its"
    " description or a setting announces chance.",
    evidence=("pytorch#21680",),
)
def determinism(subject: Any) -> Iterable[Finding]:
    """Two calls with the same arrays give the same value and the same gradient."""
    drawn, subject = subject.candidate.seed is not None, unset(eager(subject))
    batch = subject.typical
    for asks in (subject.value, _slope(subject)):
        first, again = _twice(asks, batch, TRIES if drawn else 1)
        if first is None or same(first, again) or not steady(asks, batch):
            continue
        says = (
            f"Two calls with the same arrays differ: {_short(first)} and {_short(again)}; it draws"
            " random numbers."
        )
        told = warn if _meant(subject) else fail
        example = subject.example(
            subject.call(batch), subject.call(batch, says="once more"), expected="the same number"
        )
        yield told(
            says,
            example,
            cause="dropout, noise or a random choice of pairs within the loss",
            mend="draw outside the loss, or take a generator as an argument; a module with dropout"
            " has to know eval()",
        )
        return
    if _last_bits(subject, batch):
        yield info("Two calls differ in their last bits: sums are taken in another order.")


def _twice(asks: Any, batch: Any, tries: int) -> tuple[Any, Any]:
    """Ask twice; of a loss that is known to draw, until it draws something else."""
    for seed in range(1, tries + 1):
        with seeded(seed):
            first, again = asks(batch), asks(batch)
        if first is None or not same(first, again):
            break
    return first, again


def _slope(subject: Any) -> Any:
    """Return what asks for the gradient; JAX takes a second for it, operation by operation."""
    slow = subject.host.name == "jax" and not subject.thorough
    return subject.slope if subject.differentiable and not slow else lambda batch: None


def _last_bits(subject: Any, batch: Any) -> bool:
    with seeded(3):
        first, again = subject.value(batch), subject.value(batch)
    return not np.array_equal(first, again, equal_nan=True) and same(first, again)


def _meant(subject: Any) -> bool:
    candidate = subject.candidate
    words = f"{candidate.name} {candidate.doc}"
    return bool(MEANT.search(words) or any(map(SETTINGS.search, candidate.settings)))


def _short(found: Any) -> str:
    return f"{np.ravel(found)[0]:.6g}"
