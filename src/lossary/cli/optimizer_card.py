"""All that is known of one optimizer or schedule, as plain data: what `lossary show adam` draws."""

from dataclasses import fields
from typing import Any

import numpy as np

from lossary.cli.card import cited, example, kind_of, parameters, texts
from lossary.cli.updates import lines
from lossary.core.parameter import default_of, facts_of, meanings
from lossary.optimizers import SGD

KEPT = (64, 64)
"""The array whose state is counted: of two axes, as most weights are."""


def optimizer_card(cls: Any) -> dict[str, Any]:
    """Return the facts of an optimizer, all but its name possibly empty."""
    sentence, *remarks = texts(cls)
    return {
        "name": cls.__name__,
        "does": sentence,
        "remarks": remarks,
        "update": lines(cls.formula),
        "latex": cls.formula,
        "remembers": list(usual(cls).slots),
        "memory": memory(usual(cls)),
        "needs": needs(usual(cls)),
        "parameters": [*_within(cls), *parameters(cls)],
        "kind": kind_of(cls).__name__,
        "kind_reads": texts(kind_of(cls))[0],
        "aliases": list(cls.aliases),
        "cites": [cited(key) for key in cls.cites],
        "hazards": cls.hazards,
        "example": example(cls),
        "version": cls.version,
    }


def schedule_card(cls: Any) -> dict[str, Any]:
    """Return the facts of a schedule, all but its name possibly empty."""
    sentence, *remarks = texts(cls)
    return {
        "name": cls.__name__,
        "does": sentence,
        "remarks": remarks,
        "schedule": lines(cls.formula),
        "latex": cls.formula,
        "parameters": parameters(cls),
        "kind": kind_of(cls).__name__,
        "kind_reads": texts(kind_of(cls))[0],
        "aliases": list(cls.aliases),
        "cites": [cited(key) for key in cls.cites],
        "hazards": cls.hazards,
        "example": example(cls),
        "version": cls.version,
    }


def usual(cls: Any) -> Any:
    """Return an optimizer with its defaults; one around another is around plain descent."""
    wanted = {each.name for each in fields(cls)} & {"of"}
    return cls(of=SGD()) if wanted else cls()


def memory(optimizer: Any) -> float:
    """Return how many numbers are kept for each weight of a matrix, beside the weight itself.

    >>> from lossary.optimizers import SGD, Adam
    >>> memory(SGD()), memory(Adam())
    (0.0, 2.0)
    """
    state = optimizer.init(np.ones(KEPT))
    return round(sum(map(_size, _arrays(state))) / (KEPT[0] * KEPT[1]), 2)


def needs(optimizer: Any) -> list[str]:
    """Say what a step is given beside the gradient."""
    curved = ["curvature, where there is one"] if optimizer.curved else []
    return [*optimizer.needs, *_sometimes(optimizer), *curved]


def _sometimes(optimizer: Any) -> list[str]:
    """Say what is needed with another choice than the usual one."""
    told = []
    for name, facts in facts_of(type(optimizer)).items():
        for choice in facts.choices or ():
            other = optimizer.replace(**{name: choice})
            asked = [each for each in other.needs if each not in optimizer.needs]
            told += [f"{each}, with {name}={choice!r}" for each in asked]
    return told


def _arrays(state: Any) -> list[Any]:
    if isinstance(state, dict):
        return [each for value in state.values() for each in _arrays(value)]
    if isinstance(state, (list, tuple)):
        return [each for value in state for each in _arrays(value)]
    return [state] if hasattr(state, "size") else []


def _size(array: Any) -> int:
    return int(array.size) if array.ndim else 0


def _within(cls: Any) -> list[dict[str, Any]]:
    """Say of an optimizer that is around another, or hands arrays on to one, what that may be."""
    said, known = meanings(cls), facts_of(cls)
    return [
        {
            "name": each.name,
            "default": None if default_of(each) is None else repr(default_of(each)),
            "domain": "an optimizer",
            "scale": "",
            "meaning": said.get(each.name, ""),
        }
        for each in fields(cls)
        if each.name not in known and each.name != "stacked"
    ]
