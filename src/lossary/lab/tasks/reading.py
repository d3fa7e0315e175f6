"""Tables in files: CSV or Parquet, by the ending of the name."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from lossary.errors import ArgumentError, NotFoundError, nearest
from lossary.lab.tasks.samples import BUNDLES

_READERS = {
    ".csv": "text", ".tsv": "text", ".txt": "text", ".gz": "text", ".bz2": "text", ".zip": "text",
    ".parquet": "parquet", ".pq": "parquet",
}  # fmt: skip


def existing(path: Path) -> Path:
    """Return the path of a file that is there; raise a NotFoundError with the nearest ones."""
    if path.is_file():
        return path
    if path.is_dir():
        raise ArgumentError(f"{path}: this is a folder; a CSV or Parquet file is needed.")
    siblings = [each.name for each in path.parent.glob("*") if each.suffix in _READERS]
    known = siblings if path.suffix else [*siblings, *BUNDLES]
    hint = nearest(path.name, known) if known else f"{path.parent} holds no table."
    raise NotFoundError(f"{path}: there is no such file. {hint}")


def read_frame(path: Path) -> pd.DataFrame:
    """Read a table; raise an ArgumentError where the file is none."""
    kind = _READERS.get(path.suffix.lower())
    if kind is None:
        raise ArgumentError(
            f"{path.name}: cannot read {path.suffix or 'a file without an ending'}; "
            f"write the table as .csv or .parquet."
        )
    reader: Callable[[Path], pd.DataFrame] = _text if kind == "text" else pd.read_parquet
    try:
        return reader(path)
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
