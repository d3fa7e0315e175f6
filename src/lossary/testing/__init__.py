"""The laws every loss is held to, as a suite that anybody's loss can join.

>>> import lossary
>>> from lossary.testing import LAWS, hold
>>> hold(lossary.Huber, "numpy", "float64", laws=("permuted rows have the same loss",))
"""

from lossary.testing.case import Case, Law, instances
from lossary.testing.laws import LAWS, hold

__all__ = ["LAWS", "Case", "Law", "hold", "instances"]
