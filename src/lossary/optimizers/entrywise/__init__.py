"""Rules that move each entry of the weights by itself."""

from lossary.optimizers.entrywise.adam import Adam
from lossary.optimizers.entrywise.sgd import SGD

__all__ = ["SGD", "Adam"]
