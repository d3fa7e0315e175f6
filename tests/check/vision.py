"""Opens torchvision beside a PyTorch that its extension was not built for; losses need none."""

import warnings
from importlib import import_module

OPERATORS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)
"""What torchvision gives a shape to as it is imported, whether or not its extension is there."""
LIBRARIES = []
"""Keeps the definitions: they are gone with their library."""


def open_vision() -> None:
    """Import torchvision; where its extension could not be loaded, name the operators first."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import_module("torchvision")
        except RuntimeError:
            _name_operators()
            import_module("torchvision")


def _name_operators() -> None:
    import torch

    library = torch.library.Library("torchvision", "DEF")
    for each in OPERATORS:
        library.define(each)
    LIBRARIES.append(library)
