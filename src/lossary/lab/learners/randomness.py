"""Random numbers of a stretch of code: set by a seed, and afterwards as they were before."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import torch


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed PyTorch, NumPy and Python, whichever of them a user's code draws from."""
    before = random.getstate(), np.random.get_state()  # noqa: NPY002 (it is what users draw from)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        random.seed(seed)
        try:
            yield
        finally:
            random.setstate(before[0])
            np.random.set_state(before[1])  # noqa: NPY002
