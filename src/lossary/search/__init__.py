"""Finding a good start: the range of learning rates, and the lowest of many minima."""

from lossary.search.basins import barrier
from lossary.search.descent import Descent
from lossary.search.minimising import METHODS, minimise
from lossary.search.range_test import Run, learning_rate_range

__all__ = ["METHODS", "Descent", "Run", "barrier", "learning_rate_range", "minimise"]
