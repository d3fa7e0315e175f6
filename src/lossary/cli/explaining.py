"""`lossary check --list` and `--explain`: what is checked, why, and when it is a failure."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossary.verifier.choosing import named
from lossary.verifier.rule import Check, shelf
from lossary.verifier.writing.report import link, titled


def list_of_checks() -> RenderableType:
    """Draw all checks, a line each."""
    rows = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    rows.add_column("", justify="right", style="dim", no_wrap=True)
    rows.add_column("check", style="cyan", no_wrap=True)
    rows.add_column("the law", overflow="fold")
    for each in shelf():
        law = Text(each.says)
        rows.add_row(str(each.number), each.name, law.append(_thorough(each), "dim"))
    return Group(rows, "", Text("lossary check --explain NAME says why, and when it fails.", "dim"))


def _thorough(check: Check) -> str:
    return " (--thorough)" if check.thorough else ""


def explained(name: str) -> RenderableType:
    """Draw all there is to say of one check.

    Raises:
        NotFoundError: there is none of this name or number.
    """
    check = named(name)
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    rows.add_row("the law", Text(check.says))
    rows.add_row("it matters", Text(check.reason))
    rows.add_row("the rule", Text(check.rule))
    if check.evidence:
        rows.add_row("seen in", Text(", ".join(check.evidence)))
    if check.thorough:
        rows.add_row("when", Text("with --thorough only"))
    rows.add_row("alone", Text(f"lossary check LOSS --only {check.name}", style="cyan"))
    rows.add_row("more", Text(f"{link(check.name)}, with an example", style="dim"))
    head = Text.assemble((titled(check.name), "bold cyan"), (f"   check {check.number}", "dim"))
    return Group("", head, Padding(rows, (0, 0, 1, 2)))
