"""What is written about a loss: its name, its docstring, its code and the code that it calls."""

import ast
import inspect
import re
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from types import CodeType
from typing import Any

from lossary.adapters.foreign.candidate import Candidate
from lossary.verifier.probing.remarks import remarks_of
from lossary.verifier.probing.stated import Letters, stated

MOVES = r"float|double|contiguous|detach|clone|view|reshape|flatten|ravel|squeeze|unsqueeze|permute"
MORE = 3
"""So many of the functions that a loss calls in its own module are read as well."""


@dataclass(frozen=True)
class Text:
    """Words and code; all of it may be empty."""

    candidate: Candidate

    @cached_property
    def name(self) -> str:
        """The name in small letters with underscores: BCEWithLogitsLoss is bce_with_logits_loss."""
        return spelt(self.candidate.name)

    @cached_property
    def doc(self) -> str:
        return self.candidate.doc.lower()

    @cached_property
    def head(self) -> str:
        """The name and the first sentence of the docstring, in words."""
        first = re.split(r"\n\s*\n|\.\s", self.doc.strip())[0][:160]
        return re.sub(r"[\W_]+", " ", f"{self.name} {first}")

    @cached_property
    def code(self) -> str:
        """The code without comments, docstrings and calls that only change a type or a shape."""
        parts = [_source(each) for each in _written(self.candidate.given)]
        return re.sub(rf"\.(?:{MOVES})\([^()]*\)", "", "\n".join(parts))

    @cached_property
    def remarks(self) -> str:
        """The comments of the loss itself that may speak of its arguments, in small letters."""
        return remarks_of(next(_written(self.candidate.given))).lower()

    @cached_property
    def shapes(self) -> dict[str, tuple[Letters, ...]]:
        """The shapes that docstring and comments state, by the arguments' names."""
        names = tuple(each.name for each in self.candidate.inputs)
        return stated(f"{self.doc}\n{self.remarks}", names)

    def lines(self, name: str) -> str:
        """Return the lines of the docstring that speak of an argument, from its name on."""
        pattern = (
            rf"(?<![\w.]){re.escape(name.lower())}(?!\w)[`*]*(?: \([^)]*\))?"
            r"(?:\s*[:\-–(]+| (?:are|is|holds?)\b)"
            r"(.*(?:\n(?!\s*\w+\s*(?:\([^)]*\))?:).*)?)"
        )
        others = "|".join(re.escape(each.name.lower()) for each in self.candidate.inputs)
        found = " ".join(re.findall(pattern, self.doc))
        return re.split(rf";\s*(?={others or name})", found)[0]

    def codes_for(self, name: str) -> list[str]:
        """Return the code with ARRAY in place of an argument, once for each name it bears there."""
        return [
            re.sub(rf"(?<![\w.]){re.escape(each)}\b(?!=)", "ARRAY", self.code)
            for each in self._names_for(name)
        ]

    def _names_for(self, name: str) -> tuple[str, ...]:
        """Return a name and those that the code gives to the same array."""
        found = [name]
        for left, right in re.findall(
            r"^\s*(\w+) = (?:\w+\.)?(\w+)(?:\[\w+\])?$", self.code, re.MULTILINE
        ):
            if right in found and left not in found:
                found.append(left)
        return tuple(found)


def spelt(name: str) -> str:
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name)
    return re.sub(r"\W+|__+", "_", apart.lower()).strip("_")


def _written(given: Any) -> Iterator[Any]:
    """Yield the function or class, and functions of its module that it calls."""
    given = inspect.unwrap(getattr(given, "func", given))
    loss = given if inspect.isroutine(given) or inspect.isclass(given) else type(given)
    yield loss
    home = sys.modules.get(getattr(loss, "__module__", ""))
    around = getattr(loss, "__globals__", getattr(home, "__dict__", {}))
    held = [loss] if inspect.isfunction(loss) else list(getattr(loss, "__dict__", {}).values())
    called = {name for each in held for name in _names(getattr(each, "__code__", None))}
    found = (around.get(name) for name in sorted(called))
    own = (f for f in found if getattr(f, "__module__", 0) == getattr(loss, "__module__", 1))
    functions = [each for each in own if inspect.isfunction(each) or inspect.isclass(each)]
    yield from functions[:MORE]


def _names(code: CodeType | None) -> Iterator[str]:
    yield from (code.co_names if code else ())


def _source(written: Any) -> str:
    try:
        tree = ast.parse(textwrap.dedent(inspect.getsource(written)))
    except (OSError, TypeError, SyntaxError, ValueError):
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            node.decorator_list = []
            if ast.get_docstring(node) is not None:
                node.body = [*node.body[1:], ast.Pass()]
    return ast.unparse(tree)
