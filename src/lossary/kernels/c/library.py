"""Emitted blocks and the driver that walks arrays for them, compiled, loaded and ready to call."""

import ctypes
from collections.abc import Callable
from contextlib import suppress
from functools import cache, lru_cache
from importlib.resources import files
from threading import Lock, Thread
from typing import Any, NamedTuple, cast

from lossary.kernels.c.compiler import CompilerError, compiler
from lossary.kernels.c.entries import HEAD, Block
from lossary.kernels.c.rows import RowBlock
from lossary.kernels.c.store import kept

REALS = {"float32": ("float", "maths32.h"), "float64": ("double", "maths64.h")}
MOST = 8
"""Arrays that a block can read, and write, at most: as the driver has it."""


def structure(name: str, *fields: tuple[Any, str]) -> Any:
    listed = [(field, kind) for kind, names in fields for field in names.split()]
    return type(name, (ctypes.Structure,), {"_fields_": listed})


Walk = structure(
    "Walk",
    (ctypes.c_int64, "outer inner item offset"),
    (ctypes.c_int32, "kind base labels unused"),
)
"""`array` of the driver: where one array's numbers stand."""
Plan = structure(
    "Plan",
    (ctypes.c_int64, "outer inner items"),
    (ctypes.c_int32, "reads writes sums weighted masked mean sides counts apart unused"),
    (Walk * MOST, "reading writing"),
    (Walk, "weight mask"),
    (ctypes.c_void_p, "settings"),
)
"""`plan` of the driver: all that depends on shapes, dtypes and parameters only."""
RowPlan = structure(
    "RowPlan",
    (ctypes.c_int64, "outer inner k"),
    (
        ctypes.c_int32,
        "rows numbers labels tile rooms weighted masked mean valued sloped",
    ),
    (Walk * MOST, "reading"),
    (Walk, "value slopes weight mask"),
    (ctypes.c_void_p, "settings tables"),
)
"""`plan` of the driver of rows."""
Job = structure(
    "Job",
    (ctypes.c_int64, "arrays"),
    (ctypes.c_void_p, "lengths at settings block"),
    (ctypes.c_int32, "reads writes fresh threads kept unused"),
    (ctypes.c_int32 * (2 * MOST), "kinds"),
)
"""`job` of the driver of steps: a rule, and the arrays that it moves."""


class Driver(NamedTuple):
    """Two ways to call a driver: with all there may be, and with what a small call needs."""

    run: Callable[..., int]
    brief: Callable[..., int]


def text(name: str) -> str:
    """Return one of the files of C that stand beside this one."""
    return (files("lossary.kernels.c") / name).read_text(encoding="utf-8")


def source(block: Block, precision: str, *more: str) -> str:
    """Return the whole C that a block is compiled from."""
    pieces = [REALS[precision][1], *(("sums.h", "rows.h") if isinstance(block, RowBlock) else more)]
    return "\n".join([HEAD, *map(text, pieces), block.source])


def loaded(block: Block, precision: str) -> Any:
    """Compile and load a block; return its address. The driver is made at the same time.

    Raises:
        BlockError: this one could not be compiled, though the driver could.
        CompilerError, StoreError, OSError: nothing can be made, kept or loaded.
    """
    walker = row_driver if isinstance(block, RowBlock) else driver
    return _loaded(source(block, precision), precision, walker)


def loaded_step(block: Block, precision: str) -> tuple[Any, Any]:
    """Compile and load the block of a rule; return the driver of steps, and the block's address.

    Raises:
        BlockError, CompilerError, StoreError, OSError: as `loaded`.
    """
    address = _loaded(source(block, precision, "streams.h"), precision, step_driver)
    return step_driver(precision), address


class BlockError(Exception):
    """A formula whose C the compiler does not take."""


@lru_cache(maxsize=4096)
def _loaded(whole: str, precision: str, walker: Callable[[str], Any]) -> Any:
    made = Thread(target=_aside, args=(walker, precision))
    made.start()
    try:
        library = compiled_library(whole, ("-O3",))
    except CompilerError as error:
        walker(precision)
        raise BlockError(str(error)) from error
    finally:
        made.join()
    return ctypes.cast(library.block, ctypes.c_void_p).value


@cache
def driver(precision: str) -> Driver:
    """Compile and load the driver."""
    return _walker(precision, "driver.c")


@cache
def row_driver(precision: str) -> Driver:
    """Compile and load the driver of rows."""
    return _walker(precision, "rows.h", "rows.c")


@cache
def step_driver(precision: str) -> Callable[[int], None]:
    """Compile and load the driver of steps."""
    library = _driving(precision, "numbers.h", "threads.h", "steps.c")
    library.steps.argtypes, library.steps.restype = (ctypes.c_void_p,), None
    return cast(Callable[[int], None], library.steps)


def _walker(precision: str, *names: str) -> Driver:
    library = _driving(precision, "numbers.h", "arrays.h", "sums.h", "threads.h", *names)
    library.run.argtypes = (*[ctypes.c_void_p] * 12, ctypes.c_int)
    library.brief.argtypes = (ctypes.c_void_p,) * 6
    return Driver(library.run, library.brief)


def _driving(precision: str, *names: str) -> Any:
    whole = "\n".join((f"typedef {REALS[precision][0]} real;", *map(text, names)))
    return compiled_library(whole, ("-O2", "-ftree-vectorize", "-fvect-cost-model=dynamic"))


def _aside(walker: Callable[[str], Any], precision: str) -> None:
    """Make the driver at the same time; what goes wrong is met again, and told, at its call."""
    with suppress(Exception):
        walker(precision)


def compiled_library(whole: str, flags: tuple[str, ...]) -> Any:
    found = compiler()
    made_of = "\n".join((found.identity, *flags, whole))
    with _turns[hash(made_of) % len(_turns)]:  # threads that ask at once compile it once
        path = kept(made_of, lambda path: found.library(whole, path, flags))
    return ctypes.CDLL(str(path))


_turns = tuple(Lock() for _ in range(64))
