"""Kernels that a loss has been given already, by the shapes and dtypes they were made for."""

from collections.abc import Callable, Hashable
from typing import Any

from lossary.core import dispatch
from lossary.kernels.c.compiler import CompilerError
from lossary.kernels.c.library import BlockError
from lossary.kernels.c.store import StoreError
from lossary.kernels.switch import failed, refused

LIMIT = 256
"""Kernels kept for one loss: sizes that never come back must not fill the memory."""


def shelf(loss: Any) -> dict[Hashable, Any]:
    """Return the loss's own shelf; it is no part of its value, and is not pickled."""
    found = loss.__dict__.get("_kernels")
    if found is None:
        found = {}
        object.__setattr__(loss, "_kernels", found)
    return found


def shelved(loss: Any, key: Hashable, make: Callable[[], Any]) -> Any:
    """Make a kernel and shelve it, or shelve None where there can be none."""
    made, found = None, shelf(loss)
    if dispatch.state.broken is None:
        try:
            made = make()
        except BlockError as error:
            refused(loss, error)
        except (CompilerError, StoreError, OSError) as error:
            failed(error)
    if len(found) >= LIMIT:
        found.clear()
    found[key] = made
    return made
