"""A task whose rows only the user's own module can read, and what else is known of these rows."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

import numpy as np
import pandas as pd

from lossary.errors import ArgumentError
from lossary.lab.tasks.task import Task
from lossary.records import ColumnRecord

Array = np.ndarray
_NOTHING = "(row)"  # what stands for features, so that a task can be read where there are none


@dataclass(frozen=True, eq=False)
class OwnTask(Task):
    """A task with rows of the user's own; `features` are what detectors may look at instead.

    `source` is the TorchTask, which has the dataset and makes the modules.
    """

    source: Any = None

    @classmethod
    def of(cls, read: Task, source: Any) -> Self:
        """Return a task that was read as a table, as one of the user's own rows."""
        given = {each.name: getattr(read, each.name) for each in fields(Task)}
        features = read.features.drop(columns=_NOTHING)
        if not features.shape[1]:
            features = pd.DataFrame({_NOTHING: np.zeros(len(features))}, index=features.index)
        columns = [each for each in read.columns if each.name != _NOTHING]
        columns.append(ColumnRecord("x", "your own", "read by your module"))
        own = {"features": features, "columns": tuple(columns), "source": source}
        return cls(**given | own)

    def places(self, rows: Array) -> Array:
        """Return where rows of the task stand in the dataset: some there may lack a target."""
        return self.features.index.to_numpy()[rows]


def named(targets: Array, name: str) -> pd.DataFrame:
    """Return targets, of shape (n,) or (n, labels), as columns."""
    if targets.ndim == 1:
        return pd.DataFrame({name: targets})
    return pd.DataFrame(targets, columns=[f"{name}_{n}" for n in range(targets.shape[1])])


def shown(matrix: Array | None, columns: Mapping[str, Any], rows: int) -> pd.DataFrame:
    """Return what is known of rows beside the target: x where it is a row of numbers, and columns.

    Raises:
        ArgumentError: a column is not as long as the dataset.
    """
    found: dict[str, Any] = {_NOTHING: np.sin(np.arange(rows))}  # a number that says nothing
    found |= {} if matrix is None else {f"x{place}": each for place, each in enumerate(matrix.T)}
    for name, values in columns.items():
        if len(values) != rows:
            raise ArgumentError(
                f"columns[{name!r}] has {len(values):,} entries, but there are {rows:,} rows."
            )
        found[str(name)] = np.asarray(values)
    return pd.DataFrame(found)
