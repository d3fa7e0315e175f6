"""Tries the checks one after the other: one that cannot be tried says why, and stops no other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter, process_time

import numpy as np

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.contract import UNCALLABLE
from lossary.verifier.finding import Finding, Severity
from lossary.verifier.rule import Check, shelf
from lossary.verifier.subject import Subject

QUICK_SECONDS = 8.0
"""After so long the default run begins no further check; --thorough takes its time.

They count from the first check on, so that the import of a framework costs none, and in time of
the processor, so that a busy machine finds what an idle one does.
"""
WAITING = 4
"""Times as long a loss may take by the clock, one that waits for something."""
SLOW = ("runs", "large_sums", "mapped", "growth", "serialisation", "compiled")
"""Tried last, so that a slow loss is held to all the others first; `runs` tells what they met."""
STEADY = frozenset({
    "runs", "gradient", "curvature", "target_range", "empty", "ignored", "number", "poison",
    "gradient_at_target", "reductions", "upstream", "unused", "effects", "target_gradient",
    "convergence", "double_backward", "compiled", "mapped", "determinism", "hidden_state",
    "untouched", "buffers", "result_precision", "serialisation",
})  # fmt: skip
"""What a loss that draws random numbers can be held to: one draw, set before each call, is enough.

All others would need the mean of many draws, or other numbers from the same draw.
"""
BROKE = "the check itself broke"
"""Our mistake, not the loss's: what is found by the other checks is worth having all the same."""
MEMORY = "not tried: memory"


def examine(
    subject: Subject,
    only: Sequence[str],
    heard: Callable[[float, str], None],
) -> tuple[list[Finding], list[str], dict[str, str]]:
    """Return what was found, the checks that held, and why others could not be tried."""
    findings: list[Finding] = []
    held: list[str] = []
    skipped: dict[str, str] = {}
    rules = [each for each in shelf() if each.name in only]
    spent = _clock()
    for place, rule in enumerate(sorted(rules, key=_cost)):
        heard(0.1 + 0.9 * place / len(rules), rule.name.replace("_", " "))
        late = not subject.thorough and spent() > QUICK_SECONDS
        found, reason = _tried(rule, subject, late)
        findings += found
        if reason is not None:
            skipped[rule.name] = reason
        elif all(each.severity is Severity.INFO for each in found):
            held.append(rule.name)
    return _in_order(rules, findings, held, skipped)


def _clock() -> Callable[[], float]:
    """Return what tells the seconds spent since: of several threads at once, those of the clock."""
    begin, busy = perf_counter(), process_time()

    def spent() -> float:
        passed = perf_counter() - begin
        return max(min(passed, process_time() - busy), passed / WAITING)

    return spent


def _cost(rule: Check) -> int:
    """Return what to sort by: the slow ones last, in their order."""
    return SLOW.index(rule.name) if rule.name in SLOW else -1


def _in_order(
    rules: list[Check], findings: list[Finding], held: list[str], skipped: dict[str, str]
) -> tuple[list[Finding], list[str], dict[str, str]]:
    """Put back into the order of their numbers what was tried in another."""
    place = {each.name: place for place, each in enumerate(rules)}
    return (
        sorted(findings, key=lambda each: place[each.check]),
        sorted(held, key=place.__getitem__),
        {name: skipped[name] for name in sorted(skipped, key=place.__getitem__)},
    )


def _tried(rule: Check, subject: Subject, late: bool) -> tuple[list[Finding], str | None]:
    """Run one check; what it found before it was stopped counts."""
    found: list[Finding] = []
    reason = None
    try:
        reason = _not_now(rule, subject, late)
        with np.errstate(all="ignore"):
            for each in rule.look(subject) if reason is None else ():
                found.append(replace(each, check=rule.name))  # noqa: PERF401  # errors keep them
    except (CandidateError, Unchangeable) as error:
        reason = f"the loss raised {error}"
    except Exception as error:
        broke = f"{BROKE} ({type(error).__name__}: {error}): please report it"
        reason = MEMORY if _full(error) else broke
    return found, reason


def _full(error: Exception) -> bool:
    """Say whether a framework, or NumPy, had no room for an array."""
    said = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in said or "resource_exhausted" in said


def _not_now(rule: Check, subject: Subject, late: bool) -> str | None:
    if subject.contract.sure(UNCALLABLE) and rule.name != "runs":
        return "the loss cannot be called"
    if subject.candidate.seed is not None and rule.name not in STEADY:
        return rule.applies(subject) or "the loss draws random numbers"
    if rule.thorough and not subject.thorough:
        return "takes longer: --thorough"
    return rule.applies(subject) or ("no time was left: --thorough" if late else None)
