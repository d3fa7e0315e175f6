"""What a report says, line by line, before anybody draws it: on a terminal, a page, in a test."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lossary.verifier.finding import Finding, Severity
from lossary.verifier.rule import Check, shelf
from lossary.verifier.writing.dialects import NAMES
from lossary.verifier.writing.taken import KNOWN, Fact, facts

PAGE = "docs/checks.md"
_HINDERED = ("raised", "broke", "no time", "install")
"""Words of a reason for which a check was not tried, though it concerns the loss."""
SHORT = 8
"""Lines of a profile that is not asked for in full."""
_TOLD = ("reductions",)
"""Checks whose line repeats what the loss is taken as."""
_USUAL = ("accumulation", "empty")
"""Checks whose line is much the same for every mean: what is told of this loss stands before."""
_OPTION = re.compile(r"--[a-z]+|\b[a-z]+=")
_GENERAL = ("example=", "metric=")
"""Options that every loss can be given, and so no news of this one."""


@dataclass(frozen=True)
class Part:
    """One piece of a report: its kind, its words, and what stands before and behind them."""

    kind: str
    """title, summary, heading, finding, sentence, code, row, or note."""
    text: str
    label: str = ""
    aside: str = ""
    severity: Severity | None = None


def report(verdict: Any, *, verbose: bool = False, options: str = "{}=") -> list[Part]:
    """Return all that there is to say of a loss; `options` is how an option is spelt here."""
    return [
        *_head(verdict),
        *_taken(verdict, options),
        *(part for each in _worst(verdict) for part in _finding(verdict, each)),
        *_profile(verdict, verbose, options),
        *_rest(verdict, verbose, options),
    ]


def _head(verdict: Any) -> Iterator[Part]:
    what = "objective" if verdict.contract.kind == "objective" else "loss"
    kind = f"a {NAMES.get(verdict.host, verdict.host)} {what}"
    yield Part("title", verdict.name, aside=", ".join(filter(None, (kind, where(verdict)))))
    worst = next((each.severity for each in _worst(verdict)), None)
    yield Part("summary", in_short(verdict), severity=worst)


def where(verdict: Any) -> str:
    """Say where a loss is written, from here on where that is shorter."""
    if verdict.place is None:
        return verdict.origin or ""
    file, line = verdict.place
    return f"{nearby(file)}:{line}"


def nearby(file: str) -> str:
    """Return a path as it is seen from the working folder, where the file lies below it."""
    path, here = Path(file), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else file


def in_short(verdict: Any) -> str:
    """Say in a line how it stands with a loss."""
    failed, warned = len(verdict.failures), len(verdict.warnings)
    state = many(failed, "failure") if failed else "sound"
    said = [state, many(warned, "warning")] if warned else [state]
    untried = len(_untried(verdict.skipped))
    held = f"{many(len(verdict.held), 'check')} held"
    left = f", {untried} not tried" if untried else ""
    return f"{', '.join(said)}; {held}{left}; {verdict.seconds:.1f} s"


def many(count: int, what: str) -> str:
    """Count things in words.

    >>> many(1, "warning"), many(2, "warning")
    ('1 warning', '2 warnings')
    """
    return f"{count} {what}{'' if count == 1 else 's'}"


def _taken(verdict: Any, options: str) -> Iterator[Part]:
    told = facts(verdict.contract)
    yield Part("heading", "taken as")
    for each in told:
        yield Part("row", each.says, each.label, _known(each, options))
    if any(each.known in ("assumed", "probed", "named") for each in told):
        yield Part("note", _otherwise(options))


def _known(fact: Fact, options: str) -> str:
    said = KNOWN.get(fact.known, fact.known)
    mend = options.format(fact.option) if fact.option and fact.known != "declared" else ""
    return f"{said}; else {mend}" if said and mend else said


def _otherwise(options: str) -> str:
    shapes = assigned(options, "shapes", '"n k, n"')
    return f"Not what you meant? Declare it: what is declared is believed. Axes: {shapes}."


def assigned(options: str, name: str, value: str) -> str:
    """Write an option with its value, on the command line or in Python.

    >>> assigned("--{}", "like", "huber"), assigned("{}=", "like", "'huber'")
    ('--like huber', "like='huber'")
    """
    word = options.format(name)
    return f"{word}{value}" if word.endswith("=") else f"{word} {value}"


def _worst(verdict: Any) -> tuple[Finding, ...]:
    return (*verdict.failures, *verdict.warnings)


def _finding(verdict: Any, finding: Finding) -> Iterator[Part]:
    """Yield a finding: what is wrong, the code that shows it, why, and what to do."""
    severity = finding.severity
    yield Part("finding", titled(finding.check), label=str(severity), severity=severity)
    yield Part("sentence", finding.says, severity=severity)
    code = verdict.reproduction(finding)
    if code:
        yield Part("code", code)
    law = next((each for each in shelf() if each.name == finding.check), None)
    for label, text in _explained(finding, law):
        if text:
            yield Part("row", text, label)


def _explained(finding: Finding, law: Check | None) -> Iterator[tuple[str, str]]:
    yield "likely cause", _sentence(finding.cause)
    yield "mend", _sentence(finding.mend)
    yield "the law", law.says if law else ""
    yield "it matters", law.reason if law else ""
    yield "more", f"{link(finding.check)}, or: lossary check --explain {finding.check}"


def _sentence(text: str) -> str:
    """Let a clause begin and end as a sentence does, unless it begins with code.

    >>> _sentence("a lost sign"), _sentence("p.sum() instead")
    ('A lost sign.', 'p.sum() instead.')
    """
    if not text:
        return ""
    word = text.split()[0]
    began = text[0].upper() + text[1:] if word.isalpha() and word.islower() else text
    return began if began.endswith((".", "!", "?", ")", "`")) else f"{began}."


def link(check: str) -> str:
    """Return where a check is explained."""
    return f"{PAGE}#{check.replace('_', '-')}"


def titled(check: str) -> str:
    return check.replace("_", " ")


def _profile(verdict: Any, verbose: bool, options: str) -> Iterator[Part]:
    """Yield what describes a loss; by default what is peculiar to it, and not very much."""
    ranked = sorted(verdict.profile, key=lambda each: each.check in _USUAL)
    brief = [each for each in ranked if each.check not in _TOLD][:SHORT]
    shown = verdict.profile if verbose else brief
    if shown:
        yield Part("heading", "profile")
    for each in shown:
        yield Part("row", each.says, titled(each.check))
    if len(shown) < len(ranked):
        more = many(len(ranked) - len(shown), "line")
        yield Part("note", f"{more} more with {_asked(options)}")


def _asked(options: str) -> str:
    return options.format("verbose") + ("True" if options.endswith("=") else "")


def _rest(verdict: Any, verbose: bool, options: str) -> Iterator[Part]:
    """Yield what held, and what could not be tried, by its reason."""
    if verdict.held:
        named = "" if verbose else f" ({_asked(options)} names them)"
        yield Part("heading", f"held: {many(len(verdict.held), 'check')}{named}")
        if verbose:
            yield from (Part("row", _law(each), titled(each)) for each in verdict.held)
    untried = verdict.skipped if verbose else _untried(verdict.skipped)
    if untried:
        yield Part("heading", f"not tried: {many(len(untried), 'check')}")
    for reason, found in _by_reason(untried).items():
        yield Part("note", f"{', '.join(map(titled, found))}: {_spelt(reason, options)}")
    more = {} if verbose else _asking(verdict.skipped)
    if more:
        asked = {_spelt(option, options): each for option, each in more.items()}
        told = (f"{option} ({', '.join(map(titled, each))})" for option, each in asked.items())
        yield Part("heading", f"more is tried with {', '.join(told)}")


def _untried(skipped: Mapping[str, str]) -> dict[str, str]:
    """Return the checks that something stood in the way of, and that nothing need be asked for."""
    return {
        name: reason
        for name, reason in skipped.items()
        if any(word in reason for word in _HINDERED)
    }


def _asking(skipped: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the options that let more checks be tried, each with these checks."""
    found: dict[str, list[str]] = {}
    for name, reason in skipped.items():
        option = None if name in _untried(skipped) else _OPTION.search(reason)
        if option is not None and option.group() not in _GENERAL:
            found.setdefault(option.group(), []).append(name)
    return found


def _spelt(reason: str, options: str) -> str:
    """Spell the options of a reason as they are typed here, on the command line or in Python.

    >>> _spelt("takes longer: --thorough", "{}="), _spelt("its name tells nothing: like=", "--{}")
    ('takes longer: thorough=True', 'its name tells nothing: --like')
    """
    if options.endswith("="):
        return reason.replace("--thorough", "thorough=True")
    return re.sub(r"\b(like|gradient)=", r"--\1 ", reason).rstrip()


def _law(name: str) -> str:
    return next((each.says for each in shelf() if each.name == name), "")


def _by_reason(skipped: Mapping[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, reason in skipped.items():
        found.setdefault(reason, []).append(name)
    return found
