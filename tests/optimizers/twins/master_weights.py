"""The slow twin of master weights: where nothing is rounded it walks as what it is around."""

from tests.optimizers.twins._within import walk

__all__ = ["walk"]
