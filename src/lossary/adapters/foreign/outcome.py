"""What a loss gives back, brought down to the one value that is minimised."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from lossary.adapters.foreign.host import PLAIN, Host

TOTALS = ("loss", "total_loss", "total", "loss_total", "value", "objective")
"""What the sum is called where several numbers come out."""


def chosen(host: Host, found: Any) -> tuple[Any, str]:
    """Return the value, and in a few words which of several results it is.

    Raises:
        TypeError: nothing that is a number came out.
    """
    if host.owns(found) or isinstance(found, PLAIN):
        return _real(host, found), ""
    name = next((each for each in TOTALS if _has(found, each)), None)
    if name is not None:
        inner = found[name] if isinstance(found, Mapping) else getattr(found, name)
        return chosen(host, inner)[0], f"the entry {name!r} of what is returned"
    if isinstance(found, Mapping) and found:
        first = next(iter(found))
        return chosen(host, found[first])[0], f"the first entry, {first!r}, of what is returned"
    if isinstance(found, tuple | list) and len(found) > 0:
        says = f"the first of {len(found)} results" if len(found) > 1 else ""
        return chosen(host, found[0])[0], says
    raise TypeError(f"a loss gives a number or an array, but this gave {_told(found)}")


def _has(found: Any, name: str) -> bool:
    if isinstance(found, Mapping):
        return name in found
    return not isinstance(found, list) and _is_array_or_number(getattr(found, name, None))


def _is_array_or_number(found: Any) -> bool:
    return isinstance(found, PLAIN) or hasattr(found, "shape")


def _real(host: Host, found: Any) -> Any:
    if "complex" in (host.precision(found) if host.owns(found) else str(np.asarray(found).dtype)):
        raise TypeError("a loss gives real numbers, but this gave complex ones")
    return found


def _told(found: Any) -> str:
    return "nothing (is a return missing?)" if found is None else f"{type(found).__name__}"
