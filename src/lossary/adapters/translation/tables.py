"""Which host spells which optimizer how: one table for each host, asked for any optimizer."""

from typing import Any

from lossary.adapters.translation import in_keras, in_optax, in_optax_contrib, in_torch
from lossary.adapters.translation.call import HOSTS
from lossary.adapters.translation.in_wrappers import WRAPPED
from lossary.adapters.translation.spelling import (
    APART,
    CONSTANT,
    NONE,
    SAME,
    TINY,
    Spelling,
    absent,
)
from lossary.core.descent.settings import scheduled
from lossary.errors import ArgumentError, nearest

TABLES = {
    "torch": in_torch.SPELLED,
    "optax": in_optax.SPELLED | in_optax_contrib.SPELLED,
    "keras": in_keras.SPELLED,
}

BEHIND = {
    SAME: "", CONSTANT: f"  # {CONSTANT}", TINY: f"  # {TINY}", APART: "  # another path",
}  # fmt: skip
"""What stands behind the code, for whoever copies it."""


def spelled(optimizer: Any, host: str) -> Spelling:
    """Return how a host spells an optimizer, and whether it takes the same path there.

    Raises:
        ArgumentError: there is no such host, or a setting is no number that a host could take.
    """
    if host not in TABLES:
        raise ArgumentError(f"host={host!r}: {nearest(host, TABLES)}")
    _plain(optimizer, host)
    return _spelled(optimizer, host)


def _spelled(optimizer: Any, host: str) -> Spelling:
    name = type(optimizer).__name__
    if name in WRAPPED:
        within = _spelled(optimizer.of, host)
        return within if within.call is None else WRAPPED[name](optimizer, host, within)
    written = TABLES[host].get(name)
    return absent() if written is None else written(optimizer)


def translated(optimizer: Any, host: str, *, closest: bool = False) -> str:
    """Return the code that makes an optimizer in a host: "torch", "optax" or "keras".

    `closest` also returns a call that takes another path, where none takes the same. A condition
    stands behind the code, as a comment.

    >>> from lossary.optimizers import Adam
    >>> translated(Adam(), "torch")
    'torch.optim.Adam(model.parameters(), lr=0.001, betas=(0.9, 0.999), eps=1e-08)'

    Raises:
        ArgumentError: no call there takes the same path; says why.
    """
    found = spelled(optimizer, host)
    label = f"{optimizer!r} in {HOSTS[host]}"
    if found.call is None:
        raise ArgumentError(f"{label}: {found.why}.")
    if found.claim == APART and not closest:
        raise ArgumentError(
            f"{label}: no call takes the same path. {found.why}\n"
            f"Hint: translated(…, closest=True) gives what comes closest: {found.call}"
        )
    return f"{found.call}{BEHIND[found.claim]}"


def _plain(optimizer: Any, host: str) -> None:
    """Raise an ArgumentError where a setting is not one number for all steps and weights."""
    for name, value in optimizer.parameters().items():
        if hasattr(value, "parameters"):
            if not scheduled(value):
                _plain(value, host)
            elif host != "optax" or name != "learning_rate":
                raise ArgumentError(
                    f"{optimizer.label}({name}={value!r}): {HOSTS[host]} takes a number here.\n"
                    f"Hint: translate optimizer.replace({name}=optimizer.{name}(0)), and change "
                    f"it by a scheduler of {HOSTS[host]}."
                )
        elif isinstance(value, tuple) and optimizer.stacked:
            raise ArgumentError(
                f"{optimizer.label}({name}={value!r}): these are several trials, and "
                f"{HOSTS[host]} steps one.\nHint: translate each: "
                f"optimizer.replace({name}={value[0]!r})"
            )


def same_path(spelling: Spelling) -> bool:
    """Say whether a claim is one of the same path, on whatever condition."""
    return spelling.claim not in (APART, NONE)
