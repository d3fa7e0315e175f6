"""Random states that belong to nobody: Python's and NumPy's, kept and given back."""
# ruff: noqa: NPY002 (a caller's data may be drawn by NumPy's old generator)

import random
from typing import Any

import numpy as np


def state() -> tuple[Any, ...]:
    """Return the states of Python's and of NumPy's own generator."""
    return random.getstate(), np.random.get_state()


def restore(kept: tuple[Any, ...]) -> None:
    """Bring both back."""
    random.setstate(kept[0])
    np.random.set_state(kept[1])


def begin(seed: int) -> None:
    """Seed both."""
    random.seed(seed)
    np.random.seed(seed % 2**32)
