"""A batch: the arrays of one call by name, in the order in which the loss takes them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = Any


@dataclass(frozen=True, eq=False)
class Batch(Mapping[str, Array]):
    """NumPy arrays by the argument's name; floats in double precision, labels as integers."""

    arrays: dict[str, Array]

    def __getitem__(self, name: str) -> Array:
        return self.arrays[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.arrays)

    def __len__(self) -> int:
        return len(self.arrays)

    def with_(self, name: str, array: Array) -> "Batch":
        """Return the batch with another array under this name, copied."""
        return Batch({**self.arrays, name: np.array(array)})

    def changed(self, name: str, index: Any, value: Any) -> "Batch":
        """Return the batch with one place of one array changed."""
        array = self.arrays[name].copy()
        array[index] = value
        return self.with_(name, array)

    def each(self, function: Callable[[Array], Array], names: Any = None) -> "Batch":
        """Return the batch with a function applied to the arrays of these names, or to all."""
        wanted = set(self.arrays if names is None else names)
        return Batch({k: function(v) if k in wanted else v for k, v in self.arrays.items()})
