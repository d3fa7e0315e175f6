"""Loss functions: one definition of each, right on every framework, and how to choose among them.

>>> import numpy as np, lossary
>>> float(lossary.Huber(delta=1.0)(np.asarray([0.5, 3.0]), np.zeros(2)))
1.3125
"""

from importlib import import_module as _import_module
from typing import Any as _Any

from lossary import domains as domains
from lossary import errors as errors
from lossary.core.catalogue import define as define
from lossary.core.catalogue import find as find
from lossary.core.dictionaries import from_dict as from_dict
from lossary.core.elementwise import Elementwise as Elementwise
from lossary.core.loss import Loss as Loss
from lossary.core.pairwise import Pairwise as Pairwise
from lossary.core.parameter import choice as choice
from lossary.core.parameter import parameter as parameter
from lossary.core.parts import Parts as Parts
from lossary.core.ratio_of_sums import RatioOfSums as RatioOfSums
from lossary.core.rowwise import Classwise as Classwise
from lossary.core.rowwise import Rowwise as Rowwise
from lossary.kernels import use_kernels as use_kernels
from lossary.losses import *

__version__ = "0.1.0"


def __getattr__(name: str) -> _Any:
    """Open optimizers, schedules and the lab when they are asked for: most calls need none."""
    if name in ("optimizers", "schedules", "lab"):
        return _import_module(f"lossary.{name}")
    if name in ("study", "recommend"):
        return getattr(_import_module("lossary.lab"), name)
    if name in ("check", "contract", "watch"):
        return getattr(_import_module("lossary.verifier"), name)
    raise AttributeError(f"lossary has no {name!r}.")
