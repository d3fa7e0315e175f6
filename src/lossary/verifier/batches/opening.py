"""Opens a loss up: what is switched off by default switched on, what may be left out handed over.

A setting, or an array, that seems to do nothing may wait behind another one: `alpha=None`, or
`labels=None`.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice, product
from typing import Any

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.verifier.batches import hints
from lossary.verifier.batches.extra import kind_of
from lossary.verifier.contract import Argument

MOST = 40
"""Forms that are looked at; each of them costs a few calls."""


def opened(subject: Any) -> Iterator[tuple[str, Any]]:
    """Yield the other forms of a loss, each with a few words on what was opened."""
    found = [("", subject), *arrays_passed(subject)]
    yield from found[1:]
    forms = (
        (f"{words} and {name}={value!r}".removeprefix(" and "), form)
        for words, each in reversed(found)
        for name, value in _gates(each)
        if (form := _with(each, name, value)) is not None
    )
    yield from islice(forms, MOST)


def closed(subject: Any) -> bool:
    """Say whether there is an array that may be left out, and that could not be handed over."""
    passed = {words.removesuffix(" passed") for words, _ in arrays_passed(subject)}
    return any(name not in passed for name in _left_out(subject))


def arrays_passed(subject: Any) -> list[tuple[str, Any]]:
    """Return the loss with more arrays, one or all, for each way in which it takes them."""
    if "arrays passed" not in subject.memory:
        names = _left_out(subject)
        groups = [(name,) for name in names] + ([tuple(names)] if len(names) > 1 else [])
        subject.memory["arrays passed"] = [
            (f"{' and '.join(group)} passed", form)
            for group in groups
            for form in _passed(subject, group)
        ]
    found: list[tuple[str, Any]] = subject.memory["arrays passed"]
    return found


def _left_out(subject: Any) -> list[str]:
    known = {each.name for each in subject.contract.arguments}
    given = (each for each in subject.candidate.inputs if not each.required)
    return [each.name for each in given if each.name not in known and kind_of(each.name) is None]


def _passed(subject: Any, names: tuple[str, ...]) -> Iterator[Any]:
    for kinds in islice(product(_kinds(subject), repeat=len(names)), MOST):
        more = [
            Argument(name, "other", axes, domain, keyword=True)
            for name, (axes, domain) in zip(names, kinds, strict=True)
        ]
        arguments = (*subject.contract.arguments, *more)
        form = replace(subject, contract=subject.contract.but(arguments=arguments))
        if _gives(form):
            yield form


def _kinds(subject: Any) -> list[tuple[tuple[str, ...], str]]:
    """Return the arrays that it may be: labels, another target, another prediction, numbers."""
    contract = subject.contract
    known = [each for each in (contract.target, contract.prediction) if each is not None]
    labels = [(("n",), "labels")] if "k" in contract.prediction.axes else []
    alike = [(each.axes, each.domain) for each in known]
    return list(dict.fromkeys([*labels, *alike, (("n",), "degree"), (("n",), "real")]))


def _gives(subject: Any) -> bool:
    try:
        subject.value(subject.typical)
    except CandidateError:
        return False
    return True


def _with(subject: Any, name: str, value: Any) -> Any | None:
    try:
        form = subject.changed(**{name: value})
    except Unchangeable:
        return None
    return form if _gives(form) else None


def _gates(subject: Any) -> Iterator[tuple[str, Any]]:
    """Yield the settings that may keep something switched off, each with values that open it."""
    words = dict.fromkeys(re.findall(r"'(\w+)'", hints.source(subject)))
    for name, value in subject.candidate.settings.items():
        if name == subject.contract.reduction_setting:
            continue
        if isinstance(value, bool):
            yield name, not value
        elif value is None:
            yield from ((name, each) for each in (0.5, 1.0, True))
        elif isinstance(value, str):
            yield from ((name, each) for each in list(words)[:8] if each != value)
        elif value in (0, 1):
            yield name, 0.5 if isinstance(value, float) else 1 - value
