"""Reads a loss that is a class, or an object of one: a module, a Keras loss, one with a call."""

import inspect
from typing import Any

from lossary.adapters.foreign.candidate import Candidate, Unchangeable
from lossary.adapters.foreign.functions import held_settings, known, order_of
from lossary.adapters.foreign.host import Host
from lossary.adapters.foreign.made import Made, brought, copied, twin
from lossary.adapters.foreign.signature import (
    NUMBERS,
    SKIPPED,
    construction_of,
    hinted,
    of_call,
    of_construction,
    parameters_of,
    plain,
)
from lossary.errors import LossError

METHODS = ("forward", "call", "__call__", "loss", "compute", "compute_loss", "value")
"""What takes the arrays, in an object that is a loss."""


def read_class(kind: Any, host: Host, settings: dict[str, Any]) -> Candidate:
    """Make an object of a class with its defaults and these settings, and read it.

    Raises:
        LossError: it needs settings, or cannot be made.
    """
    how = of_construction(construction_of(kind))
    hinted(how, "\n".join(filter(None, (inspect.getdoc(kind), inspect.getdoc(kind.__init__)))))
    how.assumed, assumed = {}, dict(how.assumed)
    called = _settings_of_call(kind, how.open or not how.parameters)
    held = held_settings(how, {n: v for n, v in settings.items() if n not in called}, kind.__name__)
    given = {n: v for n, v in held.items() if n in settings or n in assumed}
    loss = _made(kind, given)
    if _of_keras(kind):
        held = {"reduction": loss.reduction, **held}
    return _candidate(kind, loss, host, held, settings, given, assumed)


def read_object(loss: Any, host: Host, settings: dict[str, Any]) -> Candidate:
    """Read an object; what its class can be made with is found among its attributes."""
    kind = type(loss)
    held = recovered(loss)
    own = {n: v for n, v in settings.items() if n in held}
    if own:
        loss = changed(loss, held, own)
    return _candidate(loss, copied(loss), host, {**held, **own}, settings, {}, {}, kind.__name__)


def _candidate(
    given: Any, loss: Any, host: Host, held: dict[str, Any], settings: dict[str, Any],
    passed: dict[str, Any], assumed: dict[str, Any], name: str | None = None,
) -> Candidate:  # fmt: skip
    method = method_of(loss)
    called = getattr(loss, method or "__call__")
    read = of_call(parameters_of(called) or {}, called)
    told = held_settings(
        read, {n: v for n, v in settings.items() if n not in held}, name or given.__name__
    )
    defaults = {n: v for n, v in read.settings.items() if n not in read.assumed}
    direct = None if callable(loss) else method

    def rebuild(asked: dict[str, Any]) -> Made:
        known(read, asked, held)
        mine = {n: brought(host, v) for n, v in asked.items() if n in held and v is not held[n]}
        made = changed(loss, held, mine) if mine else loss
        bound = {n: v for n, v in {**told, **asked}.items()
                 if n not in held and (n not in defaults or v is not defaults[n])}  # fmt: skip
        return Made(host, made, bound, order_of(read, bound), direct)

    return Candidate(
        given=given, call=rebuild({}), name=name or given.__name__, host=host,
        inputs=tuple(read.inputs), settings=plain({**told, **held}), rebuild=rebuild,
        assumed={n: v for n, v in {**assumed, **read.assumed}.items() if n not in settings},
        doc=_doc(loss),
    )  # fmt: skip


def method_of(loss: Any) -> str | None:
    """Name the method that takes the arrays."""
    kind = type(loss)
    for name in METHODS if not _of_keras(kind) else ("__call__",):
        found = next((vars(each)[name] for each in kind.__mro__ if name in vars(each)), None)
        if found is not None and getattr(found, "__module__", None) not in EMPTY:
            return name
    raise LossError(
        f"{kind.__name__} cannot be called: expected a method {' or '.join(METHODS[:3])}.\n"
        f"Hint: name the method, as module:{kind.__name__}.method."
    )


EMPTY = ("torch.nn.modules.module",)
"""A base class's own forward says nothing of the loss."""


def _of_keras(kind: type) -> bool:
    return any(each.__module__ == "keras.src.losses.loss" for each in kind.__mro__)


def recovered(loss: Any) -> dict[str, Any]:
    """Return what the class takes, with the values that this object was made with."""
    parameters = construction_of(type(loss))
    config = _config(loss)
    found: dict[str, Any] = {}
    for name, each in parameters.items():
        if each.kind in (each.VAR_KEYWORD, each.VAR_POSITIONAL):
            continue
        value = config.get(name, _attribute(loss, name))
        if value is not MISSING:
            found[name] = value
    return {"reduction": loss.reduction, **found} if _of_keras(type(loss)) else found


MISSING: Any = object()


def _attribute(loss: Any, name: str) -> Any:
    for each in (name, f"_{name}"):
        found = getattr(loss, each, MISSING)
        if found is not MISSING and not inspect.ismethod(found):
            return found
    return MISSING


def _config(loss: Any) -> dict[str, Any]:
    """Return what a Keras loss says of itself."""
    config = getattr(loss, "get_config", None)
    if config is None:
        return {}
    held = dict(vars(loss).get("_fn_kwargs", {}))
    try:
        found = config()
    except Exception:  # its author's own; an object without one is read as any other
        return held
    return {**held, **found} if isinstance(found, dict) else held


def changed(loss: Any, held: dict[str, Any], asked: dict[str, Any]) -> Any:
    """Make an object like this one with other settings.

    By its class, if what the class takes is known well enough to make the same object again; else
    as a copy with another attribute.
    """
    kind = type(loss)
    taken = construction_of(kind)
    if all(name in taken for name in asked) and _same(loss, _again(kind, held)):
        return kind(**{**_needed(kind, held), **asked})
    if all(name in vars(loss) for name in asked):
        other = twin(loss)
        vars(other).update(asked)
        return other
    raise Unchangeable(f"{kind.__name__} cannot be made again with other settings")


def made_with(loss: Any) -> dict[str, Any]:
    """Return what an object was made with, as far as it differs from the defaults."""
    held = _needed(type(loss), recovered(loss))
    return {name: value for name, value in held.items() if name not in SKIPPED}


def lost_with(loss: Any) -> list[str]:
    """Name what an object needed when it was made, and does not keep."""
    parameters = construction_of(type(loss))
    needed = [n for n, each in parameters.items() if each.default is each.empty and each.kind <= 1]
    return [name for name in needed if name not in recovered(loss)]


def _again(kind: Any, held: dict[str, Any]) -> Any:
    try:
        return kind(**_needed(kind, held))
    except Exception:  # it needs what is not known
        return None


def _needed(kind: Any, held: dict[str, Any]) -> dict[str, Any]:
    """Return what must be handed over: all that differs from a default."""
    parameters = construction_of(kind)
    return {
        n: v for n, v in held.items() if n in parameters and v is not parameters[n].default
    }  # fmt: skip


def _same(one: Any, other: Any) -> bool:
    """Say whether two objects of a class hold the same numbers, words and switches."""
    if other is None:
        return False
    plain_one, plain_other = (
        {n: v for n, v in vars(each).items() if v is None or isinstance(v, NUMBERS)}
        for each in (one, other)
    )
    for each in (plain_one, plain_other):
        each.pop("name", None)
    return plain_one == plain_other


def _made(kind: type, given: dict[str, Any]) -> Any:
    try:
        return kind(**given)
    except Exception as error:
        raise LossError(
            f"{kind.__name__} cannot be made with its defaults: {type(error).__name__}: {error}\n"
            f"Hint: check(…, settings={{…}}), or --set name=value, or hand over an object of it."
        ) from error


def _settings_of_call(kind: type, any_name: bool) -> set[str]:
    """Name the settings of the method that takes the arrays, which the class does not take."""
    known = construction_of(kind)
    for name in METHODS:
        found = getattr(kind, name, None)
        parameters = parameters_of(found) if inspect.isfunction(found) else None
        if parameters is not None:
            return {n for n in of_call(parameters).settings if n not in known}
    return set()


def _doc(loss: Any) -> str:
    """Return what the author wrote; of Keras' base class, which says nothing of it, no word."""
    kind, keras = type(loss), _of_keras(type(loss))
    own = (inspect.cleandoc(kind.__doc__ or "") if keras else inspect.getdoc(kind)) or ""
    method = "call" if keras else method_of(loss)
    return "\n".join(filter(None, (own, inspect.getdoc(getattr(loss, method)) if method else "")))
