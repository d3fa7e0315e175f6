"""Every loss by name, alias, task and property: filled by `@define`, never by hand."""

import re
from collections.abc import Callable, Iterable
from dataclasses import MISSING, dataclass, fields
from functools import wraps
from typing import Any, TypeVar, dataclass_transform, overload

from lossary.errors import ArgumentError, NotFoundError, nearest

T = TypeVar("T", bound=type)
_SHELVES: dict[str, dict[str, type]] = {"loss": {}, "optimizer": {}, "schedule": {}}
"""What is defined, by its kind and its name."""
ELSEWHERE = {
    "lr": ("learning_rate",), "eps": ("epsilon",), "wd": ("weight_decay",),
    "betas": ("beta1", "beta2", "beta3"), "beta_1": ("beta1",), "beta_2": ("beta2",),
    "b1": ("beta1",), "b2": ("beta2",), "alpha": ("decay",), "rho": ("decay", "radius"),
    "max_norm": ("limit",), "clip_value": ("limit",), "centered": ("centred",),
}  # fmt: skip
"""What other libraries call a parameter, and what it may be called here."""


# No field specifiers: a type checker knows a default by its keyword alone, and would ask for every
# parameter. An assignment it knows for a default.
@dataclass_transform(frozen_default=True, kw_only_default=True)
def define(cls: T) -> T:
    """Make a class a loss, optimizer or schedule: frozen, equal by value; and shelve it.

    Its parameters are given by keyword.

    Raises:
        ArgumentError: the name is taken by another definition, or a fact is missing.
    """
    made: Any = dataclass(frozen=True, kw_only=True)(cls)
    made.__reduce__ = _remade
    made.__init__ = _by_keyword(made)
    kind = getattr(made, "shelf", "loss")
    shelf = _SHELVES[kind]
    known = shelf.get(made.__name__)
    # The same class defined again (a module reloaded, a cell run twice) takes its own place.
    if known is not None and known.__module__ != made.__module__:
        raise ArgumentError(
            f"{made.__module__}.{made.__name__}: {known.__module__} defines one of this name."
        )
    if not hasattr(made, "settle"):
        raise ArgumentError(
            f"{made.__name__}: a loss must be of a kind: Elementwise, Rowwise, Classwise, "
            f"RatioOfSums or Pairwise; and an optimizer a Rule or a Wrapper."
        )
    made.settle()
    shelf[made.__name__] = made
    return made


def _by_keyword(cls: Any) -> Callable[..., None]:
    """Tell a parameter's name that is wrong, or missing, as every error is told here."""
    plain, names = cls.__init__, tuple(each.name for each in fields(cls))
    needed = [each.name for each in fields(cls) if each.default is MISSING]

    @wraps(plain)
    def initialise(self: Any, *unnamed: Any, **given: Any) -> None:
        if unnamed:
            shown = ", ".join(f"{name}=…" for name in names) or "none"
            raise ArgumentError(f"{cls.__name__}: parameters go by keyword ({shown}).")
        for name in given:
            if name not in names:
                told = here(name, names) or nearest(name, names)
                raise ArgumentError(f"{cls.__name__}({name}=…): {told}")
        for name in needed:
            if name not in given:
                raise ArgumentError(f"{cls.__name__} needs {name}=…")
        plain(self, **given)

    return initialise


def ours(name: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return which of these names stand for a parameter that other libraries call otherwise."""
    known = set(names)
    return tuple(each for each in ELSEWHERE.get(name, ()) if each in known)


def here(name: str, names: Iterable[str]) -> str:
    """Say what another library's name of a parameter is here, if there is such a one.

    >>> here("betas", ["learning_rate", "beta1", "beta2"])
    'here it is beta1 and beta2.'
    """
    found = ours(name, names)
    return f"here it is {' and '.join(found)}." if found else ""


def _remade(loss: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """Pickle a loss as its class and parameters, so that it is checked when it comes back."""
    return _made, (type(loss), loss.parameters())


def _made(cls: type, parameters: dict[str, Any]) -> Any:
    return cls(**parameters)


def all_of(kind: type = object, shelf: str = "loss") -> tuple[type, ...]:
    """Return every loss, optimizer or schedule of a kind, in the order of their names."""
    return tuple(cls for _, cls in sorted(_SHELVES[shelf].items()) if issubclass(cls, kind))


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
    if name is not None and (properties or not isinstance(name, str)):
        raise ArgumentError("find takes either one name, or properties by keyword.")
    if name is not None:
        return named(name)
    for fact, wanted in properties.items():
        _known(fact, wanted)
    return tuple(cls for cls in all_of() if all(_has(cls, *each) for each in properties.items()))


def named(name: str, shelf: str = "loss") -> type:
    """Return what bears a name or an alias on a shelf.

    Raises:
        NotFoundError: nothing does; the nearest names are told.
    """
    known: tuple[Any, ...] = all_of(shelf=shelf)
    for cls in known:
        if _plain(name) in {_plain(each) for each in (cls.__name__, *cls.aliases)}:
            return cls
    bare = name.removeprefix("nn.").removesuffix("Loss")  # as PyTorch and Keras write them
    if bare != name:
        return named(bare, shelf)
    words = [each for cls in known for each in (cls.__name__, *cls.aliases)]
    close = {_plain(each): each for each in words}
    said = nearest(_plain(name), close)
    if said.startswith("Did"):
        for plain, word in close.items():
            said = re.sub(rf"\b{re.escape(plain)}\b", word, said)
    else:
        listed = {"loss": "list", "optimizer": "optimizers"}.get(shelf)
        said = f"`lossary {listed}` shows all there are." if listed else nearest("", words)
    raise NotFoundError(f"nothing is called {name!r}. {said}")


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _known(fact: str, wanted: Any) -> None:
    """Raise an ArgumentError for a fact or a value that no loss states."""
    if fact not in (*FACTS, "task", "kind"):
        raise ArgumentError(f"find({fact}=…): {nearest(fact, ('task', 'kind', *FACTS))}")
    stated: set[Any] = {True, False} if fact in ("convex", "robust", "trainable") else set()
    for cls in all_of():
        if fact == "task":
            stated.update(cls.tasks)  # type: ignore[attr-defined]
        elif fact == "kind":
            stated.update(each.__name__ for each in cls.__mro__)
        elif fact == "elicits":
            stated.add(cls.elicits)  # type: ignore[attr-defined]
    if wanted not in stated:
        raise ArgumentError(f"find({fact}={wanted!r}): {nearest(str(wanted), map(str, stated))}")


def _has(cls: Any, fact: str, wanted: Any) -> bool:
    if fact == "task":
        return wanted in cls.tasks
    if fact == "kind":
        return wanted in {each.__name__ for each in cls.__mro__}
    return bool(getattr(cls, fact) == wanted)


FACTS = ("convex", "robust", "trainable", "elicits")
