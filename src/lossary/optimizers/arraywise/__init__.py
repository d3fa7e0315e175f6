"""Rules that see each array of the weights as a whole: its norm, its rows and columns."""

from lossary.optimizers.arraywise.adafactor import Adafactor
from lossary.optimizers.arraywise.lamb import LAMB
from lossary.optimizers.arraywise.lars import LARS
from lossary.optimizers.arraywise.muon import Muon
from lossary.optimizers.arraywise.shampoo import Shampoo
from lossary.optimizers.arraywise.soap import SOAP

__all__ = ["LAMB", "LARS", "SOAP", "Adafactor", "Muon", "Shampoo"]
