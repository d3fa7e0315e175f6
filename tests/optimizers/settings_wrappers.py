"""The parameters that wrappers walk with."""

from typing import Any

WRAPPERS: dict[str, list[dict[str, Any]]] = {}
