"""How many threads a kernel may start: as many as the user has given to such work."""

import os
from functools import cache


def threads() -> int:
    """Return OMP_NUM_THREADS, as other numerical libraries read it, or the cores we may run on."""
    named = _named()
    if named:
        return named
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@cache
def _named() -> int:
    named = os.environ.get("OMP_NUM_THREADS", "").split(",")[0].strip()
    return int(named) if named.isdigit() else 0
