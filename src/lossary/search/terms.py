"""The loss of a step as it was told: one number, or one for each of its terms."""

from collections.abc import Mapping
from typing import Any

from lossary.backends import backend_of
from lossary.errors import ArgumentError


def read(told: Any) -> dict[str, float]:
    """Return the terms by name; a loss of one term is called "loss".

    >>> read(0.5), read({"fit": 1, "prior": -3.0}), read([1.0, 2.0])
    ({'loss': 0.5}, {'fit': 1.0, 'prior': -3.0}, {'term 1': 1.0, 'term 2': 2.0})

    Raises:
        ArgumentError: there is no term, or one is no single number.
    """
    if isinstance(told, Mapping):
        terms = {str(name): _number(name, value) for name, value in told.items()}
    elif isinstance(told, list | tuple):
        terms = {f"term {i}": _number(f"term {i}", value) for i, value in enumerate(told, start=1)}
    else:
        terms = {"loss": _number("loss", told)}
    if not terms:
        raise ArgumentError("a step told no loss. Return a number, or one for each term.")
    return terms


def _number(name: Any, value: Any) -> float:
    if isinstance(value, int | float):
        return float(value)
    found = backend_of(value).numpy(value)
    if found.size != 1:
        raise ArgumentError(
            f"{name}: a step's loss is one number, but an array of shape {found.shape} was given.\n"
            f"Hint: its mean, or a dictionary with a number for each term."
        )
    return float(found.reshape(()))
