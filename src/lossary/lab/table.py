"""A user's table: read from CSV or Parquet, or taken as a data frame, named and hashed."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from lossary.errors import ArgumentError, NotFoundError, nearest

_READERS = {
    ".csv": "text", ".tsv": "text", ".txt": "text", ".gz": "text", ".bz2": "text", ".zip": "text",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


@dataclass(frozen=True)
class Table:
    """A data frame, the name it goes by, and the hash of the file or of the values."""

    frame: pd.DataFrame
    name: str
    sha256: str


def table(data: Any, name: str | None = None) -> Table:
    """Read a path, or take a data frame as it is.

    Raises:
        ArgumentError: neither of both, an unreadable file, no rows, or two columns of one name.
        NotFoundError: there is no such file.
    """
    if isinstance(data, pd.DataFrame):
        read = Table(_named(data), name or "a data frame", _digest(data))
    elif isinstance(data, str | Path):
        path = _existing(Path(data))
        read = Table(_read(path), name or path.name, sha256(path.read_bytes()).hexdigest())
    else:
        raise ArgumentError(
            f"study(data={type(data).__name__}): expected the path of a CSV or Parquet file, "
            f"or a pandas.DataFrame."
        )
    if read.frame.empty:
        raise ArgumentError(f"{read.name}: the table has no rows or no columns.")
    return read


def _existing(path: Path) -> Path:
    if path.is_file():
        return path
    if path.is_dir():
        raise ArgumentError(f"{path}: this is a folder; a CSV or Parquet file is needed.")
    siblings = [each.name for each in path.parent.glob("*") if each.suffix in _READERS]
    hint = nearest(path.name, siblings) if siblings else f"{path.parent} holds no table."
    raise NotFoundError(f"{path}: there is no such file. {hint}")


def _read(path: Path) -> pd.DataFrame:
    kind = _READERS.get(path.suffix.lower())
    if kind is None:
        raise ArgumentError(
            f"{path.name}: cannot read {path.suffix or 'a file without an ending'}; "
            f"write the table as .csv or .parquet."
        )
    reader: Callable[[Path], pd.DataFrame] = _text if kind == "text" else pd.read_parquet
    try:
        return _named(reader(path))
    except ArgumentError:
        raise
    except Exception as error:  # a parser may fail in any way on a file that is none
        raise ArgumentError(
            f"{path.name}: cannot be read as {path.suffix[1:]} ({str(error).strip()[:200]})."
        ) from error


def _text(path: Path) -> pd.DataFrame:
    """Read text; where the commas give one column only, try what else may part them."""
    frame = pd.read_csv(path, low_memory=False)
    if frame.shape[1] == 1:
        for mark in (";", "\t", "|"):
            if mark in str(frame.columns[0]):
                return pd.read_csv(path, sep=mark, low_memory=False)
    return frame


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Name columns by text, each once."""
    frame = frame.rename(columns=str)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ArgumentError(f"two columns are called {twice[0]!r}; rename one of them.")
    return frame


def _digest(frame: pd.DataFrame) -> str:
    names = "\n".join(map(str, frame.columns)).encode()
    try:
        values = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
    except TypeError:  # lists and the like in a column
        values = frame.to_csv(index=False).encode()
    return sha256(names + values).hexdigest()
