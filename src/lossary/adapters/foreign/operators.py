"""Opens a library whose compiled operators PyTorch lacks: its losses may do without them."""

import re
from importlib import import_module
from types import ModuleType
from typing import Any

MISSED = re.compile(r"operator (\w+)::(\w+) does not exist")
MANY = 20
"""No library ends its import at more operators than these."""

_declared: list[Any] = []
"""What was declared holds for as long as this is kept."""


def opened(name: str) -> ModuleType:
    """Import a module, and declare what operators it misses on its way.

    Built for a GPU, torchvision cannot load its own operators into a PyTorch built without, and
    ends its import at the first it misses. Declared beforehand they are not missed, as long as
    nobody calls them: its losses are plain Python.

    Raises:
        RuntimeError: as the import does, where it is about something else.
    """
    for _ in range(MANY):
        try:
            return import_module(name)
        except RuntimeError as error:
            missed = MISSED.search(str(error))
            if missed is None:
                raise
            _declare(*missed.groups())
    return import_module(name)


def _declare(library: str, operator: str) -> None:
    import torch

    kept = torch.library.Library(library, "FRAGMENT")
    kept.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    _declared.append(kept)
