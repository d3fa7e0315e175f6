"""Stores a loss and takes it back, in the ways in which checkpoints do."""

import pickle
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any


def restored(loss: Any, way: str) -> Any:
    """Return the loss after a round trip; raise what its storing raises."""
    ways: dict[str, Callable[[Any], Any]] = {
        "copy": deepcopy,
        "pickle": lambda each: pickle.loads(pickle.dumps(each)),
        "configuration": lambda each: type(each).from_config(each.get_config()),
    }
    return ways[way](loss)


def ways(loss: Any) -> Iterator[str]:
    """Yield the ways that are open to an object; functions are found again by their names."""
    if hasattr(loss, "get_config") and hasattr(type(loss), "from_config"):
        yield "configuration"
    yield "copy"
    if importable(type(loss)):
        yield "pickle"


def stores(loss: Any) -> bool:
    """Say whether a class, or its library, wrote get_config itself: then it means to be stored."""
    kind = type(loss)
    owner = next((each for each in kind.__mro__ if "get_config" in vars(each)), kind)
    return owner.__module__.partition(".")[0] == kind.__module__.partition(".")[0]


def registered(loss: Any) -> bool:
    """Say whether Keras was told to find its class by a name: then it means to be stored."""
    keras = sys.modules.get("keras")
    return keras is not None and ">" in keras.saving.get_registered_name(type(loss))


def importable(kind: type) -> bool:
    """Say whether pickle can find the class: not one that is made in a function or a script."""
    return "<locals>" not in kind.__qualname__ and kind.__module__ != "__main__"


def lambdas(loss: Any) -> list[str]:
    """Name the attributes that are lambdas or functions made within functions."""
    held = vars(loss) if hasattr(loss, "__dict__") else {}
    names = {name: getattr(each, "__qualname__", "") for name, each in held.items()}
    return [name for name, told in names.items() if "<l" in str(told)]
