"""Which methods does a code call on values, and what do the names in it stand for?"""

import dis
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any

OUTER = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_DEREF")
"""Instructions that take a name from around a code."""
SILENT = ("CACHE", "EXTENDED_ARG", "PUSH_NULL")
"""Instructions between a value and its attribute that change neither."""
MOVING = ("SWAP", "ROT_TWO", "POP_TOP")
"""Instructions between an import and the name that it is given."""
MODULE, OWNER, VALUE = "module", "owner", "value"


def held_by(function: FunctionType, name: str) -> Any:
    """Return what a name stands for in a function: in its closure, or around it."""
    if name in function.__code__.co_freevars:
        cell = (function.__closure__ or ())[function.__code__.co_freevars.index(name)]
        try:
            return cell.cell_contents
        except ValueError:  # not filled yet
            return None
    return function.__globals__.get(name)


def codes(code: CodeType) -> Iterator[CodeType]:
    """Yield a function's code and that of the functions within."""
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from codes(each)


def outer(code: CodeType) -> Iterator[str]:
    """Yield the names that a code takes from around it, or imports; not those of attributes."""
    for line in dis.get_instructions(code):
        if line.opname in (*OUTER, "IMPORT_NAME"):
            yield str(line.argval)


def methods(function: FunctionType) -> set[str]:
    """Return the attributes of values: x.clamp, but not scipy.special.logsumexp or self.clamp."""
    return {name for code in codes(function.__code__) for name in _attributes(function, code)}


def _attributes(function: FunctionType, code: CodeType) -> Iterator[str]:
    imported = set(_imported(code))
    above = VALUE
    for line in dis.get_instructions(code):
        name = str(line.argval)
        if line.opname in ("LOAD_ATTR", "LOAD_METHOD"):
            if above == VALUE:
                yield name
            above = MODULE if above == MODULE else VALUE
        elif line.opname in OUTER or line.opname.startswith("LOAD_FAST"):
            above = MODULE if name in imported else _kind(function, name, line.opname in OUTER)
        elif line.opname not in SILENT:
            above = VALUE


def _kind(function: FunctionType, name: str, around: bool) -> str:
    """Say what a name stands for: a module, what has methods of its author's, or a value."""
    if name in ("self", "cls"):
        return OWNER
    held = held_by(function, name) if around else None
    return MODULE if isinstance(held, ModuleType) else OWNER if isinstance(held, type) else VALUE


def _imported(code: CodeType) -> Iterator[str]:
    """Yield the names that a code gives to what it imports."""
    importing = False
    for line in dis.get_instructions(code):
        if line.opname.startswith("STORE_") and importing:
            yield str(line.argval)
        importing = line.opname.startswith("IMPORT_") or (importing and line.opname in MOVING)
