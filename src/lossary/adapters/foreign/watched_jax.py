"""A net under a compiled program of JAX: it tells the host when a loss gives no number."""

from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any

import jax
import numpy as np


def net(value: Any, arrays: Sequence[Any], lost: Callable[..., None]) -> None:
    """Hand the arrays to `lost` when the program finds that the value is no number.

    It is told from a thread of its own: a program waits for its callback, which must not compute.
    """

    def tell(value: Any, *back: Any) -> None:
        if not np.isfinite(value).all():
            again = [jax.numpy.asarray(np.array(each)) for each in back]
            Thread(target=lost, args=again).start()

    jax.lax.cond(
        jax.numpy.isfinite(value).all(),
        lambda *given: None,
        lambda *given: jax.debug.callback(tell, *given),
        value,
        *arrays,
    )
