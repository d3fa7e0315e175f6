"""PyTorch: every operation is watched on its way to the kernels, and every node on the way back."""

import sys
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from lossary.adapters.foreign.replaying.bad import (
    Bad,
    Step,
    entries_at,
    first_lost,
    line_of,
    stack_of,
)

FOREIGN = ("torch", "numpy")
FILLS = ("full", "fill", "masked_fill", "zeros", "ones", "empty", "scalar_tensor", "lift_fresh")
"""What writes an infinity because it was told to: none of them loses a number."""


class _Watching(TorchDispatchMode):
    """Notes each operation with a result that is no number: those with finite inputs, and NaN."""

    def __init__(self) -> None:
        super().__init__()
        self.first: Step | None = None
        self.nan: Step | None = None

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        found = func(*args, **(kwargs or {}))
        if self.nan is None:
            self._note(func, tree_leaves((args, kwargs or {})), found)
        return found

    def _note(self, func: Any, given: list[Any], found: Any) -> None:
        inputs = [_numpy(each) for each in given if isinstance(each, torch.Tensor)]
        for result in tree_leaves(found):
            if not (isinstance(result, torch.Tensor) and result.is_floating_point()):
                continue
            values = _numpy(result)
            lost = first_lost(values)
            if lost is not None:
                self._keep(func, inputs, lost, values.shape)
                return

    def _keep(self, func: Any, inputs: list[Any], lost: Any, shape: tuple[int, ...]) -> None:
        index, gives = lost
        name = func.__name__.partition(".")[0].strip("_")
        clean = all(first_lost(each) is None for each in inputs if each.dtype.kind == "f")
        if name in FILLS or (not clean and gives == gives):
            return
        line = line_of(stack_of(sys._getframe(2)), FOREIGN)
        step = Step(name, gives, tuple(entries_at(inputs, index, shape)), index, line)
        if clean and self.first is None:
            self.first = step
        if gives != gives:
            self.nan = step


def first_bad(function: Callable[..., Any], arrays: Sequence[Any], of: int | None) -> Bad | None:
    """Name the first operation that loses a number, on the way there or on the way back."""
    given = [each.detach().clone() for each in arrays]
    if of is not None:
        given[of].requires_grad_()
    watching = _Watching()
    with torch.enable_grad(), torch.autograd.set_detect_anomaly(True, check_nan=False), watching:
        value = function(*given)
    # Infinities that end in a number, as those of a mask before a softmax, are no one's fault.
    if not torch.isfinite(value).all():
        first = watching.first or watching.nan
        return None if first is None else Bad(first, watching.nan if watching.first else None)
    return _first_bad_slope(value.sum(), given[of]) if of is not None else None


def _first_bad_slope(value: Any, prediction: Any) -> Bad | None:
    """Find the first node, on the way back, whose slopes are no numbers."""
    bad: list[Step] = []
    for node in _nodes(value.grad_fn):
        node.register_hook(_hook(node, bad))
    if value.requires_grad:
        torch.autograd.grad(value, prediction, allow_unused=True)
    return Bad(bad[0]) if bad else None


def _nodes(root: Any) -> list[Any]:
    found, waiting = [], [root]
    while waiting:
        node = waiting.pop()
        if node is not None and node not in found:
            found.append(node)
            waiting += [each for each, _ in node.next_functions]
    return found


def _hook(node: Any, bad: list[Step]) -> Callable[[Any, Any], None]:
    def look(slopes: Any, behind: Any) -> None:
        for slope in slopes:
            lost = None if slope is None or bad else first_lost(_numpy(slope))
            if lost is not None:
                bad.append(_slope_step(node, *lost))

    return look


def _slope_step(node: Any, index: tuple[int, ...], gives: float) -> Step:
    name = node.name().removesuffix("0").removesuffix("Backward").lower()
    return Step(name, gives, _saved(node, index), index, _line_of(node), backward=True)


def _saved(node: Any, index: tuple[int, ...]) -> tuple[float, ...]:
    """Return what went into the operation at that entry, where its node kept it."""
    kept = getattr(node, "_saved_self", None)
    if isinstance(kept, torch.Tensor) and len(index) == kept.ndim:
        return (float(kept[index]),)
    return ()


def _line_of(node: Any) -> str | None:
    """Read the line from the traceback that anomaly detection keeps with the node."""
    frames = []
    for each in reversed(node.metadata.get("traceback_", [])):
        place, _, rest = each.strip().removeprefix('File "').partition('", line ')
        number = rest.partition(",")[0].partition("\n")[0]
        if number.isdigit():
            frames.append((place, int(number)))
    return line_of(frames, FOREIGN)


def _numpy(array: Any) -> Any:
    array = array.detach().cpu()
    return (array.double() if array.is_floating_point() else array).numpy()
