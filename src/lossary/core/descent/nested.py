"""Optimizers inside of wrappers: what stands innermost, and the same wrappers around another."""

from typing import Any

from lossary.core.descent.settings import valued
from lossary.core.descent.wrapper import Wrapper


def innermost(optimizer: Any) -> Any:
    """Return what all wrappers are around: the rule that reads the gradient last."""
    while isinstance(optimizer, Wrapper):
        optimizer = optimizer.of
    return optimizer


def around(optimizer: Any, inner: Any) -> Any:
    """Return an optimizer with another rule innermost, which is taken as it is."""
    if not isinstance(optimizer, Wrapper):
        return inner
    return valued(optimizer, {"of": around(optimizer.of, inner)})
