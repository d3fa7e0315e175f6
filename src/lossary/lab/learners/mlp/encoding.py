"""What a network sees of a number beside the number itself: how near it is to each of its knots.

A network bends a smooth input with effort only. Of a number that is also told piece by piece, its
first layer draws any broken line at once (Gorishniy, Rubachev & Babenko 2022).
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from lossary.lab.tasks.bench import Parts

FEWEST, MOST = 8, 32
"""Knots of a column; between them, one for so many rows as follows."""
ROWS = 1500
MANY = 20
"""A column of so many different numbers, or fewer, is told as it is: switches, kinds, counts."""


@dataclass(frozen=True, eq=False)
class Encoding:
    """The knots of some columns, at the quantiles of the rows that are learnt from."""

    knots: dict[int, np.ndarray]

    @classmethod
    def fitted(cls, features: np.ndarray) -> Self:
        """Set the knots of all columns of many different numbers."""
        shares = np.linspace(0, 1, min(max(len(features) // ROWS, FEWEST), MOST))
        found = {
            column: np.unique(np.quantile(values, shares).astype(features.dtype))
            for column, values in enumerate(features.T)
            if len(np.unique(values)) > MANY
        }
        return cls(found)

    def __call__(self, features: np.ndarray) -> np.ndarray:
        """Add, for each knot but a column's last, what is one there and zero from the next on."""
        more = [
            np.interp(features[:, column], knots, peak)
            for column, knots in self.knots.items()
            for peak in np.eye(len(knots))[:-1]
        ]
        return np.column_stack([features, *more]).astype(np.float32)


def encoded(parts: Parts) -> Parts:
    """Return the parts of a fold as networks see them."""
    encode = Encoding.fitted(parts.train)
    return Parts(*(encode(each) for each in (parts.train, parts.tune, parts.judge)))
