"""A loss that is probed on purpose with odd numbers need not warn of them."""

import contextlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np


@contextmanager
def silence() -> Iterator[None]:
    """Hold back warnings, and what the loss prints."""
    with (
        warnings.catch_warnings(),
        np.errstate(all="ignore"),
        contextlib.redirect_stdout(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield
