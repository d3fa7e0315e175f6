"""What was tuned after training, on rows that were not trained on: plain numbers by name."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Decision:
    """Numbers by name, such as `{"threshold": 0.3}`, and in `words` what they do.

    No numbers: nothing was tuned, and an answer is taken as it is.
    """

    numbers: dict[str, Any] = field(default_factory=dict)
    words: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers, plain, to be kept in a record."""
        return dict(self.numbers)
