"""Losses as a graph of PyTorch holds them: as text, and the numbers that change as an array."""

import json
from functools import lru_cache
from typing import Any

import torch
from torch.fx.experimental.symbolic_shapes import has_static_value

from lossary.core import dispatch
from lossary.core.catalogue import all_of
from lossary.core.dictionaries import from_dict
from lossary.kernels.making import served
from lossary.kernels.requests import REQUESTS

Array = Any
_LOSSES: dict[str, Any] = {}


def spelled(loss: Any, request: str) -> tuple[str, Array | None]:
    """Return the loss as an operator takes it; no text where there is no kernel for the request.

    torch.compile reads this function. Where it has found that a parameter changes between calls,
    the parameter comes as an array, since every constant is compiled for by itself.
    """
    named = loss.parameters()
    moving = tuple([name for name, value in named.items() if _moves(value)])
    fixed = [None if name in moving else value for name, value in named.items()]
    text = _text(type(loss), request, moving, *fixed)
    if not moving:
        return text, None
    # A product, because torch.compile makes an array of a number in arithmetic alone.
    one = torch.ones((), dtype=torch.float64)
    return text, torch.stack([one * named[name] for name in moving])


def _moves(value: Any) -> bool:
    return isinstance(value, float) and not has_static_value(value)


@torch.compiler.assume_constant_result
def _text(cls: Any, request: str, moving: tuple[str, ...], *parameters: Any) -> str:
    """Write a loss down, so that a graph can be kept on disk and be run by another process.

    The arguments are constants, which torch.compile guards; the loss itself is none, and where it
    is made inside a compiled function it is not there yet. Two classes of one name, as a cell that
    was run twice makes them, differ in blanks behind the text, which reading leaves out.
    """
    if dispatch.state.broken is not None or cls not in all_of(cls):
        return ""
    given = dict(zip(cls.own, parameters, strict=True)).items()
    loss = cls(**{name: value for name, value in given if name not in moving})
    wanted, places = REQUESTS[request], range(len(loss.sentences))
    if not any(served(loss, wanted, place) for place in places):
        return ""
    text = json.dumps(loss.to_dict() | {"moving": moving})
    while type(_LOSSES.setdefault(text, loss)) is not cls:
        text += " "
    return text


def read(text: str, numbers: Array | None = None) -> Any:
    """Return the loss; without its numbers, one of the same shapes."""
    if text not in _LOSSES:
        _LOSSES[text] = from_dict(json.loads(text))
    return _LOSSES[text] if numbers is None else _moved(text, *numbers.tolist())


@lru_cache(maxsize=256)
def _moved(text: str, *numbers: float) -> Any:
    moving = json.loads(text)["moving"]
    return read(text).replace(**dict(zip(moving, numbers, strict=True)))
