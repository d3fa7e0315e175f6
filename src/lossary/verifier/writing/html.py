"""A report as a piece of a page, for notebooks: it takes on the colours of whatever is around."""

from html import escape
from typing import Any

from lossary.verifier.writing.report import Part, report

COLOURS = {"FAIL": "#c62828", "WARN": "#b26a00", "INFO": "#1565c0"}
_SOUND = "#2e7d32"
_CODE = (
    "margin:.5em 0;padding:.6em .8em;overflow-x:auto;border-left:3px solid {colour};"
    "background:rgba(128,128,128,.1);font-size:.92em;line-height:1.4;text-align:left"
)
_LABEL = "font-weight:600;white-space:nowrap;min-width:7em"
_CELL = "text-align:left;vertical-align:top;padding:.1em 1em .1em 0;white-space:normal"


def html(verdict: Any) -> str:
    """Write the report of a verdict; all text of it is escaped."""
    written, rows, severity = [], [], "INFO"
    for part in report(verdict):
        if part.kind == "row":
            rows.append(_row(part))
            continue
        written += _table(rows)
        rows = []
        severity = str(part.severity) if part.severity else severity
        written.append(_part(part, severity))
    return (
        f'<div style="max-width:60em;line-height:1.45">{"".join([*written, *_table(rows)])}</div>'
    )


def _table(rows: list[str]) -> list[str]:
    style = "border-collapse:collapse;margin:.3em 0;font-size:inherit"
    return [f'<table style="{style}">{"".join(rows)}</table>'] if rows else []


def _row(part: Part) -> str:
    faint = f' <span style="opacity:.6">[{escape(part.aside)}]</span>' if part.aside else ""
    label = f'<td style="{_CELL};{_LABEL}">{escape(part.label)}</td>'
    return f'<tr>{label}<td style="{_CELL}">{escape(part.text)}{faint}</td></tr>'


def _part(part: Part, severity: str) -> str:
    text, colour = escape(part.text), COLOURS.get(severity, _SOUND)
    if part.kind == "title":
        aside = f'<span style="opacity:.7">{escape(part.aside)}</span>'
        return f'<div style="font-size:1.15em"><b>{text}</b>&ensp;{aside}</div>'
    if part.kind == "summary":
        colour = COLOURS[str(part.severity)] if part.severity else _SOUND
        return f'<div style="color:{colour};font-weight:600">{text}</div>'
    if part.kind == "heading":
        return f'<div style="margin-top:.9em;font-weight:600;opacity:.75">{text}</div>'
    if part.kind == "finding":
        badge = f"background:{colour};color:#fff;border-radius:.3em;padding:.05em .5em"
        return (
            f'<div style="margin-top:1em"><span style="{badge}">{escape(part.label)}</span>'
            f"&ensp;<b>{text}</b></div>"
        )
    if part.kind == "code":
        return f'<pre style="{_CODE.format(colour=colour)}">{text}</pre>'
    faint = ";opacity:.7" if part.kind == "note" else ""
    return f'<div style="margin:.2em 0{faint}">{text}</div>'
