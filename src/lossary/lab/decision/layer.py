"""What stands between a model's answer and a metric: one layer for each thing that metrics ask."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import numpy as np

from lossary.heads import Answer

Numbers = dict[str, Any]


class Layer(ABC):
    """From an answer to what a metric reads, by numbers that were tuned, or by none of them."""

    words: str = ""
    """What it does to the answers of every arm, for a reader; "" where that is nothing."""
    tunes: ClassVar[bool] = True
    """Whether any number is tuned."""

    def tune(self, answer: Answer, target: np.ndarray, weight: np.ndarray | None) -> Numbers:
        """Return the numbers that serve the metric best on these rows."""
        return {}

    def applied(self, answer: Answer, numbers: Numbers) -> Answer:
        """Return the answer with what was tuned built in, as far as an answer can show it."""
        return answer

    @abstractmethod
    def asked(self, answer: Answer, numbers: Numbers) -> Any:
        """Return what the metric reads; None where the answer does not tell it."""
