"""The optimizers: one rule per file, the same path on every framework.

>>> from lossary.optimizers import find
>>> find("gradient descent").__name__
'SGD'
"""

from typing import Any

from lossary.core.catalogue import all_of, named
from lossary.core.descent.optimizer import Optimizer as Optimizer
from lossary.core.descent.underflow import underflow as underflow
from lossary.core.descent.written import from_dict as from_dict
from lossary.optimizers.arraywise import *
from lossary.optimizers.curvature import curvature_probe as curvature_probe
from lossary.optimizers.entrywise import *
from lossary.optimizers.treewise import *
from lossary.optimizers.wrappers import *


def find(name: str) -> Any:
    """Return the optimizer of a name or alias.

    Raises:
        NotFoundError: nothing bears the name; the nearest ones are told.
    """
    return named(name, "optimizer")


def listed() -> tuple[Any, ...]:
    """Return every optimizer, in the order of their names."""
    return all_of(shelf="optimizer")
