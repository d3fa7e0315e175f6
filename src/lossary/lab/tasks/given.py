"""Tables that come as Python objects: data frames of any library, and arrays."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lossary.errors import ArgumentError

NAME = "target"


def as_frame(data: Any) -> pd.DataFrame | None:
    """Return a data frame of whatever library, or a matrix, as pandas'; None where it is neither.

    Columns of a matrix are called x0, x1, ...
    """
    if isinstance(data, pd.DataFrame):
        return data
    if isinstance(data, pd.Series):
        return data.to_frame()
    if hasattr(data, "to_pandas"):
        return pd.DataFrame(data.to_pandas())
    if hasattr(data, "__arrow_c_stream__") and hasattr(pd.DataFrame, "from_arrow"):
        return pd.DataFrame.from_arrow(data)
    if hasattr(data, "__dataframe__"):
        return pd.api.interchange.from_dataframe(data)
    if not _is_array(data):
        return None
    values = _matrix(data)
    return pd.DataFrame(values, columns=[f"x{place}" for place in range(values.shape[1])])


def with_target(frame: pd.DataFrame, target: Any) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Add targets that come apart from the features; gives also what they are called."""
    columns = _targets(target)
    if len(columns) != len(frame):
        raise ArgumentError(
            f"the features have {len(frame):,} rows, but the target has {len(columns):,}; "
            f"both are needed for every row."
        )
    taken = [name for name in columns if name in set(map(str, frame.columns))]
    if taken:
        raise ArgumentError(
            f"the features have a column {taken[0]!r} already: rename it, or leave it in the "
            f"table and name it as target={taken[0]!r}."
        )
    return pd.concat([frame.reset_index(drop=True), columns], axis=1), tuple(columns.columns)


def names(target: Any) -> tuple[str, ...] | None:
    """Return the column names that a target is, or None where it is values."""
    if isinstance(target, str):
        return (target,)
    if isinstance(target, list | tuple) and target and all(isinstance(e, str) for e in target):
        return tuple(target)
    return None


def _targets(target: Any) -> pd.DataFrame:
    if isinstance(target, pd.Series):
        known = target.name if isinstance(target.name, str) else NAME
        return target.rename(known).reset_index(drop=True).to_frame()
    if hasattr(target, "to_pandas") or isinstance(target, pd.DataFrame):
        made = target if isinstance(target, pd.DataFrame) else target.to_pandas()
        return _targets(made) if made.ndim == 1 else made.rename(columns=str).reset_index(drop=True)
    values = np.asarray(target)
    if values.ndim == 2 and values.shape[1] > 1:
        called = [f"{NAME}_{place}" for place in range(values.shape[1])]
        return pd.DataFrame(values, columns=called)
    if values.size != (values.shape[0] if values.ndim else 0):
        raise ArgumentError(
            f"the target has shape {values.shape}: expected (rows,), or (rows, labels)."
        )
    return pd.DataFrame({NAME: values.reshape(-1)})


def _is_array(data: Any) -> bool:
    return hasattr(data, "__array__") or (
        isinstance(data, Sequence) and not isinstance(data, str | bytes) and len(data) > 0
    )


def _matrix(data: Any) -> np.ndarray:
    try:
        values = np.asarray(data)
    except ValueError as error:  # rows of different lengths
        raise ArgumentError(f"the features are no matrix: {error}.") from error
    if values.ndim != 2:
        raise ArgumentError(
            f"the features have shape {values.shape}: expected (rows, columns), as of "
            f"features.reshape(len(features), -1)."
        )
    return values
