"""Frozen plain data that is written as JSON and read back as it was."""

import dataclasses
import json
import math
import os
import types
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from lossary.errors import FormatError

FORMAT = 2


@dataclass(frozen=True)
class Record:
    """What was found, as frozen plain data."""

    def to_json(self) -> str:
        """As JSON text; a number that is not finite becomes null."""
        return json.dumps(_plain(self), indent=1, ensure_ascii=False, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote.

        Raises:
            FormatError: the text is no record, or one of another format.
        """
        name = cls.__name__
        try:
            found = json.loads(text)
        except json.JSONDecodeError as error:
            raise FormatError(
                f"{name}: this is not JSON ({error}). Give the text of a record.json."
            ) from error
        version = found.get("format") if isinstance(found, dict) else None
        if version != FORMAT:
            kind = name.removesuffix("Record").lower()
            raise FormatError(
                f"{name}: format {version!r} was given, format {FORMAT} is read here. "
                f"Run the {kind} again."
            )
        try:
            return typing.cast("Self", _built(cls, found))
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            raise FormatError(
                f"{name}: format {FORMAT}, but not as it was written ({error!r})."
            ) from error

    def write(self, folder: str | Path) -> Path:
        """Write `record.json` into the folder, made if need be; gives the path."""
        return written(Path(folder) / "record.json", self.to_json() + "\n")


def written(path: Path, text: str) -> Path:
    """Write a file whole or not at all, in a folder that is made if need be; gives the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
    return path


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _built(hint: Any, value: Any) -> Any:
    """`value` from JSON as the type that `hint` names."""
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        kind: Any = hint
        return kind(**{name: _built(hints[name], item) for name, item in value.items()})
    if hint is float:
        return math.nan if value is None else float(value)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return None if value is None else _built(inner[0], value)
    if origin is tuple:
        kinds = (inner[0],) * len(value) if inner[-1] is Ellipsis else inner
        return tuple(_built(kind, item) for kind, item in zip(kinds, value, strict=True))
    if origin is dict:
        return {key: _built(inner[1], item) for key, item in value.items()}
    return value
