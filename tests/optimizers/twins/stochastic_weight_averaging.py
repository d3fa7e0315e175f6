"""The slow twin of weight averaging: the walk itself; the mean is tested apart."""

from tests.optimizers.twins._within import walk

__all__ = ["walk"]
