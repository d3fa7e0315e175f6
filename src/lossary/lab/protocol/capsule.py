"""What must be the same for numbers to be the same: data, code, versions, machine, protocol."""

import json
import platform
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import lossary

_NAMED = ("lossary", "numpy", "pandas", "scikit-learn", "scipy", "torch", "optuna", "lightgbm",
          "xgboost")  # fmt: skip


@cache
def versions() -> dict[str, str]:
    """Return the versions of Python and of every package that a number may depend on."""
    found = {"python": platform.python_version()}
    return found | {name: _version(name) for name in _NAMED}


def _version(name: str) -> str:
    for each in (name, f"{name}-cpu"):  # one release under another name
        try:
            return version(each)
        except PackageNotFoundError:  # an extra that is not installed, or a bare source tree
            continue
    return "none"


@cache
def code() -> str:
    """Return the hash of every line of lossary that a number may depend on."""
    root = Path(lossary.__file__).parent
    found = sha256()
    for path in sorted(root.rglob("*")):
        drawn = path.relative_to(root).parts[0] in ("cli", "reports")
        if path.suffix in (".py", ".c", ".h") and not drawn:
            found.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes())
    return found.hexdigest()


def machine() -> str:
    """Return the system and the processor."""
    return f"{platform.system()} {platform.release()}, {platform.machine()}"


def fingerprint(facts: dict[str, Any]) -> str:
    """Return one hash of all facts, whose values JSON can hold."""
    return sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


def now() -> str:
    """Return the time in UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
