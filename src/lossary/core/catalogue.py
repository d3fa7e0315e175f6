"""Every loss by name, alias, task and property: filled by `@define`, never by hand."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform, overload

from lossary.core.parameter import choice, parameter
from lossary.errors import ArgumentError, NotFoundError, nearest

T = TypeVar("T", bound=type)
_SHELF: dict[str, type] = {}


@dataclass_transform(
    frozen_default=True, kw_only_default=True, field_specifiers=(parameter, choice)
)
def define(cls: T) -> T:
    """Make a class a loss: frozen, equal by value, its parameters by keyword; and shelve it.

    Raises:
        ArgumentError: the name is taken by another definition, or a fact is missing.
    """
    made: Any = dataclass(frozen=True, kw_only=True)(cls)
    made.__reduce__ = _remade
    known = _SHELF.get(made.__name__)
    # The same class defined again (a module reloaded, a cell run twice) takes its own place.
    if known is not None and known.__module__ != made.__module__:
        raise ArgumentError(
            f"{made.__module__}.{made.__name__}: {known.__module__} defines a loss of this name."
        )
    if hasattr(made, "settle"):
        made.settle()
    _SHELF[made.__name__] = made
    return made


def _remade(loss: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Pickle a loss as its class and parameters, so that it is checked when it comes back."""
    return _made, (type(loss), loss.parameters())


def _made(cls: type, parameters: dict[str, Any]) -> Any:
    return cls(**parameters)


def all_of(kind: type = object) -> tuple[type, ...]:
    """Return every loss of a kind, in the order of their names."""
    return tuple(cls for _, cls in sorted(_SHELF.items()) if issubclass(cls, kind))


@overload
def find(name: str) -> Any: ...
@overload
def find(name: None = None, **properties: Any) -> tuple[Any, ...]: ...
def find(name: str | None = None, **properties: Any) -> Any:
    """Return the loss of a name or alias; or all losses with the given properties.

    Properties are the facts of a loss: `task="regression"`, `robust=True`, `convex=True`,
    `elicits="median"`, `trainable=False`, `kind="Elementwise"`.

    >>> import lossary
    >>> lossary.find("pinball").__name__
    'Quantile'
    >>> [cls.__name__ for cls in lossary.find(task="segmentation")]
    ['BinaryCrossEntropy', 'CrossEntropy', 'Dice', 'SigmoidFocal', 'Tversky']

    Raises:
        NotFoundError: nothing bears the name; the nearest ones are told.
        ArgumentError: no loss states such a property.
    """
    if name is not None:
        return _named(name)
    return tuple(cls for cls in all_of() if all(_has(cls, *each) for each in properties.items()))


def _named(name: str) -> type:
    for cls in all_of():
        if _plain(name) in {_plain(each) for each in (cls.__name__, *cls.aliases)}:  # type: ignore[attr-defined]
            return cls
    words = [each for cls in all_of() for each in (cls.__name__, *cls.aliases)]  # type: ignore[attr-defined]
    close = {_plain(each): each for each in words}
    said = nearest(_plain(name), close)
    if said.startswith("Did"):
        for plain, word in close.items():
            said = re.sub(rf"\b{re.escape(plain)}\b", word, said)
    else:
        said = "`lossary list` shows all there are."
    raise NotFoundError(f"nothing is called {name!r}. {said}")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _has(cls: Any, fact: str, wanted: Any) -> bool:
    if fact == "task":
        return wanted in cls.tasks
    if fact == "kind":
        return wanted in {each.__name__ for each in cls.__mro__}
    if fact not in FACTS:
        raise ArgumentError(f"find({fact}=…): {nearest(fact, ('task', 'kind', *FACTS))}")
    return bool(getattr(cls, fact) == wanted)


FACTS = ("convex", "robust", "trainable", "elicits")
