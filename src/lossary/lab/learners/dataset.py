"""The user's own rows: items of a PyTorch dataset fetched, put together, read and hashed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np
import torch
from torch.utils.data import TensorDataset, default_collate

from lossary.errors import ArgumentError

Collate = Callable[[list[Any]], Any]
_PIECE = 1024
_WIDEST = 500  # columns of a matrix that is still worth looking at as a table


@dataclass(frozen=True, eq=False)
class Contents:
    """What one pass over all rows found: targets, a hash, and x as a matrix where it is one."""

    targets: np.ndarray
    sha256: str
    matrix: np.ndarray | None


class Rows:
    """The items of a map-style dataset, each (x, y) or (x1, x2, …, y)."""

    def __init__(self, dataset: Any, collate: Collate | None = None) -> None:
        _fits(dataset)
        self.dataset, self.collate = dataset, collate or default_collate
        self.whole = isinstance(dataset, TensorDataset) and collate is None

    def __len__(self) -> int:
        return len(self.dataset)

    def inputs(self, places: Sequence[int] | np.ndarray) -> tuple[Any, ...]:
        """Return x of some rows, put together: what the module is called with."""
        if self.whole:
            return self.dataset[torch.as_tensor(np.asarray(places))][:-1]
        return tuple(self.collate([tuple(item[:-1]) for item in self.items(places)]))

    def items(self, places: Any) -> list[Any]:
        """Return some items as the dataset gives them."""
        several = getattr(self.dataset, "__getitems__", None)
        numbers = [int(place) for place in places]
        return several(numbers) if several else [self.dataset[place] for place in numbers]

    def contents(self) -> Contents:
        """Go through all rows once."""
        digest, targets, rows = sha256(), [], []
        for item in self._all():
            for part in _leaves(item):
                digest.update(part)
            targets.append(_target(item[-1]))
            rows.append(_row(item))
        widths = {None if row is None else len(row) for row in rows}
        tabular = len(widths) == 1 and None not in widths
        matrix = np.stack([row for row in rows if row is not None]) if tabular else None
        return Contents(_together(targets), digest.hexdigest(), matrix)

    def _all(self) -> Iterator[Any]:
        for place in range(0, len(self), _PIECE):
            yield from self.items(range(place, min(place + _PIECE, len(self))))


def bytes_of(tensor: torch.Tensor) -> bytes:
    """Return what a tensor of any dtype holds."""
    return tensor.detach().cpu().reshape(-1).view(torch.uint8).numpy().tobytes()


def _fits(dataset: Any) -> None:
    """Refuse what is no map-style dataset of pairs."""
    if not (hasattr(dataset, "__len__") and hasattr(dataset, "__getitem__")):
        raise ArgumentError(
            f"dataset is a {type(dataset).__name__}: expected one with a length, in which "
            f"dataset[i] is (x, y).\nHint: of a stream of pairs, list(stream) is one."
        )
    if not len(dataset):
        raise ArgumentError("dataset is empty: there is no row to learn from.")
    item = dataset[0]
    if not isinstance(item, tuple | list) or len(item) < 2:
        raise ArgumentError(
            f"dataset[0] is a {type(item).__name__}: expected (x, y), x as the module takes it and "
            f"y the number or label to predict."
        )


def _target(given: Any) -> Any:
    """Return a number, a label, or a tuple of labels."""
    if isinstance(given, torch.Tensor | np.ndarray):
        told = given.tolist()
        if isinstance(told, list) and len(told) == 1:
            told = told[0]
        if not isinstance(told, list):
            return told
        if not any(isinstance(each, list) for each in told):
            return tuple(told)
        raise ArgumentError(
            f"a target has shape {tuple(given.shape)}: expected a number, a label, or one row of "
            f"labels; the lab judges rows, not images or sequences of targets."
        )
    if given is None or isinstance(given, bool | int | float | str | np.generic):
        return given
    raise ArgumentError(
        f"a target is a {type(given).__name__}: expected a number, a label as text, or a tensor.\n"
        f"Hint: let dataset[i] give float(y), int(y) or str(y)."
    )


def _together(targets: list[Any]) -> np.ndarray:
    """Return targets as one array, of shape (n,) or (n, labels)."""
    widths = {len(each) if isinstance(each, tuple) else 1 for each in targets}
    if len(widths) > 1:
        raise ArgumentError(
            f"targets have {min(widths)} to {max(widths)} labels: expected as many in every row."
        )
    if any(isinstance(each, str) for each in targets):
        return np.array(targets, dtype=object)
    return np.array(targets)


def _row(item: Any) -> np.ndarray | None:
    """Return x as a row of numbers, where it is one."""
    x = item[0]
    if len(item) > 2 or not isinstance(x, torch.Tensor | np.ndarray) or x.ndim != 1:
        return None
    row = np.asarray(x)
    return row.astype(float) if row.dtype.kind in "fiub" and len(row) <= _WIDEST else None


def _leaves(given: Any) -> Iterator[bytes]:
    """Yield the bytes of all that an item holds."""
    if isinstance(given, torch.Tensor):
        yield bytes_of(given)
    elif isinstance(given, np.ndarray) or hasattr(given, "__array_interface__"):  # or a picture
        yield np.ascontiguousarray(given).tobytes()
    elif isinstance(given, dict):
        yield from _leaves([*given.items()])
    elif isinstance(given, tuple | list):
        for each in given:
            yield from _leaves(each)
    else:
        yield repr(given).encode()
