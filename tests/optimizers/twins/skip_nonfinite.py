"""The slow twin of left-out steps: where all is finite it walks as what it is around."""

from tests.optimizers.twins._within import walk

__all__ = ["walk"]
