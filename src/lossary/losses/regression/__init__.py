"""Losses of one real number against another."""

from lossary.losses.regression.absolute_error import AbsoluteError as AbsoluteError
from lossary.losses.regression.absolute_percentage_error import (
    AbsolutePercentageError as AbsolutePercentageError,
)
from lossary.losses.regression.barron import Barron as Barron
from lossary.losses.regression.half_squared_error import HalfSquaredError as HalfSquaredError
from lossary.losses.regression.huber import Huber as Huber
from lossary.losses.regression.log_cosh import LogCosh as LogCosh
from lossary.losses.regression.quantile import Quantile as Quantile
from lossary.losses.regression.root_mean_squared_error import (
    RootMeanSquaredError as RootMeanSquaredError,
)
from lossary.losses.regression.squared_error import SquaredError as SquaredError
from lossary.losses.regression.squared_logarithmic_error import (
    SquaredLogarithmicError as SquaredLogarithmicError,
)
from lossary.losses.regression.student_t_nll import StudentTNLL as StudentTNLL
