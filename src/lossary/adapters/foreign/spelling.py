"""Spells the lines of code that make a loss again, so that anybody can repeat a call."""

import functools
import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lossary.adapters.foreign.loading import module_of
from lossary.adapters.foreign.quoting import Quoted, of_a_user, pairs, public, written


def spelled(
    loss: Any, origin: str | None = None, named: Mapping[str, Any] | None = None
) -> tuple[str, ...]:
    """Return lines of which the last says `loss = ...`; `named` is what an object was made with.

    What has no source and no name to import it by is told in a comment.
    """
    if isinstance(loss, functools.partial):
        *above, last = spelled(loss.func, origin)
        held = ", ".join(filter(None, (*map(written, loss.args), pairs(loss.keywords or {}))))
        return ("import functools", *above, f"loss = functools.partial({last[7:]}, {held})")
    function = _is_function(loss)
    kind = loss if inspect.isclass(loss) or function else type(loss)
    lines, name = _found(kind, origin if function or inspect.isclass(loss) else None)
    made = name if function else f"{name}({pairs(named or {})})"
    if not name:
        return (*lines, f"loss = ...  # {_called(loss)}")
    for module, use in (("import torch", "torch.tensor("), ("import numpy as np", "np.array(")):
        if module not in lines and any(use in line for line in (*lines, made)):
            lines = (module, *lines)
    return (*lines, "", f"loss = {made}") if lines else (f"loss = {made}",)


def _is_function(loss: Any) -> bool:
    return inspect.isroutine(loss) or hasattr(loss, "lower") or hasattr(loss, "python_function")


def _found(kind: Any, origin: str | None) -> tuple[tuple[str, ...], str]:
    """Return the lines that bring a function or class in, and what it is called then."""
    if origin is not None:
        return _from(origin)
    if inspect.ismethod(kind):
        of_class = inspect.isclass(kind.__self__)
        lines, owner = _found(kind.__self__ if of_class else type(kind.__self__), None)
        return lines, f"{owner}{'' if of_class else '()'}.{kind.__name__}" if owner else ""
    module, name = getattr(kind, "__module__", None), getattr(kind, "__qualname__", "")
    home = public(str(module), name, kind) if module != "__main__" else None
    if home is not None and "<" not in name and not of_a_user(home):
        return (f"from {home} import {name.partition('.')[0]}",), name
    quoted = Quoted()
    name = quoted.add(kind)
    if name:
        return quoted.lines, name
    name = getattr(kind, "__qualname__", "<")
    importable = home is not None and "<" not in name
    return ((f"from {home} import {name.partition('.')[0]}",), name) if importable else (
        _told(kind), "")  # fmt: skip


def _from(origin: str) -> tuple[tuple[str, ...], str]:
    place, _, name = origin.rpartition(":")
    first = name.partition(".")[0]
    if not place.endswith(".py"):
        return (f"from {place} import {first}",), name
    module, folder = module_of(Path(place).resolve())
    lines = ("import sys", f"sys.path.insert(0, {str(folder)!r})", f"from {module} import {first}")
    return lines, name


def _told(kind: Any) -> tuple[str, ...]:
    """Say where a function stands whose source cannot be quoted."""
    try:
        inner = inspect.unwrap(kind)
        file, line = inspect.getsourcefile(inner), inspect.getsourcelines(inner)[1]
    except (OSError, TypeError):
        return ()
    return (f"# {_called(kind)} stands in {file}, line {line}",)


def _called(loss: Any) -> str:
    return str(getattr(loss, "__name__", None) or type(loss).__name__)
