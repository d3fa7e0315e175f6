"""Rules that see all weights at once: their common norm, their history, the loss's bound."""

from lossary.optimizers.treewise.lbfgs import LBFGS
from lossary.optimizers.treewise.polyak import Polyak
from lossary.optimizers.treewise.prodigy import Prodigy

__all__ = ["LBFGS", "Polyak", "Prodigy"]
