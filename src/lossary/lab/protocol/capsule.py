"""What else must be known to repeat a study: versions, the machine, the time."""

import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

_NAMED = ("lossary", "numpy", "pandas", "scikit-learn", "scipy", "torch")


def versions() -> dict[str, str]:
    """Return the versions of Python and of every package that a number may depend on."""
    found = {"python": platform.python_version()}
    for name in _NAMED:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a source tree that was not installed
            found[name] = "unknown"
    return found


def machine() -> str:
    """Return the system and the processor."""
    return f"{platform.system()} {platform.release()}, {platform.machine()}"


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
