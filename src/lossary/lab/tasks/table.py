"""A user's table: read from CSV or Parquet, or taken as a data frame, named and hashed."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from lossary.errors import ArgumentError
from lossary.lab.tasks.reading import existing, read_frame


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
        path = existing(Path(data))
        frame, digest = _named(read_frame(path)), sha256(path.read_bytes()).hexdigest()
        read = Table(frame, name or path.name, digest)
    else:
        given = type(data).__name__
        raise ArgumentError(f"data is a {given}: expected a path, or a pandas.DataFrame.")
    if read.frame.empty:
        raise ArgumentError(f"{read.name}: the table has no rows or no columns.")
    return read


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
