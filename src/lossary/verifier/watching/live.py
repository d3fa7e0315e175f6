"""What one step of a training run hands to its loss, as NumPy arrays that can be looked at."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from lossary.verifier.contract import Argument, Contract

Array = Any


@dataclass(frozen=True)
class Live:
    """One batch under its contract, the gradient in the prediction, and the terms of a sum."""

    name: str
    contract: Contract
    arrays: Mapping[str, Array]
    slope: Array | None = None
    """None where nothing differentiates: within `no_grad`, or in NumPy."""
    attached: bool = True
    """Whether the prediction hangs on a model's weights, as far as the framework knows."""
    terms: Mapping[str, float] = field(default_factory=dict)
    """The length of each term's gradient, where the loss is a sum of named terms."""

    @property
    def prediction(self) -> Argument:
        return self.contract.prediction

    @cached_property
    def predicted(self) -> Array:
        return np.asarray(self.arrays[self.prediction.name], dtype=np.float64)

    @cached_property
    def target(self) -> Array | None:
        """The targets that count: without those that the loss leaves out."""
        if self.contract.target is None or self.contract.target.name not in self.arrays:
            return None
        found = np.asarray(self.arrays[self.contract.target.name])
        ignore = self.contract.ignore
        return found if ignore is None else found[found != ignore]

    @cached_property
    def classes(self) -> int | None:
        """How many classes the prediction scores."""
        axes = self.prediction.axes
        known = "k" in axes and len(axes) == self.predicted.ndim
        return int(self.predicted.shape[axes.index("k")]) if known else None

    @cached_property
    def sums(self) -> Array | None:
        """The sum over the classes of each row."""
        axes = self.prediction.axes
        return None if self.classes is None else self.predicted.sum(axes.index("k"))
