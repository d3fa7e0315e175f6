"""The table of losses and contracts: `takes` adds the function or class below it."""

from collections.abc import Callable
from typing import Any

TABLE: dict[str, tuple[Any, str]] = {}


def takes(contract: str) -> Callable[[Any], Any]:
    """Say what a loss takes: "name domain axes" of each argument."""

    def noted(loss: Any) -> Any:
        TABLE[loss.__name__] = (loss, contract)
        return loss

    return noted
