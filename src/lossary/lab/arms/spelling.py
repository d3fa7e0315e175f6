"""How losses are written on a command line and in a table: names read, and losses named shortly."""

import ast
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import lossary.losses  # noqa: F401 (fills the catalogue)
from lossary.core.catalogue import find
from lossary.errors import ArgumentError


def split(text: str) -> list[str]:
    """Take a list apart at its outer commas.

    >>> split("huber, quantile(level=0.9)")
    ['huber', 'quantile(level=0.9)']
    """
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [each.strip() for each in parts if each.strip()]


def short(loss: Any) -> str:
    """Name a loss by what differs from its defaults; a sum of losses is named in full.

    >>> short(find("Quantile")(level=0.9)), short(find("Huber")())
    ('Quantile(level=0.9)', 'Huber')
    """
    if not hasattr(loss, "__dataclass_fields__") or not hasattr(type(loss), "cites"):
        return repr(loss)
    unusual = [each for each in fields(loss) if getattr(loss, each.name) != each.default]
    values = ", ".join(f"{each.name}={getattr(loss, each.name)!r}" for each in unusual)
    return f"{loss.label}({values})" if values else str(loss.label)


def read(text: str) -> tuple[Any, frozenset[str]]:
    """Read a loss's name, or a call such as `huber(delta=2)`, and which parameters it gives."""
    return called(text, find, "losses")


def called(text: str, find: Callable[[str], Any], what: str) -> tuple[Any, frozenset[str]]:
    """Read a name or a call with plain numbers, and which parameters it gives.

    Raises:
        NotFoundError: nothing bears the name; the nearest are told.
        ArgumentError: it cannot be read, or there is no such parameter.
    """
    name, bracket, _ = text.partition("(")
    cls = find(name.strip())
    if not bracket:
        return cls(), frozenset()
    known = [each.name for each in fields(cls)]
    try:
        call: Any = ast.parse(f"f{text[len(name) :]}", mode="eval").body
        values = {each.arg: ast.literal_eval(each.value) for each in call.keywords}
        if call.args or None in values:
            raise ValueError
    except (SyntaxError, ValueError, AttributeError) as error:
        example = f"{name.strip()}({known[0]}=…)" if known else name.strip()
        raise ArgumentError(f"{what}: cannot read {text!r}; write {example}.") from error
    if set(values) - set(known):
        takes = ", ".join(known) or "nothing"
        raise ArgumentError(f"{what}: {text!r}: {cls.__name__} takes {takes}.")
    return cls(**values), frozenset(map(str, values))
