"""A family: one known loss, the conventions in which it is written, and the usual mistakes."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from lossary.errors import NotFoundError, nearest

Array = Any
Formula = Callable[..., Array]


@dataclass(frozen=True)
class Parameter:
    """A hyper-parameter of a family: how libraries spell it, and numbers that it often is."""

    spellings: tuple[str, ...]
    values: tuple[Any, ...]
    """Tried where a loss has it written into its code; None stands for without."""
    turned: Callable[[float], float] = float
    """From their number to ours, as 1/scale to a temperature."""
    turns: bool = True
    """Whether another value tells anything; of a stabiliser it does not."""


@dataclass(frozen=True)
class Slot:
    """One array of a family, and the words in an argument's name that tell it."""

    name: str
    hints: tuple[str, ...] = ()


PAIR = (Slot("prediction"), Slot("target"))


@dataclass(frozen=True)
class Reading:
    """One way to read a family: a formula in NumPy of the arrays and the parameters."""

    says: str
    formula: Formula
    given: str = ""
    """The domains under which it can be read, as "logit degree"; empty under all."""
    cause: str = ""
    """Empty for a convention; else what is wrong with it."""
    mend: str = ""
    doubt: str = ""
    """What speaks against a convention that is in use all the same."""


@dataclass(frozen=True, eq=False)
class Family:
    """Readings of one loss; the first conventions are the usual ones."""

    name: str
    names: tuple[str, ...]
    source: str
    domains: tuple[str, ...] = ("real real",)
    """Where its arrays may lie, slot by slot: each is tried; `-` leaves it to the contract."""
    strict: bool = False
    """Its maths is the same everywhere: what fits no convention is not this loss."""
    slots: tuple[Slot, ...] = PAIR
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    readings: list[Reading] = field(default_factory=list)

    def convention(
        self, says: str, given: str = "", doubt: str = ""
    ) -> Callable[[Formula], Formula]:
        """Note the function below as a way in which this loss is rightly written."""

        def noted(formula: Formula) -> Formula:
            self.readings.append(Reading(says, formula, given, doubt=doubt))
            return formula

        return noted

    def mistake(
        self, cause: str, mend: str, given: str = "", says: str = ""
    ) -> Callable[[Formula], Formula]:
        """Note the function below as a way in which this loss is often got wrong.

        `says` is the convention that is meant, where there are several.
        """

        def noted(formula: Formula) -> Formula:
            self.readings.append(Reading(says or self.name, formula, given, cause, mend))
            return formula

        return noted


FAMILIES: dict[str, Family] = {}


def family(name: str, **facts: Any) -> Family:
    """Begin a family; its parameters are those of the keywords that are parameters."""
    parameters = {word: each for word, each in facts.items() if isinstance(each, Parameter)}
    plain = {word: each for word, each in facts.items() if word not in parameters}
    made = Family(name=name, parameters=parameters, **plain)
    FAMILIES[plainly(name)] = made
    return made


def plainly(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())


def families() -> tuple[Family, ...]:
    """Return all families, each once."""
    room = import_module("lossary.verifier.likeness.references")
    for module in iter_modules(room.__path__):
        import_module(f"{room.__name__}.{module.name}")
    return tuple(FAMILIES.values())


def families_named(name: str) -> tuple[Family, ...]:
    """Return the families of a name or an alias; a loss of ours without one is its own family.

    Raises:
        NotFoundError: nothing is called so; the nearest names are told.
    """
    for bare in (plainly(name), plainly(name).removesuffix("loss")):
        found = tuple(
            each
            for each in families()
            if bare in {plainly(word) for word in (each.name, *each.names)}
        )
        if found:
            return found
    try:
        from lossary.verifier.likeness.ours import family_of_ours

        return (family_of_ours(name),)
    except NotFoundError as error:
        known = (word for each in families() for word in (*each.names, each.name))
        words = {plainly(word): word for word in known}
        raise NotFoundError(
            f"like={name!r}: there is no such loss. {nearest(name, words.values())}"
        ) from error
