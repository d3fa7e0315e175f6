"""A watched module of PyTorch: its buffers and weights move and train as before."""

from typing import Any

import torch


class WatchedModule(torch.nn.Module):
    """Calls the loss, and shows the watcher what went in and came out."""

    def __init__(self, loss: torch.nn.Module, watcher: Any) -> None:
        super().__init__()
        self.loss = loss
        # Neither is part of the model, and an attribute is found sooner than a submodule.
        object.__setattr__(self, "watcher", watcher)
        object.__setattr__(self, "called", loss)

    def forward(self, *arrays: Any, **named: Any) -> Any:
        value = self.called(*arrays, **named)
        if not torch.compiler.is_compiling():
            self.watcher.seen(arrays, named, value)
        return value
