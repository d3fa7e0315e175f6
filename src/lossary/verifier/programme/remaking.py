"""Makes a loss anew, with nothing of earlier calls in it."""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import replace
from typing import Any

from lossary.adapters.foreign.candidate import Unchangeable
from lossary.adapters.foreign.chance import seeded
from lossary.adapters.foreign.made import Made, copied

SEED = 11


def anew(subject: Any) -> Any:
    """Return the same loss as nobody has called it yet.

    Raises:
        Unchangeable: it is a function, or its class cannot be made again.
    """
    given, call = subject.candidate.given, subject.candidate.call
    if not isinstance(call, Made) or hasattr(given, "__code__"):
        raise Unchangeable("a function is not made anew")
    with seeded(SEED):  # parameters are drawn, and have to be the same each time
        return with_loss(subject, _made(given, subject.candidate.settings))


def apart(subject: Any) -> Any:
    """Return the same loss made anew, or itself where it cannot be: for calls that leave traces."""
    try:
        return anew(subject)
    except Unchangeable:
        return subject


def containers(function: Any) -> Iterator[Any]:
    """Yield the lists and tables that a function can keep something in."""
    code = getattr(function, "__code__", None)
    if code is None:
        return
    known = getattr(function, "__globals__", {})
    held = [known.get(name) for name in code.co_names]
    held += [*(function.__defaults__ or ()), vars(function)]
    for cell in function.__closure__ or ():
        held.append(cell.cell_contents)
    yield from (each for each in held if isinstance(each, dict | list | set) and len(each) > 0)


@contextmanager
def emptied(function: Any) -> Iterator[None]:
    """Empty them for a while."""
    found = [(each, copy(each)) for each in containers(function)]
    for each, _ in found:
        each.clear()
    try:
        yield
    finally:
        for each, before in found:
            each.clear()
            each.extend(before) if isinstance(each, list) else each.update(before)


def with_loss(subject: Any, loss: Any) -> Any:
    """Return the subject with another object that is called in the same way."""
    call = replace(subject.candidate.call, loss=loss, versions={})
    return replace(subject, candidate=replace(subject.candidate, call=call))


def _made(given: Any, settings: Any) -> Any:
    if not isinstance(given, type):
        return copied(given)
    try:
        taken = inspect.signature(given).parameters
        return given(**{name: value for name, value in settings.items() if name in taken})
    except Exception as error:  # whatever its author's own making raises
        raise Unchangeable(f"{given.__name__} cannot be made again: {error}") from error
