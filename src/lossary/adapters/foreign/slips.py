"""Slips of the pen in a loss's own code, which no numbers can excuse: kept where they are met."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class Slip:
    """An error that a loss raised over itself, and the call that met it."""

    error: Exception
    arrays: tuple[Any, ...]
    """The host's arrays."""
    names: tuple[str | None, ...]
    """Under which they were handed over; None where by place."""
    settings: Mapping[str, Any]


def slipped(error: BaseException | None) -> bool:
    """Say whether a name that is nowhere defined was met: no other numbers would have helped.

    A variable that is only bound in some branches is none: the others may not be meant.
    """
    return (
        isinstance(error, NameError)
        and not isinstance(error, UnboundLocalError)
        and not _raised_in(error).startswith("lossary.")
    )


def uncallable(error: BaseException | None) -> bool:
    """Say whether a loss tripped over itself, and not over the shapes it was handed."""
    nothing = isinstance(error, TypeError | AttributeError) and "NoneType" in str(error)
    return nothing or slipped(error) or isinstance(error, UnboundLocalError)


def _raised_in(error: BaseException) -> str:
    """Return the name of the module in which an error was raised."""
    trace, name = error.__traceback__, ""
    while trace is not None:
        name, trace = str(trace.tb_frame.f_globals.get("__name__", "")), trace.tb_next
    return name
