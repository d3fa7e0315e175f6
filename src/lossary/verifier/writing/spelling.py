"""The lines of code by which a loss is had again, with the settings of one call."""

import ast
from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

import numpy as np

Spell = Callable[[Any], str]


def fallback(name: str, origin: str | None, made: bool = False) -> tuple[str, ...]:
    """Spell a loss of which no more is known than its name, and perhaps where it stands.

    `made` says that it is a class, of which an object is to be made.

    >>> fallback("focal", "losses.py:focal")
    ('import runpy', '', 'loss = runpy.run_path("losses.py")["focal"]')
    """
    brackets = "()" if made else ""
    place, _, inner = (origin or "").rpartition(":")
    if place.endswith(".py"):
        return ("import runpy", "", f'loss = runpy.run_path("{place}")["{inner}"]{brackets}')
    if place:
        first, *rest = inner.split(".")
        return (f"from {place} import {first}", "", f"loss = {'.'.join([first, *rest])}{brackets}")
    return (f"loss = {name}{brackets}",)


def with_settings(
    lines: Sequence[str], settings: Mapping[str, Any], spell: Spell = repr
) -> tuple[list[str], Mapping[str, Any]]:
    """Put settings where the loss is made; return what must go with the call instead.

    >>> with_settings(["loss = Focal(gamma=2.0)"], {"gamma": 0.0})
    (['loss = Focal(gamma=0.0)'], {})
    >>> with_settings(["loss = focal"], {"gamma": 0.0})
    (['loss = focal'], {'gamma': 0.0})
    """
    if not settings or not lines:
        return list(lines), {}
    *before, last = lines
    call = _call(last)
    if call is None:
        return list(lines), settings
    kept = [each for each in call.keywords if each.arg not in settings]
    new = [ast.keyword(name, _value(value, spell)) for name, value in settings.items()]
    call.keywords = [*(each for each in kept if each.arg), *new]
    return [*before, f"loss = {ast.unparse(call)}"], {}


def _call(line: str) -> ast.Call | None:
    """Return what a line `loss = make(...)` calls; None of `loss = name`, and of runpy's."""
    try:
        (statement,) = ast.parse(line).body
    except (SyntaxError, ValueError):
        return None
    made = statement.value if isinstance(statement, ast.Assign) else None
    return made if isinstance(made, ast.Call) else None


def _value(value: Any, spell: Spell) -> ast.expr:
    return ast.parse(written(value, spell), mode="eval").body


def written(value: Any, spell: Spell = repr) -> str:
    """Write a setting as code; `spell` writes an array."""
    if getattr(value, "shape", ()) != ():
        return spell(np.asarray(value))
    if isinstance(value, float) and not isfinite(value):
        return f'float("{value}")'
    return repr(value.item() if hasattr(value, "item") else value)
