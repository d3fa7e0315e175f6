"""NumPy: arrays by their address."""

from typing import Any

import numpy as np

from lossary.kernels.layout import KINDS, Seen
from lossary.kernels.making import Made, Output, made
from lossary.kernels.prepared import call
from lossary.kernels.requests import REQUESTS
from lossary.kernels.shelf import shelf, shelved
from lossary.kernels.threads import threads

Array = Any
OUTPUTS = ("value", "slopes", "curvatures")


def answer(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any = None, mask: Any = None
) -> Any:
    """Return what the request asks for, or None where the definition must answer."""
    found = kernel_for(loss, request, arrays, weight, mask)
    if found is None:
        return None
    return _run(found, request, arrays, weight, mask)


def kernel_for(
    loss: Any, request: str, arrays: tuple[Array, ...], weight: Any, mask: Any
) -> Made | None:
    """Return the kernel for arrays like these, made now if it was never asked for."""
    key: list[Any] = [request]
    for array in (*arrays, weight, mask):
        if array is None:
            key.append(None)
        elif type(array) is np.ndarray:
            key += (array.shape, array.strides, array.dtype)
        else:
            return None
    mine, place = shelf(loss), tuple(key)
    found = mine.get(place, mine)
    if found is mine:
        wanted = REQUESTS[request]
        found = shelved(loss, place, lambda: made(host, loss, wanted, arrays, weight, mask))
    return found


def _run(made: Made, request: str, arrays: tuple[Array, ...], weight: Any, mask: Any) -> Any:
    kernel = made.kernel
    if made.copied:
        arrays = tuple(map(host.straight, arrays))
        weight, mask = (None if each is None else host.straight(each) for each in (weight, mask))
    written = {each.name: fresh(each) for each in made.outputs}
    result = np.empty(2, made.dtype)
    at = [each.ctypes.data for each in arrays]
    inside = (*at, *[None] * (3 - len(at)), address(weight), address(mask))
    outside = (*(address(written.get(name)) for name in OUTPUTS), result.ctypes.data)
    counted, most = None, threads() if kernel.large else 1
    if made.before is not None:
        count = np.empty(2, made.dtype)
        call(made.before, *inside, None, None, None, count.ctypes.data, None, most)
        counted = count.ctypes.data + count.itemsize
    call(kernel, *inside, *outside, counted, most)
    if written:
        found = tuple(written.values())
        return found if request.startswith("derivatives") else found[0]
    if request == "sum":
        return result[0]  # a scalar, as NumPy's own sums are
    return (result[0, ...], result[1, ...]) if request == "parts" else result[0, ...]


def called(
    made: Made, arrays: Any, weight: Any, mask: Any, slopes: Any, result: Any, upstream: Any
) -> None:
    if made.copied:
        arrays = tuple(map(host.straight, arrays))
        weight, mask = (None if each is None else host.straight(each) for each in (weight, mask))
    kernel, at = made.kernel, map(address, (*arrays, *[None] * (3 - len(arrays)), weight, mask))
    call(
        kernel, *at, address(slopes), None, None, address(result), address(upstream),
        threads() if kernel.large else 1,
    )  # fmt: skip


def fresh(output: Output) -> Array:
    made = np.empty(output.straight or output.shape, host.dtype(output.dtype))
    return made if output.straight is None else made.transpose(output.back)


def address(array: Array | None) -> Any:
    return None if array is None else array.ctypes.data


class _Numpy:
    def seen(self, array: Array) -> Seen | None:
        kind = KINDS.get(array.dtype.name) if array.dtype.isnative else None
        return None if kind is None else Seen(array.shape, array.strides, kind)

    def straight(self, array: Array) -> Array:
        if array.dtype.isnative and array.dtype.name in KINDS:
            return array if array.flags.c_contiguous else array.copy(order="C")
        whole = array.dtype.kind in "iu" and array.dtype != np.uint64
        return array.astype(np.int64 if whole else np.float64, order="C")

    def named(self, dtype: Any) -> str:
        return np.dtype(dtype).name

    def dtype(self, name: str) -> Any:
        if name != "bfloat16":
            return np.dtype(name)
        from ml_dtypes import bfloat16  # there, since an array of it has come

        return np.dtype(bfloat16)


host = _Numpy()
