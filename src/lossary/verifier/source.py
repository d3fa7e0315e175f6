"""Where the code of a loss stands and what it reads, so that a later run can see it changed."""

import hashlib
import inspect
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from types import CodeType
from typing import Any

PACKAGES = ("lossary", "numpy")


def place_of(loss: Any) -> tuple[str, int] | None:
    """Return the file and the line in which a loss is written, or None where nothing is found."""
    written = _written(loss)
    try:
        file = inspect.getsourcefile(written)
        return None if file is None else (file, inspect.getsourcelines(written)[1])
    except (TypeError, OSError):
        return None


def code_of(loss: Any) -> dict[str, str]:
    """Return a hash of the source of a loss, and of all that it calls in its own module."""
    found: dict[str, str] = {}
    waiting = [_written(loss)]
    while waiting:
        each = waiting.pop()
        name = getattr(each, "__qualname__", None)
        if name is None or name in found:
            continue
        try:
            source = inspect.getsource(each)
        except (TypeError, OSError):
            continue
        lines = "\n".join(line.rstrip() for line in source.splitlines())
        found[name] = hashlib.sha256(lines.encode()).hexdigest()
        waiting.extend(_called(each))
    return dict(sorted(found.items()))


def versions_of(*packages: str) -> dict[str, str]:
    """Return the versions of Python, of ours, and of these packages, as far as they are known."""
    found = {"python": sys.version.split()[0]}
    for name in dict.fromkeys((*PACKAGES, *packages)):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _written(loss: Any) -> Any:
    """Return what has a source: the function, or the class of an object."""
    loss = inspect.unwrap(getattr(loss, "func", loss)) if callable(loss) else loss
    if inspect.ismethod(loss):
        return loss.__func__
    return loss if inspect.isfunction(loss) or inspect.isclass(loss) else type(loss)


def _called(written: Any) -> Iterator[Any]:
    """Yield the functions and classes of the same module that the code names."""
    home = sys.modules.get(getattr(written, "__module__", ""))
    for function in _functions(written):
        around = getattr(home, "__dict__", function.__globals__)
        for name in _names(function.__code__):
            found = function.__globals__.get(name, around.get(name))
            if getattr(found, "__module__", None) == written.__module__ and callable(found):
                yield _written(found)
    if inspect.isclass(written):
        yield from (each for each in written.__mro__[1:] if each.__module__ == written.__module__)


def _functions(written: Any) -> Iterator[Any]:
    if inspect.isfunction(written):
        yield written
        return
    for each in vars(written).values():
        plain = getattr(each, "__func__", each)
        if inspect.isfunction(plain):
            yield plain


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)
