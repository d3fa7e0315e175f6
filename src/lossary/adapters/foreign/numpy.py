"""Losses written for NumPy: values, and a gradient only where its author wrote one."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lossary.adapters.foreign.host import Array, Function, Host


class NumPy(Host):
    """NumPy; it does not differentiate."""

    name = "numpy"
    slopes = False
    precisions = ("float64", "float32", "float16")

    def owns(self, found: Any) -> bool:
        return isinstance(found, np.ndarray | np.generic)

    def slope(
        self,
        function: Function,
        arrays: Sequence[Array],
        of: Sequence[int],
        upstream: Array | None = None,
    ) -> list[Array | None]:
        return [None for _ in of]

    def followed(
        self, function: Function, arrays: Sequence[Array], words: Mapping[str, Function]
    ) -> Function | None:
        from lossary.adapters.foreign.digits_numpy import followed

        with self.scope(arrays):
            return followed(function, arrays, words)
