"""Losses of overlap between a predicted and a true region."""

from lossary.losses.segmentation.dice import Dice as Dice
from lossary.losses.segmentation.tversky import Tversky as Tversky
