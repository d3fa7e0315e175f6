"""TensorFlow: its own check of every operation says which one gave no number, and on which line."""

import re
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import tensorflow

from lossary.adapters.foreign.replaying.bad import Bad, Step, line_of

FOREIGN = ("tensorflow", "keras", "numpy")
GIVES = {"# of NaN": np.nan, "# of -Inf": -np.inf, "# of +Inf": np.inf}


def first_bad(function: Callable[..., Any], arrays: Sequence[Any], of: int | None) -> Bad | None:
    """Name the first operation that loses a number, on the way there or on the way back."""
    value = np.asarray(function(*arrays))
    if not np.isfinite(value).all():
        return _checked(lambda: function(*arrays), backward=False)
    if of is None or np.isfinite(np.asarray(_slope(function, arrays, of))).all():
        return None
    return _checked(lambda: _slope(function, arrays, of), backward=True)


def _slope(function: Callable[..., Any], arrays: Sequence[Any], of: int) -> Any:
    with tensorflow.GradientTape() as tape:
        tape.watch(arrays[of])
        value = function(*arrays)
    found = tape.gradient(value, arrays[of])
    return tensorflow.zeros_like(arrays[of]) if found is None else found


def _checked(run: Callable[[], Any], *, backward: bool) -> Bad | None:
    tensorflow.debugging.enable_check_numerics()
    try:
        run()
    except tensorflow.errors.InvalidArgumentError as error:
        said = str(error)
        name = re.search(r'executing op "(\w+)"', said)
        frames = [(f.filename, f.lineno or 0) for f in traceback.extract_tb(error.__traceback__)]
        gives = next((value for words, value in GIVES.items() if words in said), np.nan)
        operation = name.group(1).lower().removesuffix("grad") if name else "an operation"
        return Bad(Step(operation, gives, (), (), line_of(frames[::-1], FOREIGN), backward))
    finally:
        tensorflow.debugging.disable_check_numerics()
    return None
