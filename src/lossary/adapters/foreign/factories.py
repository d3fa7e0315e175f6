"""Reads a function that makes a loss, as `focal_loss(gamma=2.0)` does: it is called first."""

import ast
import inspect
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from types import FunctionType
from typing import Any

from lossary.adapters.foreign.candidate import Candidate
from lossary.adapters.foreign.functions import held_settings, read_function
from lossary.adapters.foreign.host import Host
from lossary.adapters.foreign.made import Made
from lossary.adapters.foreign.signature import (
    Read,
    hinted,
    of_construction,
    parameters_of,
    plain,
)
from lossary.errors import LossError

CLASS_WEIGHTS = [1.0, 2.0, 0.5, 1.5]
"""What is taken for the weights of classes that have no default: four of them, all different."""


def makes_loss(loss: Any) -> bool:
    """Say whether every return of a function gives a function that is defined within it."""
    if not isinstance(loss, FunctionType) or hasattr(loss, "__wrapped__"):
        return False
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(loss)))
    except (OSError, TypeError, SyntaxError):
        return False
    outer = tree.body[0] if tree.body else None
    if not isinstance(outer, ast.FunctionDef):
        return False
    inner = {each.name for each in ast.walk(outer) if isinstance(each, ast.FunctionDef)}
    given = list(_returned(outer))
    return bool(given) and all(
        isinstance(each, ast.Lambda) or (isinstance(each, ast.Name) and each.id in inner)
        for each in given
    )


def _returned(outer: ast.AST) -> Iterator[ast.expr | None]:
    """Yield what a function returns, but not what those within it do."""
    for each in ast.iter_child_nodes(outer):
        if isinstance(each, ast.Return):
            yield each.value
        elif not isinstance(each, ast.FunctionDef | ast.Lambda | ast.ClassDef):
            yield from _returned(each)


def read_factory(factory: Any, host: Host, settings: dict[str, Any]) -> Candidate:
    """Call a function that makes a loss, with its defaults and these settings; read the loss.

    Raises:
        LossError: it needs a setting for which nothing is usual, or raises an error.
    """
    how = of_construction(parameters_of(factory) or {})
    hinted(how, inspect.getdoc(factory) or "")
    _weigh(how)
    own = {n: v for n, v in settings.items() if n in how.parameters}
    held = held_settings(how, own, factory.__name__)
    others = {n: v for n, v in settings.items() if n not in own}
    passed = {n: v for n, v in held.items() if n in own or n in how.assumed}
    found = read_function(_made(factory, passed), host, others, factory.__name__)

    def rebuild(asked: dict[str, Any]) -> Made:
        again = {n: v for n, v in asked.items() if n in how.parameters and v is not held.get(n)}
        loss = factory(**{**passed, **again})
        inner = {n: v for n, v in asked.items() if n not in how.parameters}
        made: Made = read_function(loss, host, inner, factory.__name__).call  # type: ignore[assignment]
        return made

    return replace(
        found, given=factory, rebuild=rebuild, settings=plain({**found.settings, **held}),
        assumed={**found.assumed, **{n: v for n, v in how.assumed.items() if n not in own}},
        doc=inspect.getdoc(factory) or found.doc,
    )  # fmt: skip


def _weigh(how: Read) -> None:
    """Take weights for the classes where they are asked for and no other would do."""
    for name in [each for each in how.missing if "weight" in each]:
        how.missing.remove(name)
        how.settings[name] = how.assumed[name] = list(CLASS_WEIGHTS)


def _made(factory: Any, given: dict[str, Any]) -> Any:
    try:
        return factory(**given)
    except Exception as error:
        raise LossError(
            f"{factory.__name__} makes a loss, but raised {type(error).__name__}: {error}\n"
            f"Hint: check(…, settings={{…}}), or hand over the loss that it makes."
        ) from error
