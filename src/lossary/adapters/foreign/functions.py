"""Reads a loss that is a function: of a module, a method, a lambda, compiled or partly bound."""

import functools
import inspect
from collections.abc import Callable, Container, Mapping
from types import FunctionType
from typing import Any

from lossary.adapters.foreign.candidate import Candidate, Unchangeable
from lossary.adapters.foreign.host import Host
from lossary.adapters.foreign.made import Made
from lossary.adapters.foreign.recognising import unwrapped
from lossary.adapters.foreign.signature import Read, hinted, of_call, parameters_of, plain
from lossary.errors import ArgumentError, LossError, nearest


def read_function(
    loss: Any, host: Host, settings: dict[str, Any], name: str | None = None
) -> Candidate:
    """Read a function; its arguments with a default are its settings."""
    parameters = parameters_of(loss)
    if parameters is None or _hidden(parameters):
        inner = parameters_of(_inside(loss))
        parameters = parameters if inner is None else inner
    plainly = parameters_of(lambda prediction, target: None) or {}
    read = of_call(parameters or plainly, unwrapped(loss))
    doc = inspect.getdoc(unwrapped(loss)) or ""
    hinted(read, doc)
    held = held_settings(read, settings, name or name_of(loss))
    defaults = {n: v for n, v in read.settings.items() if n not in read.assumed}

    def rebuild(changed: dict[str, Any]) -> Made:
        known(read, changed, ())
        bound = {n: v for n, v in changed.items() if n not in defaults or differs(v, defaults[n])}
        return Made(host, loss, bound, order_of(read, bound))

    return Candidate(
        given=loss, call=rebuild(held), name=name or name_of(loss), host=host,
        inputs=tuple(read.inputs), settings=plain(held), rebuild=_over(rebuild, held),
        assumed={n: v for n, v in read.assumed.items() if n not in settings},
        doc=doc,
    )  # fmt: skip


def known(read: Read, settings: Mapping[str, Any], others: Container[str]) -> None:
    """Raise Unchangeable for a setting that neither the call nor the class takes."""
    for name in settings:
        if name not in read.parameters and name not in others and not read.open:
            raise Unchangeable(f"there is no setting {name}")


def _over(rebuild: Callable[[dict[str, Any]], Made], held: dict[str, Any]) -> Any:
    """Keep what cannot be written down (an array, a function) when other settings change."""
    return lambda changed: rebuild({**held, **changed})


def held_settings(read: Read, settings: dict[str, Any], owner: str) -> dict[str, Any]:
    """Return the settings as they stand, with what was asked for.

    Raises:
        ArgumentError: there is no such setting.
        LossError: a setting has no default, and nothing is usual for it.
    """
    there = {*read.settings, *read.missing, *(each.name for each in read.inputs)}
    for name in settings:
        if name not in there and not read.open:
            raise ArgumentError(f"{owner} has no setting {name!r}. {nearest(name, read.settings)}")
    lacking = [name for name in read.missing if name not in settings]
    if lacking:
        needs = " and ".join(lacking)
        pairs = ", ".join(f"{name!r}: …" for name in lacking)
        raise LossError(
            f"{owner} needs {needs}, for which there is no default.\n"
            f"Hint: check(…, settings={{{pairs}}}), or --set {lacking[0]}=… on the command line."
        )
    read.inputs[:] = [each for each in read.inputs if each.name not in settings]
    return {**read.settings, **settings}


def order_of(read: Read, bound: dict[str, Any]) -> tuple[str, ...]:
    """Name the arrays, where one stands behind a setting that has a value bound."""
    names = list(read.parameters)
    places = [names.index(each.name) for each in read.inputs if each.name in names]
    by_place = [p for p in places if read.parameters[names[p]].kind.name != "KEYWORD_ONLY"]
    mixed = any(names.index(n) < max(by_place, default=-1) for n in bound if n in names)
    return tuple(each.name for each in read.inputs) if mixed else ()


def differs(one: Any, other: Any) -> bool:
    """Say whether two settings differ; arrays are not looked into."""
    if one is other:
        return False
    try:
        return bool(type(one) is not type(other) or one != other)
    except Exception:  # an array, or whatever else does not compare
        return True


def name_of(loss: Any) -> str:
    """Return what a function is called, also one that is wrapped."""
    if isinstance(loss, functools.partial):
        return name_of(loss.func)
    found = getattr(loss, "__name__", None) or getattr(loss, "name", None)
    return found if isinstance(found, str) else type(loss).__name__


def _hidden(parameters: dict[str, inspect.Parameter]) -> bool:
    """Say whether a wrapper shows nothing of what it wraps: (*args, **kwargs)."""
    return all(each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD) for each in parameters.values())


def _inside(loss: Any) -> Any:
    """Return the function that a wrapper calls, found in its closure or as its attribute."""
    for name in (
        "python_function",
        "__wrapped__",
        "_fun",
        "fun",
        "fn",
        "func",
        "_torchdynamo_orig",
    ):
        found = getattr(loss, name, None)
        if callable(found):
            return found
    for cell in getattr(loss, "__closure__", None) or ():
        if isinstance(cell.cell_contents, FunctionType):
            return cell.cell_contents
    return None
