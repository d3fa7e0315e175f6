"""The heads of a model: what a loss reads of its raw numbers, and what is reported of them."""

from lossary.heads.amounts import Amount, Normal
from lossary.heads.binary import Binary, boundary
from lossary.heads.chances import chances, saturates, tells_chances
from lossary.heads.classes import Many, OneVersusRest
from lossary.heads.constant import best_constant
from lossary.heads.fitting import head_for_amounts, head_for_classes, pooled
from lossary.heads.head import Answer, Head

__all__ = [
    "Amount",
    "Answer",
    "Binary",
    "Head",
    "Many",
    "Normal",
    "OneVersusRest",
    "best_constant",
    "boundary",
    "chances",
    "head_for_amounts",
    "head_for_classes",
    "pooled",
    "saturates",
    "tells_chances",
]
