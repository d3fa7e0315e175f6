"""A report as text without colours: for a log, a test that fails, and `str(verdict)`."""

import textwrap
from typing import Any

from lossary.verifier.writing.report import Part, report

WIDTH = 100
LABEL = 14


def plain(verdict: Any, *, verbose: bool = False, width: int = WIDTH, options: str = "{}=") -> str:
    """Write the report of a verdict as lines of text."""
    parts = report(verdict, verbose=verbose, options=options)
    return "\n".join(line for part in parts for line in _lines(part, width))


def _lines(part: Part, width: int) -> list[str]:
    if part.kind == "code":
        return ["", *part.text.splitlines(), ""]
    if part.kind == "row":
        return _row(part, width)
    if part.kind == "title":
        return _filled(f"{part.text}: {part.aside}" if part.aside else part.text, width)
    if part.kind == "heading":
        return ["", part.text[0].upper() + part.text[1:]]
    if part.kind == "finding":
        return ["", f"{part.label}  {part.text}"]
    return _filled(part.text, width, "  " if part.kind in ("note", "sentence") else "")


def _row(part: Part, width: int) -> list[str]:
    aside = f"  [{part.aside}]" if part.aside else ""
    first = f"  {part.label:<{LABEL}}"
    return textwrap.wrap(
        part.text + aside,
        width,
        initial_indent=first if first.endswith(" ") else f"{first} ",
        subsequent_indent=" " * (LABEL + 2),
        break_on_hyphens=False,
    )


def _filled(text: str, width: int, indent: str = "") -> list[str]:
    return textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False
    ) or [""]
