"""Shape sentences such as "... k, ... -> ...": read once, held against every call, and explained.

One pattern for each array, then what comes out. Dots stand for any number of axes, a word for one
axis that has the same size wherever it stands, a digit for an axis of that size. Axes that come
out are those along which entries do not see each other; `n` alone names the rows of a batch that
do. Axes that do not come out are mixed (the k scores of a row) or pooled (the pixels of an image).
"""

from dataclasses import dataclass
from typing import Any

from lossary.errors import ArgumentError

Shape = tuple[Any, ...]


@dataclass(frozen=True)
class Pattern:
    """The axes of one array, in order."""

    axes: tuple[str, ...]

    def __str__(self) -> str:
        return f"({' '.join(self.axes)})"

    @property
    def dotted(self) -> bool:
        return "..." in self.axes

    def bind(self, shape: Shape, sizes: dict[str, Any]) -> bool:
        """Say whether the shape fits what is bound so far, and bind what it adds."""
        extra = len(shape) - len(self.axes) + self.dotted
        if extra < 0 or (extra > 0 and not self.dotted):
            return False
        place = 0
        for axis in self.axes:
            width = extra if axis == "..." else 1
            found = tuple(shape[place : place + width]) if axis == "..." else shape[place]
            place += width
            if not _agrees(axis, found, sizes):
                return False
        return True

    def trailing(self, entries: "Pattern") -> int:
        """Count the axes that stand behind those of the entries."""
        if self.axes[: len(entries.axes)] != entries.axes:
            raise ArgumentError(f"{self} does not begin with the entries {entries}.")
        return len(self.axes) - len(entries.axes)


def _agrees(axis: str, found: Any, sizes: dict[str, Any]) -> bool:
    if axis.isdigit():
        return found is None or found == int(axis)
    known = sizes.setdefault(axis, found)
    if axis == "...":
        return len(known) == len(found) and all(map(_same, known, found))
    return _same(known, found)


def _same(one: Any, other: Any) -> bool:
    # None is a size that a traced TensorFlow function does not know yet.
    return one is None or other is None or one == other


@dataclass(frozen=True)
class Sentence:
    """Patterns of the arrays, and of what comes out."""

    inputs: tuple[Pattern, ...]
    output: Pattern

    def __str__(self) -> str:
        inputs = ", ".join(" ".join(each.axes) for each in self.inputs)
        return f"{inputs} -> {' '.join(self.output.axes)}".rstrip()

    def bind(self, shapes: tuple[Shape, ...]) -> dict[str, Any] | None:
        """Return the sizes of the axes, or None where the shapes do not fit."""
        sizes: dict[str, Any] = {}
        fits = len(shapes) == len(self.inputs) and all(
            pattern.bind(shape, sizes) for pattern, shape in zip(self.inputs, shapes, strict=True)
        )
        return sizes if fits else None

    @property
    def separable(self) -> bool:
        """Whether each entry that comes out depends on its own entries alone."""
        return self.output.axes == ("...",)


def sentence(text: str) -> Sentence:
    """Read a shape sentence.

    >>> sentence("... k, ... -> ...").bind(((2, 5, 3), (2, 5)))
    {'...': (2, 5), 'k': 3}

    Raises:
        ArgumentError: there is no arrow, or a pattern has dots twice.
    """
    inputs, arrow, output = text.partition("->")
    if not arrow:
        raise ArgumentError(f"shapes = {text!r}: expected patterns, '->' and what comes out.")
    read = Sentence(tuple(_pattern(each) for each in inputs.split(",")), _pattern(output))
    unknown = set(read.output.axes) - {axis for each in read.inputs for axis in each.axes}
    if unknown:
        raise ArgumentError(f"shapes = {text!r}: {min(unknown)!r} comes out but never goes in.")
    return read


def _pattern(text: str) -> Pattern:
    axes = tuple(text.split())
    strange = [axis for axis in axes if axis != "..." and not axis.isalnum()]
    if strange or axes.count("...") > 1:
        raise ArgumentError(
            f"pattern {text.strip()!r}: expected words, digits and at most one '...'."
        )
    return Pattern(axes)
