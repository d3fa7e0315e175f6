"""Sets all sources of chance that a loss may draw from, for a while."""

import random
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import numpy as np


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Seed Python's, NumPy's and the loaded frameworks' generators; put them back afterwards."""
    plain, array = random.getstate(), np.random.get_state()  # noqa: NPY002  # losses use it
    torch, tensorflow = (sys.modules.get(name) for name in ("torch", "tensorflow"))
    with ExitStack() as stack:
        if torch is not None:
            stack.enter_context(torch.random.fork_rng(devices=[]))
            torch.manual_seed(seed)
        if tensorflow is not None:
            tensorflow.random.set_seed(seed)
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002
        fresh, drawn = np.random.default_rng, count(seed)
        np.random.default_rng = lambda seed=None: fresh(next(drawn) if seed is None else seed)
        try:
            yield
        finally:
            np.random.default_rng = fresh
            random.setstate(plain)
            np.random.set_state(array)  # noqa: NPY002
