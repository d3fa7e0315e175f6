"""The head that reports a share: what another one says of an amount, or of a yes, from 0 to 1."""

from dataclasses import dataclass

import numpy as np

from lossary.heads.behind import Behind
from lossary.heads.head import Answer


@dataclass(frozen=True)
class Share(Behind):
    """A share, learned as the probability of a yes, or as an amount that is cut at 0 and 1."""

    def answer(self, raw: np.ndarray) -> Answer:
        found = self.inner.answer(raw)
        if found.probability is not None:
            return Answer(value=found.probability[..., 1])
        assert found.value is not None
        return Answer(value=np.clip(found.value, 0, 1))
