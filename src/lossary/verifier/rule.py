"""A check: one law that a loss is held to, why it matters, and when breaking it is a failure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from lossary.verifier.finding import Finding

Look = Callable[[Any], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    """One check. `look` takes a Subject and yields findings; none means that the law holds."""

    name: str
    says: str
    """The law, as the first line of the function's docstring."""
    number: int
    reason: str
    """What it costs a user when the law is broken."""
    rule: str
    """When it is FAIL, when WARN, when silent."""
    evidence: tuple[str, ...]
    """Public threads in which somebody met it, as repository#number."""
    applies: Callable[[Any], str | None]
    """None where the check can be tried on a subject; else a few words on why it cannot."""
    look: Look
    thorough: bool = False
    """Minutes rather than a moment: only run when asked for."""


_shelf: dict[str, Check] = {}


def always(subject: Any) -> str | None:
    """Apply to every loss (but not to an objective, whose checks say so)."""
    return None if subject.contract.kind == "loss" else "a boosting objective gives no value"


def check(
    *,
    number: int,
    reason: str,
    rule: str,
    evidence: tuple[str, ...] = (),
    applies: Callable[[Any], str | None] = always,
    thorough: bool = False,
) -> Callable[[Look], Look]:
    """Put a check on the shelf; its name is the function's, its law the docstring's first line."""

    def shelved(look: Look) -> Look:
        law = (look.__doc__ or "").strip().splitlines()[0]
        name = look.__name__
        _shelf[name] = Check(name, law, number, reason, rule, evidence, applies, look, thorough)
        return look

    return shelved


def shelf() -> tuple[Check, ...]:
    """Return all checks, in the order of their numbers."""
    room = import_module("lossary.verifier.checks")
    for module in iter_modules(room.__path__):
        import_module(f"{room.__name__}.{module.name}")
    return tuple(sorted(_shelf.values(), key=lambda each: (each.number, each.name)))
