"""Draws the report of a verdict on the terminal; the words are the verifier's."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossary.verifier.writing.report import Part, in_short, report

COLOURS = {"FAIL": "red", "WARN": "yellow", "INFO": "blue"}
LABEL = 13
_WORDS = {
    r"(?m)^ *(import|from|with|try|except|if|as)\b": "magenta",
    r"\b(import|as|lambda)\b": "magenta",
    r'"[^"\n]*"': "green",
    r"(?m)^ *#.*$": "dim",
    r"(?m)^ *# (found|raises).*$": "not dim bold red",
    r"(?m)^ *# expected.*$": "not dim bold green",
}
"""What is coloured in code, and how; colours of the terminal's own, on light and dark alike."""


def drawn(verdict: Any, verbose: bool = False) -> RenderableType:
    """Draw all there is to say of one loss."""
    lines: list[RenderableType] = [""]
    rows: list[Part] = []
    for part in report(verdict, verbose=verbose, options="--{}"):
        if part.kind == "row":
            rows.append(part)
            continue
        lines += _table(rows)
        rows = []
        lines += _part(part)
    return Group(*lines, *_table(rows), "")


def _table(rows: Sequence[Part]) -> list[RenderableType]:
    """Draw rows that belong together: label, text, and faintly how it is known."""
    if not rows:
        return []
    table = Table.grid(padding=(0, 1))
    table.add_column(style="bold", no_wrap=True, min_width=LABEL)
    table.add_column(overflow="fold")
    for each in rows:
        aside = (f"  {each.aside}", "dim italic") if each.aside else ""
        table.add_row(each.label, Text.assemble(each.text, aside))
    return [Padding(table, (0, 0, 0, 2))]


def _part(part: Part) -> list[RenderableType]:
    colour = COLOURS.get(str(part.severity), "green")
    if part.kind == "title":
        aside = (f"  {part.aside}", "dim") if part.aside else ""
        return [Text.assemble((part.text, "bold cyan"), aside)]
    if part.kind == "summary":
        return [Text(part.text, style=f"bold {colour}")]
    if part.kind == "heading":
        return ["", Text(part.text, style="bold")]
    if part.kind == "finding":
        ink = "white" if colour == "red" else "black"
        badge = (f" {part.label} ", f"bold {ink} on {colour}")
        return ["", Text.assemble(badge, "  ", (part.text, "bold"))]
    if part.kind == "code":
        return ["", code(part.text), ""]
    style = "dim" if part.kind == "note" else ""
    return [Padding(Text(part.text, style=style), (0, 0, 0, 2))]


def code(text: str) -> Text:
    """Draw code from the left edge on and never broken, so that it can be copied."""
    lines = Text(text)
    for pattern, style in _WORDS.items():
        lines.highlight_regex(pattern, style)
    lines.no_wrap, lines.overflow = True, "ignore"
    return lines


def in_all(verdicts: Sequence[Any]) -> RenderableType:
    """Draw one line for each of several losses."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    for each in verdicts:
        colour = "red" if each.failures else "yellow" if each.warnings else "green"
        rows.add_row(each.name, Text(in_short(each), style=colour))
    broken = sum(not each.sound for each in verdicts)
    state = (
        f"{broken} of {len(verdicts)} losses fail" if broken else f"{len(verdicts)} sound losses"
    )
    return Group(Text(state, style="bold red" if broken else "bold green"), rows, "")


def difference(verdict: Any, comparison: Any) -> RenderableType:
    """Draw what has changed since a certificate was saved."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    styles = {"new": "red" if comparison.worse else "yellow", "gone": "green"}
    for label, text in comparison.lines():
        rows.add_row(label, Text(text, style=styles.get(label, "")))
    changed = bool(rows.rows)
    head = f"{verdict.name}, against its certificate"
    same = Text("nothing has changed", style="green")
    body: RenderableType = rows if changed else same
    return Group(Text(head, style="bold"), Padding(body, (0, 0, 1, 2)))
