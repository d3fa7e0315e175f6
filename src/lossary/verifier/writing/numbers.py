"""Numbers and arrays in a comment or a sentence: short, and on one line."""

from typing import Any

import numpy as np

DIGITS = 6
WIDTH = 96


def shown(found: Any) -> str:
    """Write what came out of a call.

    >>> import numpy as np
    >>> shown(0.30000000000000004), shown(np.asarray([1.0, np.nan])), shown(None)
    ('0.3', '[1, nan]', 'None')
    """
    if isinstance(found, str):
        return shortened(" ".join(found.split()))
    if found is None:
        return "None"
    array = np.asarray(found)
    if array.dtype.kind not in "fiub":
        return shortened(str(found))
    return number(array[()]) if array.ndim == 0 else _listed(array)


def number(value: Any) -> str:
    """Write one number with six digits."""
    return str(bool(value)) if isinstance(value, bool | np.bool_) else f"{float(value):.{DIGITS}g}"


def _listed(array: Any) -> str:
    entries = np.array2string(
        array,
        separator=", ",
        threshold=20,
        edgeitems=3,
        max_line_width=10**6,
        formatter={"all": number},
    )
    return shortened(" ".join(entries.split()))


def shortened(text: str) -> str:
    return text if len(text) <= 2 * WIDTH else text[: 2 * WIDTH - 1] + "…"
