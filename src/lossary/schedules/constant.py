"""The same number at every step."""

from typing import Any

from lossary.core.catalogue import define
from lossary.core.descent.schedule import Schedule
from lossary.core.parameter import parameter
from lossary.domains import nonnegative


@define
class Constant(Schedule):
    r"""Keep one number for all steps.

    >>> from lossary.schedules import Constant
    >>> Constant(peak=0.1)(1000)
    0.1
    """

    formula = r"\eta_t = \eta"

    peak: float = parameter(1e-3, nonnegative, scale="log")
    """The number."""

    def value(self, xp: Any, step: Any) -> Any:
        return self.peak + 0 * step
