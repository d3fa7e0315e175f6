"""A task of the user's own: a PyTorch dataset, and a module to learn it with."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pandas as pd
import torch
from torch.nn.parameter import is_lazy

from lossary.errors import ArgumentError
from lossary.lab.learners.calling import called
from lossary.lab.learners.carrying import packed, unpacked
from lossary.lab.learners.dataset import Collate, Rows, bytes_of
from lossary.lab.learners.own_task import OwnTask, named, shown
from lossary.lab.learners.randomness import seeded
from lossary.lab.tasks.table import Table
from lossary.lab.tasks.task import read_task

Factory = Callable[[int], torch.nn.Module]
_TRIED = 4
_ADDRESS = re.compile("0x[0-9a-f]+")  # of an object in memory: another one in every process


@dataclass(frozen=True, eq=False)
class TorchTask:
    """What `lossary.study` takes in place of a table: rows and a module of your own.

    Every loss is given equal modules, rows in the same order, and outputs that begin at its own
    best constant with slopes of one size, so that none is favoured by its scale.

    >>> import torch
    >>> x = torch.linspace(-2, 2, 120)[:, None]
    >>> rows = torch.utils.data.TensorDataset(x, x[:, 0] ** 2 - 1)
    >>> own = TorchTask(rows, lambda outputs: torch.nn.Linear(1, outputs))
    >>> own.read(metric="mae").kind
    'regression'

    Args:
        dataset: has a length, and dataset[i] is (x, y) or (x1, x2, …, y): y is a number, a label,
            or a row of labels; x are tensors, or whatever `collate` puts together.
        model: gives a new module that puts out so many numbers for each row: of x, module(x) has
            the shape (rows, outputs), or (rows,) where that is 1. Several x are several arguments.
        name: what is predicted, for the report.
        columns: what else is known of each row (groups, weights, times), by name: arrays as long
            as the dataset, to be named in study(..., groups=..., weight=...).
        batch, epochs: how many rows a step sees, and how often each row is seen; None leaves it to
            the lab.
        collate: puts a list of (x,) together; None is PyTorch's own way.
        device: where the module learns.
    """

    dataset: Any
    model: Factory
    name: str = "y"
    columns: Mapping[str, Any] | None = None
    batch: int | None = None
    epochs: int | None = None
    collate: Collate | None = None
    device: str = "cpu"

    def __post_init__(self) -> None:
        if not callable(self.model) or isinstance(self.model, torch.nn.Module):
            raise ArgumentError(
                f"model is a {type(self.model).__name__}: expected a function that gives a new "
                f"module for every trial.\nHint: lambda outputs: torch.nn.Linear(8, outputs)."
            )
        for name in ("batch", "epochs"):
            given = getattr(self, name)
            if given is not None and given < 1:
                raise ArgumentError(f"{name}={given}: at least 1 is needed.")

    def __getstate__(self) -> dict[str, Any]:
        return vars(self) | {"dataset": packed(self.dataset)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state | {"dataset": unpacked(state["dataset"])})

    @property
    def rows(self) -> Rows:
        """The items of the dataset."""
        return Rows(self.dataset, self.collate)

    def made(self, outputs: int, seed: int) -> torch.nn.Module:
        """Return a new module; the same seed gives the same first weights.

        Raises:
            ArgumentError: the factory gives no module, or one that cannot learn.
        """
        with seeded(seed):
            module = self.model(outputs)
            if not isinstance(module, torch.nn.Module):
                raise ArgumentError(
                    f"model({outputs}) gave a {type(module).__name__}: expected a torch.nn.Module "
                    f"that puts out {outputs} number{'s' * (outputs > 1)} for each row."
                )
            module.to(self.device)
            if any(map(is_lazy, module.parameters())):
                self._said(module, outputs)
        if not any(each.requires_grad for each in module.parameters()):
            raise ArgumentError("your module has no weights that could learn.")
        return module

    def _said(self, module: torch.nn.Module, outputs: int) -> torch.Tensor:
        """Return what a module says of a few rows."""
        few = range(min(_TRIED, len(self.dataset)))
        with torch.no_grad():
            return called(module.eval(), self.rows.inputs(few), len(few), outputs)

    def read(
        self,
        metric: str | None = None,
        kind: str | None = None,
        positive: str | None = None,
        **roles: Any,
    ) -> OwnTask:
        """Go through all rows once and find out what is asked; `roles` are those of a table.

        Raises:
            ArgumentError, NotFoundError: as of a table; or rows are not as expected, and how.
        """
        with seeded(0):  # rows may be changed by chance, whenever they are read
            contents = self.rows.contents()
        known = shown(contents.matrix, self.columns or {}, len(contents.targets))
        target = named(contents.targets, self.name)
        frame = pd.concat([target, known], axis=1)
        digest = sha256(f"{contents.sha256} {self._tried()}".encode()).hexdigest()
        table = Table(frame, f"{len(frame):,} rows of yours", digest)
        read = read_task(table, tuple(target.columns), metric, kind, positive, **roles)
        return OwnTask.of(read, self)

    def _tried(self) -> str:
        """Call a module of one output with a few rows; return a hash of it and of what it says.

        What cannot work is told now, and not hours later.
        """
        module = self.made(1, 0)
        with seeded(0):
            said = self._said(module, 1)
        digest = sha256(_ADDRESS.sub("", repr(module)).encode())
        for each in (*module.state_dict().values(), said):
            digest.update(bytes_of(each))
        return digest.hexdigest()
