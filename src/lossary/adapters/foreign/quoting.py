"""Quotes the source of a loss, with the imports, values and functions that it uses above it."""

import ast
import enum
import inspect
import sys
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from lossary.adapters.foreign.methods import held_by

LINES = 80
"""Longer sources are not repeated: their place is told instead."""
DEPTH = 3


@dataclass
class Quoted:
    """What has been gathered: each import, value and definition once."""

    imports: list[str] = field(default_factory=list)
    values: list[str] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    known: set[str] = field(default_factory=set)

    @property
    def lines(self) -> tuple[str, ...]:
        above = (*sorted(self.imports), *self.values)
        return (*above, *([""] if above and self.sources else []), *self.sources)

    def add(self, kind: Any, depth: int = DEPTH) -> str:
        """Gather a function or a class, and return what it is called; "" without a source."""
        inner = inspect.unwrap(kind) if callable(kind) else kind
        inner = getattr(inner, "python_function", inner)
        text = source_of(inner)
        if text is None or len(text.splitlines()) > LINES:
            return ""
        tree, name = ast.parse(text), str(getattr(inner, "__name__", ""))
        self.known.add(name)
        if name == "<lambda>":
            quoted = _lambda(tree, inner)
            tree = ast.parse(quoted) if quoted else tree
            name = quoted
        functions = list(functions_of(inner))
        for used in sorted({each.id for each in ast.walk(tree) if isinstance(each, ast.Name)}):
            if used not in self.known and not self._add_name(used, functions, depth):
                return ""
        if inner.__name__ != "<lambda>":
            self.sources += [*([""] if self.sources else []), *text.rstrip().splitlines()]
        return name

    def _add_name(self, name: str, functions: list[FunctionType], depth: int) -> bool:
        """Gather what a name stands for; say whether it could be."""
        value = next((v for f in functions if (v := _meant(f, name)) is not None), None)
        if value is None:  # its own argument, or Python's
            return True
        self.known.add(name)
        home = None if isinstance(value, ModuleType) else importable(value)
        if isinstance(value, ModuleType):
            alias = "" if value.__name__ == name else f" as {name}"
            self.imports.append(f"import {value.__name__}{alias}")
        elif home is not None:
            alias = "" if value.__name__ == name else f" as {name}"
            self.imports.append(f"from {home} import {value.__name__}{alias}")
        elif _is_plain(value):
            self.values.append(f"{name} = {written(value)}")
        else:
            return depth > 0 and callable(value) and self.add(value, depth - 1) == name
        return True


def source_of(kind: Any) -> str | None:
    """Return a source that can be read on its own, or None."""
    try:
        text = textwrap.dedent(inspect.getsource(kind))
        ast.parse(text)
    except (OSError, TypeError, SyntaxError, RecursionError):
        return None
    return text


def _lambda(tree: ast.AST, function: Any) -> str:
    """Return the one lambda of a statement that has the function's arguments, or ""."""
    names = list(inspect.signature(function).parameters)
    found = [
        each
        for each in ast.walk(tree)
        if isinstance(each, ast.Lambda) and [a.arg for a in each.args.args] == names
    ]
    return f"({ast.unparse(found[0])})" if len(found) == 1 else ""


def functions_of(kind: Any) -> Iterator[FunctionType]:
    """Yield a function, or those of a class."""
    if isinstance(kind, FunctionType):
        yield kind
    for each in vars(kind).values() if inspect.isclass(kind) else ():
        found = getattr(each, "__func__", each)
        if isinstance(found, FunctionType):
            yield found


def _meant(function: FunctionType, name: str) -> Any:
    if name in function.__code__.co_varnames:
        return None
    return held_by(function, name)


def _is_plain(value: Any) -> bool:
    return isinstance(value, int | float | str | bool | tuple | list | np.ndarray | None) or (
        is_tensor(value)
    )


def is_tensor(value: Any) -> bool:
    return type(value).__module__.partition(".")[0] == "torch" and hasattr(value, "tolist")


def written(value: Any) -> str:
    """Write a value as code."""
    if isinstance(value, enum.Enum):
        return f"{type(value).__name__}.{value.name}"
    if is_tensor(value):
        return f"torch.tensor({value.tolist()})"
    if isinstance(value, np.ndarray):
        return f"np.array({value.tolist()})"
    if isinstance(value, np.generic):
        return repr(value.item())
    return getattr(value, "__name__", None) or repr(value)


def pairs(settings: Mapping[str, Any]) -> str:
    return ", ".join(f"{name}={written(each)}" for name, each in settings.items())


def importable(value: Any) -> str | None:
    """Return the module of an installed package from which a value can be imported."""
    module, name = getattr(value, "__module__", None), getattr(value, "__name__", None)
    if not isinstance(module, str) or not isinstance(name, str):
        return None
    home = public(module, name, value)
    return None if home is None or of_a_user(home) else home


def public(module: str, name: str, kind: Any) -> str | None:
    """Return the shortest package that offers it, as torch.nn for torch.nn.modules.loss."""
    first = name.partition(".")[0]
    parts = [each for each in module.split(".") if each != "src"]
    places = [".".join(parts[:count]) for count in range(1, len(parts) + 1)]
    for place in (*places, module):
        held = vars(sys.modules[place]) if place in sys.modules else {}
        if held.get(first) is kind or (name != first and first in held):
            return place
    return None


def of_a_user(module: str) -> bool:
    """Say whether a module is a file of the user's own that stands in no installed package."""
    place = str(getattr(sys.modules.get(module), "__file__", None) or "")
    return place != "" and "site-packages" not in place and "dist-packages" not in place
