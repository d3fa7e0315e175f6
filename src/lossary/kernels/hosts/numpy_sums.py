"""NumPy: the sums of a loss, what the loss makes of them, and the way back to the entries."""

from math import prod
from typing import Any

import numpy as np

from lossary.kernels.hosts.numpy import address, called, fresh, kernel_for
from lossary.kernels.making import Made
from lossary.kernels.prepared import call

Array = Any


def answer(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Return what the request asks for, or None where the definition must answer."""
    if request not in ("pooled", "mean", "gradient:mean", "gradient:sum"):
        return None
    found = kernel_for(loss, "pooled", arrays, weight, mask)
    if found is None:
        return None
    if request == "pooled":
        return pooled(found, arrays, weight, mask)
    if found.finish is None or (request != "mean" and not loss.trainable):
        return None
    together, _ = _together(found, arrays, weight, mask)
    slopes, (total, counted, _) = _finished(found, together)
    share = 1 / counted if counted else counted  # where nothing counts, nothing is felt
    if request == "mean":
        return np.asarray(total / counted if counted else counted)
    back = kernel_for(loss, "pooled:slopes", arrays, weight, mask)
    upstream = slopes if request == "gradient:sum" else slopes * share
    return None if back is None else spread(back, arrays, weight, mask, upstream)


def pooled(made: Made, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, ...]:
    """Return the sums of a loss, and last how many entries count."""
    sums, counts = made.outputs
    together, end = _together(made, arrays, weight, mask)
    return (*together[:end].reshape(sums.shape), together[end:].reshape(counts.shape))


def spread(made: Made, arrays: tuple[Array, ...], weight: Any, mask: Any, upstream: Array) -> Array:
    """Return the slopes in the prediction from those in each of the sums."""
    slopes = fresh(made.outputs[0])
    called(made, arrays, weight, mask, slopes, None, np.ascontiguousarray(upstream, made.dtype))
    return slopes


def _together(made: Made, arrays: tuple[Array, ...], weight: Any, mask: Any) -> tuple[Array, int]:
    """Return the sums and counts in one row, and where the counts begin."""
    sums, counts = made.outputs
    end = prod(sums.shape)
    result = np.empty(end + prod(counts.shape), made.dtype)
    called(made, arrays, weight, mask, None, result, None)
    return result, end


def _finished(made: Made, together: Array) -> tuple[Array, Array]:
    """Return the slopes of all values together in each sum; and their sum, and what they count."""
    assert made.finish is not None
    slopes = np.empty(made.outputs[0].shape, made.dtype)
    result = np.empty(3, made.dtype)
    call(
        made.finish, address(together), None, None, None, None, None, address(slopes), None,
        address(result), None, 1,
    )  # fmt: skip
    return slopes, result
