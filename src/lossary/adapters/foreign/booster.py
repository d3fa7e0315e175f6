"""What a booster hands to an objective, and how what comes back is read."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lossary.adapters.foreign.host import Array, Function, Host

Objective = Callable[..., Any]


class Booster(Host):
    """Objectives are written for NumPy; they give gradient and Hessian, and no value."""

    name = "booster"
    slopes = False
    precisions = ("float64", "float32")

    def owns(self, found: Any) -> bool:
        return isinstance(found, np.ndarray | np.generic)

    def array(self, values: Array, precision: str = "float64") -> Array:
        values = np.asarray(values)
        return values.astype(precision if values.dtype.kind == "f" else values.dtype)

    def slope(
        self,
        function: Function,
        arrays: Sequence[Array],
        of: Sequence[int],
        upstream: Array | None = None,
    ) -> list[Array | None]:
        return [None for _ in of]


class Rows:
    """Stands in for a Dataset or a DMatrix: labels, weights and queries, and nothing else."""

    def __init__(
        self, label: Array, weight: Array | None, missing: Any, group: Sequence[int] = ()
    ) -> None:
        self.label, self.weight, self.group = label, weight, np.array(group or (len(label),))
        self._missing = missing

    def get_label(self) -> Array:
        return self.label

    def get_weight(self) -> Any:
        """Return the weights; without any, what the library gives: None, or an empty array."""
        return self._missing if self.weight is None else self.weight

    def get_group(self) -> Array:
        return self.group

    def get_uint_info(self, field: str) -> Array:
        """Return where the queries begin, as XGBoost does."""
        return self._ends() if field == "group_ptr" else np.zeros(0, np.uint32)

    def get_float_info(self, field: str) -> Any:
        """Return what XGBoost knows of each row; labels of survival are exact ones."""
        return self.get_weight() if field == "weight" else self.label

    def get_field(self, field: str) -> Any:
        """Return what LightGBM knows of each row, and where its queries begin."""
        known = {"label": self.label, "weight": self.get_weight(), "group": self._ends()}
        return known.get(field)

    def _ends(self) -> Array:
        return np.concatenate([[0], np.cumsum(self.group)]).astype(np.uint32)

    def get_init_score(self) -> None:
        return None

    def get_base_margin(self) -> Array:
        return np.zeros(0, np.float32)

    def num_row(self) -> int:
        return len(self.label)

    num_data = num_row

    def num_col(self) -> int:
        return 1

    def __len__(self) -> int:
        return len(self.label)
