"""An optimizer or a schedule from plain data again: what `to_dict` wrote, read with its version."""

from typing import Any

from lossary.core.catalogue import named
from lossary.errors import FormatError

KINDS = ("optimizer", "schedule")


def from_dict(data: dict[str, Any]) -> Any:
    """Make the optimizer or schedule that `to_dict` wrote down.

    >>> from lossary.optimizers import SGD
    >>> from_dict(SGD(learning_rate=0.5).to_dict())
    SGD(learning_rate=0.5)

    Raises:
        FormatError: it is no such dictionary, or another version of the definition wrote it.
        NotFoundError: there is no such optimizer here.
    """
    kind = next((each for each in KINDS if isinstance(data, dict) and each in data), None)
    if kind is None or not {"version", "parameters"} <= set(data):
        raise FormatError(
            f"expected what to_dict() returns ('optimizer', 'version', 'parameters'), got {data!r}."
        )
    cls: Any = named(data[kind], kind)
    if data["version"] != cls.version:
        raise FormatError(
            f"{cls.__name__} was written as version {data['version']}, but here it is version "
            f"{cls.version}.\nHint: install the lossary that wrote it, or write it again."
        )
    return cls(**{name: _read(each) for name, each in data["parameters"].items()})


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return from_dict(value)
    return tuple(map(_read, value)) if isinstance(value, list) else value
