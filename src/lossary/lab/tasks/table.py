"""A user's table: read from a file or a bundle, or taken from Python, named and hashed."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pandas as pd

from lossary.errors import ArgumentError
from lossary.lab.tasks.given import as_frame, names, with_target
from lossary.lab.tasks.reading import existing, read_frame
from lossary.lab.tasks.samples import BUNDLES, PREFIX, bundled


@dataclass(frozen=True)
class Table:
    """A data frame, the name it goes by, and the hash of the file or of the values.

    `target` names the columns to predict where the data themselves say so: those of a bundle, and
    those that came as arrays.
    """

    frame: pd.DataFrame
    name: str
    sha256: str
    target: tuple[str, ...] = ()


def table(data: Any, name: str | None = None, *, target: Any = None) -> Table:
    """Read a path, a bundle as `sklearn:wine`, a data frame, a matrix, or (features, target).

    `target` may hold the values to predict; the name of a column is for `read_task`.

    Raises:
        ArgumentError: none of these, an unreadable file, no rows, or two columns of one name.
        NotFoundError: there is no such file, or no such bundle.
    """
    if target is not None and names(target) is None:
        data = (data, target)
    if isinstance(data, str | Path):
        read = _bundle(str(data)) if _is_bundle(data) else _file(Path(data))
    else:
        read = _object(data)
    if read.frame.empty:
        raise ArgumentError(f"{read.name}: the table has no rows or no columns.")
    return read if name is None else Table(read.frame, name, read.sha256, read.target)


def _is_bundle(data: str | Path) -> bool:
    text = str(data)
    return text.startswith(PREFIX) or (text.lower() in BUNDLES and not Path(text).exists())


def _bundle(name: str) -> Table:
    frame, target = bundled(name)
    word = name.removeprefix(PREFIX).strip().lower()
    return Table(frame, f"{word} (bundled with scikit-learn)", _digest(frame), (target,))


def _file(path: Path) -> Table:
    found = existing(path)
    return Table(_named(read_frame(found)), found.name, sha256(found.read_bytes()).hexdigest())


def _object(data: Any) -> Table:
    called: tuple[str, ...] = ()
    if isinstance(data, tuple) and len(data) == 2:
        frame, kind = as_frame(data[0]), "arrays"
        if frame is not None:
            frame, called = with_target(frame, data[1])
    else:
        frame, kind = as_frame(data), "a data frame" if hasattr(data, "columns") else "an array"
    if frame is None:
        given = type(data).__name__
        raise ArgumentError(
            f"data is a {given}: expected a path, a bundle such as 'sklearn:diabetes', a data "
            f"frame, a matrix, or (features, target)."
        )
    named = _named(frame)
    return Table(named, kind, _digest(named), called)


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Name columns by text, each once."""
    frame = frame.rename(columns=str)
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ArgumentError(f"two columns are called {twice[0]!r}; rename one of them.")
    return frame


def _digest(frame: pd.DataFrame) -> str:
    head = "\n".join(map(str, frame.columns)).encode()
    try:
        values = pd.util.hash_pandas_object(frame, index=False).to_numpy().tobytes()
    except TypeError:  # lists and the like in a column
        values = frame.to_csv(index=False).encode()
    return sha256(head + values).hexdigest()
