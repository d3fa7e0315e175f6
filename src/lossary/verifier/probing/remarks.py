"""Reads the comments in a loss's code that speak of its arguments."""

import inspect
import io
import re
import textwrap
import tokenize
from collections.abc import Iterator
from typing import Any

SIGNED = r"\s*(?:def \w+\()?\s*(?:self, )?(\w+)\s*(?::[^#]*)?,?\s*(?:\).*:)?\s*"
"""A line of a signature that holds one argument."""


def remarks_of(written: Any) -> str:
    """Return comments that fill a line, and those behind an argument with its name before them."""
    return "\n".join(_remarks(written))


def _remarks(written: Any) -> Iterator[str]:
    for line, column, words in _comments(written):
        before = line[:column]
        one = re.fullmatch(SIGNED, before)
        if not before.strip():
            yield words
        elif one:
            yield f"{one.group(1)}: {words}"


def _comments(written: Any) -> Iterator[tuple[str, int, str]]:
    try:
        source = textwrap.dedent(inspect.getsource(written))
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (OSError, TypeError, SyntaxError, tokenize.TokenError):
        return
    for each in tokens:
        if each.type == tokenize.COMMENT:
            yield each.line, each.start[1], each.string.strip("# ")
