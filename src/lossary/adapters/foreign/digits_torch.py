"""Follows a PyTorch loss in numbers of many digits: its operations are noted, and made again."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import torch
from torch._decomp import decomposition_table
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

from lossary.adapters.foreign.digits_aten import MOVES, RULES, moved

Array = Any
Words = Mapping[str, Callable[..., Array]]


def followed(function: Callable[..., Any], arrays: Sequence[Any], words: Words) -> Any:
    """Return the loss as a function of arrays of many-digit numbers, along the path taken here."""
    tape = _Tape()
    given = [each.detach().clone() for each in arrays]
    with torch.no_grad(), tape:
        found = function(*given)

    def along(numbers: Sequence[Array]) -> Array:
        held = {id(each): np.array(number) for each, number in zip(given, numbers, strict=True)}
        for line in tape.lines:
            line.again(held, words)
        return held[id(found)]

    return along


class _Tape(TorchDispatchMode):
    """Notes every operation, with what it took and gave; what has no rule is taken apart first."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[_Line] = []
        self.met: dict[int, Array] = {}
        """Arrays from outside, as buffers, as they were when they were first met."""

    def __torch_dispatch__(
        self, function: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        name = function.overloadpacket.__name__
        if _unknown(name):
            with self:
                found = _apart(function, args, kwargs)
            if found is not NotImplemented:
                return found
        line = _Line(name, function, args, kwargs)
        line.keep()
        line.found = function(*args, **kwargs)
        line.kept_found = tree_map(_kept, line.found)
        self.lines.append(line)
        return line.found


def _apart(function: Any, args: Any, kwargs: Any) -> Any:
    """Take an operation apart into simpler ones, where PyTorch knows how."""
    if function in decomposition_table:
        return decomposition_table[function](*args, **kwargs)
    return function.decompose(*args, **kwargs)


def _unknown(name: str) -> bool:
    return not any(each in table for each in (name, name.rstrip("_")) for table in (RULES, MOVES))


class _Line:
    """One operation."""

    def __init__(self, name: str, function: Any, args: Any, kwargs: Any) -> None:
        self.name, self.function, self.args, self.kwargs = name, function, args, kwargs
        self.found: Any = None
        self.kept_found: Any = None
        self.kept: dict[int, Array] = {}

    def keep(self) -> None:
        """Keep what it takes as it is now: it may come from outside, or be written over later."""
        for each in _tensors((self.args, self.kwargs)):
            self.kept[id(each)] = _kept(each)

    def again(self, held: dict[int, Array], words: Words) -> None:
        """Make the operation again on many-digit numbers."""

        def number(each: Any) -> Any:
            if isinstance(each, torch.Tensor):
                return held.setdefault(id(each), self.kept[id(each)])
            return each

        args, kwargs = tree_map(number, self.args), tree_map(number, self.kwargs)
        plain = not any(each.dtype == object for each in _arrays((args, kwargs)))
        found = self._made(args, kwargs, plain, words)
        if self.name.endswith("_") and self.name.rstrip("_") and not self.name.startswith("_"):
            args[0][...] = found
            found = args[0]
        _store(held, self.found, found)

    def _made(self, args: Any, kwargs: Any, plain: bool, words: Words) -> Any:
        for name in (self.name, self.name.rstrip("_")):
            if name in RULES:
                return RULES[name](words, self.kept_found, *args, **kwargs)
            if name in MOVES and not plain:
                return moved(self.function, name, args, kwargs)
        if plain:
            return self.kept_found
        raise LookupError(f"no rule for {self.name}")


def _kept(each: Any) -> Any:
    return each.detach().clone().cpu().numpy() if isinstance(each, torch.Tensor) else each


def _tensors(tree: Any) -> list[Any]:
    found: list[Any] = []
    tree_map(lambda each: found.append(each) if isinstance(each, torch.Tensor) else None, tree)
    return found


def _arrays(tree: Any) -> list[Any]:
    found: list[Any] = []
    tree_map(lambda each: found.append(each) if isinstance(each, np.ndarray) else None, tree)
    return found


def _store(held: dict[int, Array], tensors: Any, arrays: Any) -> None:
    if isinstance(tensors, torch.Tensor):
        held[id(tensors)] = np.asarray(arrays)
    elif isinstance(tensors, tuple | list):
        for tensor, array in zip(tensors, arrays, strict=True):
            _store(held, tensor, array)
