"""What the source of a loss does on purpose, as far as its words tell."""

import inspect
import re
from typing import Any

MEANT = re.compile(r"detach|no_grad|stop_gradient|\.item\(\)|\.data\b|straight.?through")
"""Words by which a source says that a factor has no gradient, or another one."""
HEAD = re.compile(r"^\s*(def|class|async def)\b", re.MULTILINE)
"""Where a definition begins, after its decorators."""


def meant(candidate: Any) -> str | None:
    """Return the word by which the source holds a factor constant, if it does."""
    source = "" if candidate.gradient is not None else source_of(candidate)
    found = MEANT.search(source)
    return None if found is None else found.group()


def source_of(candidate: Any) -> str:
    """Return the source of a loss without its decorators, or nothing where there is none."""
    given = candidate.given
    try:
        source = inspect.getsource(given if inspect.isroutine(given) else _class(given))
    except (OSError, TypeError):
        return ""
    begin = HEAD.search(source)
    return source if begin is None else source[begin.start() :]


def _class(given: Any) -> Any:
    return given if inspect.isclass(given) else type(given)
