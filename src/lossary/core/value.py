"""A frozen value with a name and declared parameters: a loss, an optimizer, a schedule."""

from dataclasses import fields
from typing import Any, ClassVar, Self

from lossary.core.parameter import facts_of


class Value:
    """What everything that `@define` shelves can do: tell its parameters, and change them."""

    shelf: ClassVar[str]
    """What kind of thing it is: "loss", "optimizer" or "schedule"; each kind has its own names."""
    cites: ClassVar[tuple[str, ...]] = ()
    aliases: ClassVar[tuple[str, ...]] = ()
    formula: ClassVar[str] = ""
    """In LaTeX, where what is derived is not for reading."""
    hazards: ClassVar[str] = ""
    version: ClassVar[int] = 1
    own: ClassVar[tuple[str, ...]] = ()
    """The names of the parameters."""

    @classmethod
    def settle(cls) -> None:
        """Work out, once for the class, what follows from its facts; `@define` asks for it."""
        cls.own = tuple(each.name for each in fields(cls))  # type: ignore[arg-type]
        facts_of(cls)

    @property
    def label(self) -> str:
        """What error messages call it."""
        return type(self).__name__

    def replace(self, **changes: Any) -> Self:
        """Return the same with other parameters."""
        return type(self)(**(self.parameters() | changes))

    def parameters(self) -> dict[str, Any]:
        """Return the parameters by name."""
        return {name: getattr(self, name) for name in self.own}

    def to_dict(self) -> dict[str, Any]:
        """Return name, version and parameters as plain data."""
        plain = {name: _plain(each) for name, each in self.parameters().items()}
        return {self.shelf: self.label, "version": self.version, "parameters": plain}


def _plain(value: Any) -> Any:
    if isinstance(value, Value):
        return value.to_dict()
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
