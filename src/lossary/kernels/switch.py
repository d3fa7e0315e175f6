"""Kernels on and off: by a call, for a while, by the environment, or because none can be made."""

import os
import warnings
from typing import Any

from lossary.core import dispatch
from lossary.errors import ArgumentError, KernelWarning


class use_kernels:  # noqa: N801  # as torch.no_grad and numpy.errstate are written
    """Let kernels answer in the place of definitions, or not; both give the same numbers.

    A call holds for the process, from now on; as a context manager it holds until the end of the
    block. The environment variable LOSSARY_KERNELS=0 switches them off from the start.

    >>> import lossary
    >>> with lossary.use_kernels(False):
    ...     pass  # the definitions alone

    Raises:
        ArgumentError: neither True nor False was given.
    """

    def __init__(self, on: bool = True) -> None:
        if not isinstance(on, bool):
            raise ArgumentError(f"use_kernels({on!r}): expected True or False.")
        self.on = on
        dispatch.state.say(self)

    def __enter__(self) -> "use_kernels":
        dispatch.state.enter(self)
        return self

    def __exit__(self, *_: Any) -> None:
        dispatch.state.leave(self)


def failed(error: Exception) -> None:
    """Go on with the definitions, and say so once."""
    if dispatch.state.broken is None:
        dispatch.state.broken = str(error)
        warnings.warn(
            f"no kernels can be made here, so losses are computed by their definitions, which are "
            f"slower: {error}.\nHint: LOSSARY_KERNELS=0 switches kernels off, and this line.",
            KernelWarning,
            stacklevel=2,
        )


def refused(loss: Any, error: Exception) -> None:
    """Go on with the definition of one loss, and say so."""
    warnings.warn(
        f"{loss.label} becomes no kernel, so its definition serves, which is slower: {error}.",
        KernelWarning,
        stacklevel=2,
    )


def strange(framework: str, error: Exception) -> None:
    """Go on with the definitions on one framework, and say so."""
    warnings.warn(
        f"kernels do not fit this version of {framework}, so the definitions serve: {error}.",
        KernelWarning,
        stacklevel=2,
    )


def _wanted() -> bool:
    return os.environ.get("LOSSARY_KERNELS", "1").lower() not in ("0", "false", "off", "no")


dispatch.state.start(_wanted())
