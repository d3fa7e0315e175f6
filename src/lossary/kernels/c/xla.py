"""XLA's door to kernels: one foreign function for all of them, which finds each by its key."""

import ctypes
import hashlib
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, cast

import jax
import numpy as np

from lossary.errors import KernelWarning
from lossary.kernels.c.library import compiled_library, structure, text
from lossary.kernels.making import Made
from lossary.kernels.requests import Request

OUTPUTS = ("value", "slopes", "curvatures")
Entry = structure(
    "Entry",
    (ctypes.c_int64, "key"),
    (ctypes.c_void_p, "run plan block first_plan first_block"),
    (ctypes.c_int32, "arrays weighted masked"),
    (ctypes.c_int32 * len(OUTPUTS), "writes"),
    (ctypes.c_int32, "sums large second unused"),
)
"""`entry` of xla.c."""
_entered: dict[int, tuple[Any, ...]] = {}
"""Entries by key. A compiled program may ask for one at any time, so that none is ever dropped."""
_turn = Lock()


def foreign(
    title: str, request: Request, made: Made, arrays: int, weighted: bool, masked: bool
) -> Callable[..., Any] | None:
    """Return a function of JAX arrays that asks this kernel; None where XLA cannot be told of it.

    It returns the arrays that the kernel writes, in order, and last the sums if there are any.
    """
    door = target()
    if door is None:
        return None
    name, library = door
    written = {each.name for each in made.outputs}
    summed = "value" in request.wants and "value" not in written
    entry = Entry(
        arrays=arrays,
        weighted=weighted,
        masked=masked,
        writes=tuple(each in written for each in OUTPUTS),
        sums=summed,
        large=made.kernel.large,
        second=np.dtype(made.dtype).itemsize,
    )
    key = _key(title, made, entry, library)
    if key is None:
        return None
    results = [jax.ShapeDtypeStruct(each.shape, np.dtype(each.dtype)) for each in made.outputs]
    if summed:
        shape = () if request.mean else (2,)
        results.append(jax.ShapeDtypeStruct(shape, np.dtype(made.dtype)))
    call = jax.ffi.ffi_call(name, results, vmap_method="sequential")
    return lambda *given: call(*given, key=np.int64(key))


@cache
def target() -> tuple[str, Any] | None:
    """Compile, load and register the foreign function; None, told once, where XLA refuses it."""
    try:
        header = Path(jax.ffi.include_dir(), "xla", "ffi", "api", "c_api.h").read_text("utf-8")
        # The header is part of the text, and so of the hash: another jaxlib has another library.
        whole = f"{header}\n#include <string.h>\n{text('xla.c')}"
        library = compiled_library(whole, ("-O2",))
        name = f"lossary_{hashlib.sha256(whole.encode()).hexdigest()[:16]}"
        jax.ffi.register_ffi_target(name, jax.ffi.pycapsule(library.call), platform="cpu")
    except Exception as error:  # whatever another jaxlib makes of it, the definitions still serve
        told = (str(error) or type(error).__name__).splitlines()[0]
        warnings.warn(
            f"JAX {jax.__version__} takes no kernels, so that the definitions answer: {told}.",
            KernelWarning,
            stacklevel=2,
        )
        return None
    return name, library


def _key(title: str, made: Made, entry: Any, library: Any) -> int | None:
    """Enter a kernel; return its key, or None where there is no room.

    A program carries the key and no address: it may be kept, and run by another process. The key
    is a hash of what the kernel is and of the arrays it walks, so that it means the same
    everywhere, or nothing, which the foreign function then says.
    """
    kernels = [each for each in (made.kernel, made.before) if each is not None]
    facts = [f"{title} {made.dtype} ".encode(), bytes(entry)]
    content = b"".join(facts + [each for kernel in kernels for each in _content(kernel.held)])
    entry.run = ctypes.cast(cast(Any, made.kernel.driver.run), ctypes.c_void_p).value
    entry.plan, entry.block = made.kernel.plan, made.kernel.block
    if made.before is not None:
        entry.first_plan, entry.first_block = made.before.plan, made.before.block
    with _turn:
        for attempt in range(16):
            digest = hashlib.sha256(content + bytes([attempt])).digest()
            entry.key = int.from_bytes(digest[:8], "little", signed=True)
            there = _entered.get(entry.key)
            if there is None:
                if library.enter(ctypes.byref(entry)):
                    return None
                _entered[entry.key] = entry, made, digest, entry.block, entry.first_block
            elif there[2:] != (digest, entry.block, entry.first_block):
                continue  # a class of the same name was defined again, with another formula
            return int(entry.key)
    return None


def _content(held: Any) -> Iterator[bytes]:
    """Yield what a plan and its numbers say, without addresses."""
    if isinstance(held, (tuple, list)):
        for each in held:
            yield from _content(each)
    elif isinstance(held, ctypes.Structure):
        bare = type(held).from_buffer_copy(held)
        for field in held._fields_:
            if field[1] is ctypes.c_void_p:
                setattr(bare, field[0], None)
        yield bytes(bare)
    elif held._type_ is not ctypes.c_void_p:
        yield bytes(held)
