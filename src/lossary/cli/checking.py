"""Examines the losses that a command line names, one after another, and says how far it is."""

import ast
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lossary.adapters.foreign.candidate import CandidateError, Unchangeable
from lossary.adapters.foreign.loading import load, loaded, losses_in, none_in
from lossary.cli.terminal import heard
from lossary.errors import ArgumentError, LossError
from lossary.verifier import Verdict
from lossary.verifier import check as checked


@dataclass
class Examined:
    """The verdicts, and why there is none on the other losses that were named."""

    verdicts: list[Verdict] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    """Losses of a file that was named alone, which turned out to be none that can be examined."""


def settings_of(pairs: Sequence[str]) -> dict[str, Any]:
    """Read settings as they are typed.

    >>> settings_of(["gamma=2.0", "reduction=sum"])
    {'gamma': 2.0, 'reduction': 'sum'}
    """
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name.isidentifier():
            raise ArgumentError(f"--set {pair}: expected name=value, as --set gamma=2.0.")
        found[name] = _read(value)
    return found


def _read(value: str) -> Any:
    try:
        return ast.literal_eval(value)
    except (ValueError, SyntaxError):
        return value


def examined(addresses: Sequence[str], gradient: str | None, asked: dict[str, Any]) -> Examined:
    """Examine every loss that is named, whatever becomes of the others.

    Raises:
        ArgumentError: none is named.
    """
    if not addresses:
        raise ArgumentError(
            "name a loss: lossary check losses.py:focal, or torch.nn:HuberLoss.\n"
            "Hint: `lossary check --list` shows what is checked."
        )
    found = Examined()
    with heard() as hear:
        for address in addresses:
            if _alone(address):
                _file(address, asked, found, hear)
            else:
                _one(address, gradient, asked, found, hear)
    return found


def _alone(address: str) -> bool:
    return address.endswith(".py") and Path(address).is_file()


def _one(
    address: str, gradient: str | None, asked: dict[str, Any], found: Examined, hear: Any
) -> None:
    """Examine one loss by its address."""
    hear(0.0, f"{address}: opening")
    with_gradient = {"gradient": lambda: _beside(address, gradient)} if gradient else {}
    why = _tried(address, partial(loaded, address), with_gradient, asked, found, hear)
    if why is not None:
        found.failed[address] = why


def _file(address: str, asked: dict[str, Any], found: Examined, hear: Any) -> None:
    """Examine all losses of a file; what is none is left out, unless it is declared as one."""
    hear(0.0, f"{address}: opening")
    try:
        losses = losses_in(address)
    except LossError as error:
        found.failed[address] = str(error)
        return
    if not losses:
        found.left_out[address] = none_in(address)
    for name, loss in losses.items():
        here = f"{address}:{name}"
        why = _tried(here, partial(tuple, (loss, here)), {}, asked, found, hear)
        if why is not None:
            declared = hasattr(loss, "__lossary_contract__")
            (found.failed if declared else found.left_out)[here] = why


def _beside(address: str, gradient: str) -> Any:
    """Return the gradient: returned beside the value, or at an address, or beside the loss."""
    if gradient == "returned" or ":" in gradient:
        return gradient if gradient == "returned" else load(gradient)
    place, _, name = address.rpartition(":")
    inner, dot, _ = name.rpartition(".")
    return load(f"{place}:{inner}{dot}{gradient}")


def _tried(
    address: str,
    opened: Callable[[], Any],
    more: dict[str, Callable[[], Any]],
    asked: dict[str, Any],
    found: Examined,
    hear: Any,
) -> str | None:
    """Examine a loss; return why, where that cannot be done."""
    name = address.rpartition(":")[2]

    def told(share: float, doing: str) -> None:
        hear(share, f"{name}: {doing}")

    try:
        loss, origin = opened()
        options = {**asked, **{option: make() for option, make in more.items()}}
        found.verdicts.append(checked(loss, origin=origin, heard=told, **options))
    except (LossError, CandidateError, Unchangeable) as error:
        return str(error)
    except Exception as error:
        return f"{type(error).__name__}: {error}, at {_last(error)}"
    return None


def _last(error: Exception) -> str:
    """Say in which line an error was raised."""
    *_, frame = traceback.extract_tb(error.__traceback__)
    return f"{frame.filename}:{frame.lineno}"
