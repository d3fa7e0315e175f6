"""The schedules: numbers that change with the step.

>>> from lossary.schedules import find
>>> find("SGDR").__name__
'Cosine'
"""

from typing import Any

from lossary.core.catalogue import all_of, named
from lossary.core.descent.schedule import Schedule as Schedule
from lossary.core.descent.written import from_dict as from_dict
from lossary.schedules.constant import Constant as Constant
from lossary.schedules.cosine import Cosine as Cosine
from lossary.schedules.exponential import Exponential as Exponential
from lossary.schedules.inverse_square_root import InverseSquareRoot as InverseSquareRoot
from lossary.schedules.linear_warm_up import LinearWarmUp as LinearWarmUp
from lossary.schedules.one_cycle import OneCycle as OneCycle
from lossary.schedules.step_decay import StepDecay as StepDecay
from lossary.schedules.warmup_stable_decay import WarmupStableDecay as WarmupStableDecay


def find(name: str) -> Any:
    """Return the schedule of a name or alias.

    Raises:
        NotFoundError: nothing bears the name; the nearest ones are told.
    """
    return named(name, "schedule")


def listed() -> tuple[Any, ...]:
    """Return every schedule, in the order of their names."""
    return all_of(shelf="schedule")
