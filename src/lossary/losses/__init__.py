"""The shelves: one loss per file, one folder per family."""

from lossary.losses.classification import *
from lossary.losses.distribution import *
from lossary.losses.embedding import *
from lossary.losses.regression import *
from lossary.losses.segmentation import *
from lossary.losses.survival import *
