"""Stacked networks by a kernel of C: each network forward and back while it lies near."""

import ctypes
from functools import cache
from importlib.resources import files
from typing import Any

import torch

from lossary.core import dispatch
from lossary.kernels.c.compiler import CompilerError
from lossary.kernels.c.library import compiled_library, structure, text
from lossary.kernels.c.store import StoreError
from lossary.kernels.switch import failed
from lossary.lab.learners.mlp.layout import Layout
from lossary.lab.learners.mlp.stack import PIECE, Stack

FLAGS = ("-O3", "-ffp-contract=fast")
"""Products and sums may be rounded once: nothing here is promised to the last bit elsewhere."""
STEP = 16
"""What the width of a layer must be a multiple of: the lanes of the widest vectors."""
Told = structure("Told", (ctypes.c_int64, "nets rows features width layers outputs size"))


def stack(layout: Layout, weights: torch.Tensor, lesson: torch.Tensor) -> Stack:
    """Return stacked networks, by the kernel where it can be made."""
    fits = dispatch.state.on and layout.width % STEP == 0
    kind = Compiled if fits and library() is not None else Stack
    return kind(layout, weights, lesson)


@cache
def library() -> Any:
    """Compile and load the kernel, or return None where there is no compiler, and say so once."""
    source = (files("lossary.lab.learners.mlp") / "network.c").read_text(encoding="utf-8")
    try:
        found = compiled_library("\n".join((text("maths32.h"), source)), FLAGS)
    except (CompilerError, StoreError, OSError) as error:
        failed(error)
        return None
    pointer = ctypes.c_void_p
    found.forward.argtypes = (pointer,) * 5 + (ctypes.c_int64, pointer)
    found.backward.argtypes = (pointer,) * 5 + (ctypes.c_int64, *(pointer,) * 3)
    found.adamw.argtypes = (ctypes.c_int64,) * 2 + (pointer,) * 7 + (ctypes.c_double,) * 6
    return found


class Compiled(Stack):
    """The same passes, by the kernel; what a network computes is its own to the last bit."""

    def __init__(self, layout: Layout, weights: torch.Tensor, lesson: torch.Tensor) -> None:
        super().__init__(layout, weights.contiguous(), lesson.contiguous())
        self.shape = (-1, -1)

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        self._make_room(features.shape[1], len(self.weights))
        return self._forward(features, self.stride)

    def outputs(self, features: torch.Tensor) -> torch.Tensor:
        found = []
        for each in features.split(PIECE, dim=1):
            self._make_room(each.shape[1], 1)
            found.append(self._forward(each, 0))
        return torch.cat(found, dim=1)

    def backward(self, features: torch.Tensor, told: torch.Tensor) -> None:
        # What is copied here must live as long as the call.
        features, told = features.contiguous(), told.contiguous()
        more = (each.data_ptr() for each in (told, self.slopes, self.room))
        library().backward(*self._told(features), self.stride, *more)

    def _forward(self, features: torch.Tensor, stride: int) -> torch.Tensor:
        outputs = torch.empty(len(self.weights), features.shape[1], self.layout.outputs)
        features = features.contiguous()
        library().forward(*self._told(features), stride, outputs.data_ptr())
        return outputs

    def _make_room(self, rows: int, nets: int) -> None:
        """Make room for the layers of some networks; where there is one, all of them share it."""
        if (rows, nets) == self.shape:
            return
        layout, self.shape = self.layout, (rows, nets)
        self.stride = 2 * layout.layers * rows * layout.width
        self.told = Told(
            len(self.weights),
            rows,
            layout.features,
            layout.width,
            layout.layers,
            layout.outputs,
            layout.size,
        )
        self.inner = torch.empty(nets * self.stride)
        self.room = torch.empty(2 * rows * layout.width + layout.width**2)

    def _told(self, features: torch.Tensor) -> tuple[int, ...]:
        arrays = (features, self.lesson, self.weights, self.inner)
        return ctypes.addressof(self.told), *(each.data_ptr() for each in arrays)
