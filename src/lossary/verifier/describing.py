"""What a verdict keeps of a loss so that it can be called again: how it is spelt, and where."""

import inspect
from collections.abc import Mapping
from typing import Any

from lossary.adapters.foreign.candidate import Candidate, CandidateError
from lossary.adapters.foreign.spelling import spelled
from lossary.verifier.source import code_of, place_of, versions_of
from lossary.verifier.subject import Subject
from lossary.verifier.writing.spelling import fallback

Facts = dict[str, Any]


def described(candidate: Candidate, subject: Subject, settings: Mapping[str, Any]) -> Facts:
    """Return the facts of a verdict that say what the loss is; `settings` were asked for."""
    given, host = candidate.given, candidate.host
    arrays = getattr(host, "inner", host).name
    origin = candidate.origin or origin_of(given)
    return {
        "origin": origin,
        "host": host.name,
        "arrays": arrays,
        "spelling": candidate.spelling or _spelt(candidate, origin),
        "passed": {**candidate.assumed, **settings, **_remade(candidate)},
        "settings": dict(candidate.settings),
        "assumed": dict(candidate.assumed),
        "part": _part(subject),
        "keeps": _keeps(candidate),
        "gradient": _gradient(candidate),
        "place": place_of(given),
        "code": code_of(given),
        "versions": versions_of(host.name, arrays),
    }


def origin_of(loss: Any) -> str | None:
    """Return "module:NAME" of a function or class that can be imported from there."""
    module, name = getattr(loss, "__module__", None), getattr(loss, "__qualname__", None)
    written = inspect.isroutine(loss) or inspect.isclass(loss)
    if not written or module in (None, "__main__", "builtins") or "<" in (name or "<"):
        return None
    return f"{module}:{name}"


def _spelt(candidate: Candidate, origin: str | None) -> tuple[str, ...]:
    given = candidate.given
    if inspect.isclass(given):
        return fallback(candidate.name, origin, made=True)
    if inspect.isroutine(given) or candidate.origin is not None:
        return fallback(candidate.name, origin)
    kind = type(given)
    return fallback(kind.__name__, origin_of(kind), made=True)


def _remade(candidate: Candidate) -> Mapping[str, Any]:
    """Return the settings of an object that is made again by its class."""
    given = candidate.given
    known = inspect.isclass(given) or inspect.isroutine(given) or candidate.spelling
    if known or candidate.origin is not None:
        return {}
    try:
        names = inspect.signature(type(given)).parameters
    except (TypeError, ValueError):
        return {}
    return {
        name: value
        for name, value in candidate.settings.items()
        if name in names and value != names[name].default
    }


def _part(subject: Subject) -> str:
    """Return what stands behind the call where several results come out, as `[0]`."""
    if subject.candidate.kind != "loss":
        return ""
    try:
        says = subject.taken(subject.typical)
    except CandidateError:
        return ""
    return f'["{says.split(chr(39))[1]}"]' if "'" in says else "[0]" if says else ""


def _keeps(candidate: Candidate) -> Mapping[str, str]:
    """Name the arrays of floats that an object keeps; a running number is no array."""
    if inspect.isroutine(candidate.given):
        return {}
    try:
        kept = candidate.state()
    except CandidateError:
        return {}
    return {
        name: each.kind
        for name, each in kept.items()
        if "float" in each.precision and (each.shape or each.kind != "attribute")
    }


def _gradient(candidate: Candidate) -> tuple[str, ...]:
    """Spell a gradient that was written by hand: a function, a method, or what is returned too."""
    found = candidate.gradient
    found = getattr(found, "func", found)
    name = getattr(found, "__name__", None)
    if found is None or name is None:
        return ()
    if name == "<lambda>" and candidate.rebuild_gradient is not None:
        return ("gradient = lambda *arrays, **named: loss(*arrays, **named)[1]",)
    if inspect.ismethod(found):
        return (f"gradient = loss.{name}",)
    *lines, last = spelled(found)
    return (*filter(None, lines), f"gradient = {last.removeprefix('loss = ')}")
