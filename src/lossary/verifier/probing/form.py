"""What a form is: who stands where, on which axes, with which numbers."""

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Slot:
    """One array of a form."""

    role: str
    axes: tuple[str, ...]
    domain: str
    names: str = ""
    """What its argument must be called, where the form stands or falls with it."""


@dataclass(frozen=True)
class Form:
    """A hypothesis. `words` in the loss's name speak for it; `must` have to stand there."""

    name: str
    slots: tuple[Slot, ...]
    prior: float = 0.0
    words: str = ""
    must: str = ""
    sizes: dict[str, int] = field(default_factory=dict)


def form(
    name: str, slots: str, prior: float = 0.0, words: str = "", must: str = "", **sizes: int
) -> Form:
    """Write a form down: its arrays as "role axes domain names", with a bar between them."""
    parts = [_slot(*each.split()) for each in slots.split(" | ")]
    return Form(name, tuple(parts), prior, words, must, sizes)


def _slot(role: str, axes: str, domain: str, names: str = "") -> Slot:
    return Slot(role, () if axes == "-" else tuple(axes.split(",")), domain, names)


def speaks(form: Form, head: str) -> float:
    """Weigh the words of a loss's name for a form; minus infinity where a must is lacking."""
    if form.must and not re.search(form.must, head):
        return float("-inf")
    return 2.5 if form.words and re.search(form.words, head) else 0.0
