"""Heads that stand behind another one: it reads and learns, they say what its answer means."""

from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np

from lossary.core.loss import Loss
from lossary.heads.head import Head

Array = Any


@dataclass(frozen=True)
class Behind(Head):
    """A head that hands everything but the answer to the head `inner`."""

    inner: Head

    @property
    def outputs(self) -> int:
        return self.inner.outputs

    def prediction(self, xp: Any, raw: Array) -> Array:
        return self.inner.prediction(xp, raw)

    def target(self, target: np.ndarray) -> np.ndarray:
        return self.inner.target(target.astype(float))

    def reach(self, target: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self.inner.reach(target.astype(float))

    def with_loss(self, loss: Loss) -> Self:
        return replace(self, inner=self.inner.with_loss(loss))
