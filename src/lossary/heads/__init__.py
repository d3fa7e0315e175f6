"""The heads of a model: what a loss reads of its raw numbers, and what is reported of them."""

from lossary.heads.amounts import Amount, Normal
from lossary.heads.behind import Behind
from lossary.heads.binary import Binary, boundary
from lossary.heads.chances import chances, tells_chances
from lossary.heads.class_chances import class_chances, tells_class_chances
from lossary.heads.classes import Many, OneVersusRest
from lossary.heads.constant import best_constant
from lossary.heads.fitting import head_for_amounts, head_for_classes, pooled
from lossary.heads.head import Answer, Head
from lossary.heads.kinds import (
    head_for,
    head_for_labels,
    head_for_levels,
    head_for_shares,
    head_for_times,
)
from lossary.heads.labels import Labels
from lossary.heads.lasting import lasting, log_median
from lossary.heads.levels import Cumulative, LevelNumber, OrderedClasses
from lossary.heads.shares import Share
from lossary.heads.times import Times

__all__ = [
    "Amount",
    "Answer",
    "Behind",
    "Binary",
    "Cumulative",
    "Head",
    "Labels",
    "LevelNumber",
    "Many",
    "Normal",
    "OneVersusRest",
    "OrderedClasses",
    "Share",
    "Times",
    "best_constant",
    "boundary",
    "chances",
    "class_chances",
    "head_for",
    "head_for_amounts",
    "head_for_classes",
    "head_for_labels",
    "head_for_levels",
    "head_for_shares",
    "head_for_times",
    "lasting",
    "log_median",
    "pooled",
    "tells_chances",
    "tells_class_chances",
]
