"""Rows as XGBoost sees them, beside what the loss sees of them."""

from dataclasses import dataclass

from xgboost import DMatrix

from lossary.adapters.estimators.judges import Seen
from lossary.errors import ShapeError


@dataclass(frozen=True, eq=False)
class Rows(Seen):
    """What a loss sees, and the host's own matrix of the features."""

    matrix: DMatrix

    def __post_init__(self) -> None:
        if self.matrix.num_row() != len(self.target):
            raise ShapeError(
                f"X has {self.matrix.num_row()} rows, but y has {len(self.target)} targets."
            )
