"""Optimizers as arms take them: named, written as a call, or as they are."""

from collections.abc import Iterable
from typing import Any

from lossary import optimizers as shelf
from lossary.core.descent.optimizer import Optimizer
from lossary.lab.arms.spelling import called

BY_STEPS = ("mlp", "module")
"""The learners that go down step by step, so that an optimizer is something to them."""


def read_optimizers(given: Any = ()) -> tuple[Optimizer | None, ...]:
    """Return the optimizers of names, calls such as `sgd(learning_rate=0.1)`, or values.

    None stands for the learner's own; it is the only one where nothing is given.

    Raises:
        NotFoundError: nothing bears the name; the nearest are told.
        ArgumentError: a call cannot be read.
    """
    listed: Iterable[Any] = [given] if isinstance(given, str | Optimizer) else given or [None]
    read = [
        each if each is None or isinstance(each, Optimizer) else _named(each) for each in listed
    ]
    return tuple(dict.fromkeys(read))


def _named(text: str) -> Optimizer:
    made: Optimizer = called(str(text), shelf.find, "optimizers")[0]
    return made
