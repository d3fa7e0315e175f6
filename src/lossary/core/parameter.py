"""A parameter knows its default, where it may lie, how to search it, and what it means."""

import ast
import inspect
import textwrap
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from itertools import pairwise
from typing import Any

from lossary.domains import Domain, Whole
from lossary.errors import DomainError

_KEY = "lossary"


@dataclass(frozen=True)
class Facts:
    """What is declared of one parameter: its domain, the scale of a search, what else it may be."""

    domain: Domain
    scale: str = "linear"
    optional: bool = False
    many: bool = False
    axis: str | None = None
    choices: tuple[Any, ...] = ()
    learned: Domain | None = None
    """Where the parameter may lie while it is learned, if not in all of its domain."""

    def __str__(self) -> str:
        if self.choices:
            return " or ".join(map(repr, self.choices))
        text = f"each in {self.domain}" if self.many else str(self.domain)
        return f"{text}, or None" if self.optional else text


def parameter(
    default: Any,
    domain: Domain,
    *,
    scale: str = "linear",
    optional: bool = False,
    many: bool = False,
    axis: str | None = None,
    learned: Domain | None = None,
) -> Any:
    """Declare a number: its default, where it may lie, and "log" or "linear" for a search.

    `optional` allows None, which must mean "without"; `many` is for a tuple of numbers, as many as
    the axis `axis` of the shape sentence is long; `learned` is a narrower domain for learning it.
    """
    facts = Facts(domain, scale, optional, many, axis, learned=learned)
    return field(default=default, metadata={_KEY: facts})


def choice(default: Any, *others: Any) -> Any:
    """Declare a parameter that is one of a few words or switches, the default first."""
    facts = Facts(Domain("choice"), choices=(default, *others))
    return field(default=default, metadata={_KEY: facts})


def facts_of(cls: Any) -> dict[str, Facts]:
    """Return what a class declares of its parameters, by name."""
    if "declared" not in vars(cls):
        found = {each.name: each.metadata[_KEY] for each in fields(cls) if _KEY in each.metadata}
        cls.declared = found
    return cls.declared


def zero(value: Any) -> bool:
    """Say whether a parameter is the number zero; one that is traced or learned never is.

    A formula may ask it to leave out what zero multiplies.
    """
    return isinstance(value, float) and value == 0


def default_of(each: "Field[Any]") -> Any:
    """Return a parameter's default, or None where it has none."""
    return None if each.default is MISSING else each.default


def normal(owner: str, name: str, value: Any, facts: Facts) -> Any:
    """Return the value in its one normal form, so that equal losses are equal.

    Raises:
        DomainError: the value does not lie where the parameter may.
    """
    if facts.choices:
        if any(
            value is each or (isinstance(each, str) and value == each) for each in facts.choices
        ):
            return value
        raise DomainError(f"{owner}({name}={value!r}): {name} must be {facts}.")
    if value is None and facts.optional:
        return None
    try:
        kind = int if isinstance(facts.domain, Whole) else float
        if facts.many:
            value = tuple(float(each) for each in value)
            inside = len(value) > 0 and all(map(facts.domain.contains, value))
        else:
            value = _number(value)
            inside = facts.domain.contains(value)
    except (TypeError, ValueError):
        inside = False
    if not inside:
        raise DomainError(f"{owner}({name}={value!r}): {name} must lie in {facts}.")
    return tuple(map(kind, value)) if facts.many else kind(value)


def _number(value: Any) -> float:
    if isinstance(value, (bool, str)):
        raise TypeError
    return float(value)


@cache
def meanings(cls: Any) -> dict[str, str]:
    """Return the line of meaning under each parameter, as it stands in the class's source."""
    try:
        body = ast.parse(textwrap.dedent(inspect.getsource(cls))).body[0].body  # type: ignore[attr-defined]
    except (OSError, TypeError, SyntaxError):  # typed into a prompt: there is no source to read
        return {}
    found = {}
    for line, below in pairwise(body):
        if isinstance(line, ast.AnnAssign) and isinstance(below, ast.Expr):
            text = below.value
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                found[ast.unparse(line.target)] = " ".join(text.value.split())
    return found
