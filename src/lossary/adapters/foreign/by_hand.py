"""A gradient that an author wrote by hand, sorted to the arrays that it belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lossary.adapters.foreign.host import Array, Host


@dataclass(frozen=True)
class ByHand:
    """What the gradient function gave: one array, several in the order of the arguments, or named.

    A single array is the gradient in the prediction; if only another argument has its shape, in
    that one.
    """

    host: Host
    found: Any
    names: Sequence[str]

    def slopes(
        self, arrays: Sequence[Any], of: Sequence[int], upstream: Array | None, learnt: int
    ) -> list[Array | None]:
        """Return the gradients in the arrays at these places; None where none was written."""
        by_place = self._sorted(arrays, learnt)
        return [_times(by_place.get(place), upstream) for place in of]

    def _sorted(self, arrays: Sequence[Any], learnt: int) -> dict[int, Array]:
        found = self.found
        if isinstance(found, Mapping):
            named = {n: self.host.numpy(v) for n, v in found.items() if v is not None}
            return {place: named[name] for place, name in enumerate(self.names) if name in named}
        if isinstance(found, tuple | list) and not isinstance(found[0], int | float):
            if len(found) == 2 and np.ndim(found[0]) == 0 and np.ndim(found[1]) > 0:
                found = found[1]  # the value, and then the gradient
            else:
                each = [None if slope is None else self.host.numpy(slope) for slope in found]
                return {place: slope for place, slope in enumerate(each) if slope is not None}
        slope = self.host.numpy(found)
        return {self._place(slope, arrays, learnt): slope}

    def _place(self, slope: Array, arrays: Sequence[Any], learnt: int) -> int:
        fits = [p for p, each in enumerate(arrays) if tuple(each.shape) == slope.shape]
        return fits[0] if len(fits) == 1 else learnt


def _times(slope: Array | None, upstream: Array | None) -> Array | None:
    if slope is None or upstream is None:
        return slope
    upstream = np.asarray(upstream)
    # One factor for each row stands in front of a row's slopes.
    return slope * upstream.reshape(upstream.shape + (1,) * (slope.ndim - upstream.ndim))
