"""A loss of our catalogue as a family of one convention: its own definition."""

from dataclasses import MISSING, fields
from typing import Any

from lossary.core.catalogue import find
from lossary.verifier.likeness.family import Family, Parameter, Reading, Slot


def family_of_ours(name: str) -> Family:
    """Return the family of a loss of ours, by its name or alias.

    Raises:
        NotFoundError: no loss of ours is called so.
    """
    cls: Any = find(name)
    parameters = {
        each.name: Parameter((each.name,), (each.default,))
        for each in fields(cls)
        if each.default is not MISSING and type(each.default) is float
    }
    sentence = cls().sentences[0]
    slots = tuple(Slot(f"argument {place}") for place in range(len(sentence.inputs)))

    def formula(*arrays: Any, **numbers: float) -> Any:
        return cls(**numbers)(*arrays, reduction="none")

    return Family(
        name=cls.__name__,
        names=cls.aliases,
        source=f"lossary.{cls.__name__}",
        domains=(" ".join("-" for _ in slots),),
        slots=slots,
        parameters=parameters,
        readings=[Reading(cls.__name__, formula)],
    )
