"""The parameters that rules of whole arrays, and of all weights at once, walk with."""

from typing import Any

ARRAYWISE: dict[str, list[dict[str, Any]]] = {}
