"""`lossary optimizers --compare`: the same steps in other libraries, walked while you wait."""

import json
import sys
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from lossary.adapters.translation import spelled, understood
from lossary.adapters.translation.call import HOSTS
from lossary.adapters.translation.comparing import Comparison, compared
from lossary.adapters.translation.rows import rows
from lossary.adapters.translation.spelling import NONE
from lossary.cli.terminal import tell
from lossary.errors import NotFoundError

LEGEND = (
    "Each walks 100 steps down a quadratic, Rosenbrock's valley and a small network, then 100 more "
    "with a tenth of the learning rate, in double precision. The number is the largest difference, "
    "relative to how far they have come."
)


def compare(found: tuple[Any, ...], as_json: bool) -> None:
    """Walk all rows of these optimizers beside every host, and show what came of it."""
    told = _walked([each.optimizer for cls in found for each in rows(cls)])
    if not told:
        names = ", ".join(cls.__name__ for cls in found)
        raise NotFoundError(f"{names}: no library here has anything to walk beside it.")
    if as_json:
        print(json.dumps([data(each) for each in told], indent=2, ensure_ascii=False))
    else:
        tell(Padding(Text(LEGEND, style="dim"), (1, 0)))
        tell(drawn(told))


def read(text: str, compare: bool, as_json: bool) -> None:
    """Show what a call of a host is in ours, and in the other hosts."""
    reading = understood(text)
    if as_json:
        told = {host: str(spelled(reading.optimizer, host).call) for host in HOSTS}
        facts = {"call": text, "ours": repr(reading.optimizer), "theirs": told}
        print(json.dumps(facts, indent=2, ensure_ascii=False))
        return
    if compare:
        tell(drawn(_walked([reading.optimizer])))
        return
    table = Table.grid(padding=(0, 2))
    table.add_row(Text("ours", style="bold"), repr(reading.optimizer))
    for host, title in HOSTS.items():
        found = spelled(reading.optimizer, host)
        table.add_row(Text(title, style="bold"), f"{found.call or '-'}")
        table.add_row("", Text(f"{found.claim}. {found.why}".strip(), style="dim"))
    tell(table)


def data(each: Comparison) -> dict[str, Any]:
    """Return a comparison as plain data."""
    return {
        "optimizer": repr(each.optimizer),
        "host": each.host,
        "call": None if each.spelling.call is None else str(each.spelling.call),
        "claim": each.spelling.claim,
        "why": each.spelling.why,
        "missing": each.missing,
        "constant rate": each.steady,
        "falling rate": each.falling,
        "holds": each.holds,
    }


def drawn(told: list[Comparison]) -> Table:
    """Draw comparisons: an optimizer, and a line for each host that has something like it."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("", "call", "the path is", "constant rate", "falling rate"):
        table.add_column(name, overflow="fold")
    last = None
    for each in told:
        if each.optimizer is not last:
            last = each.optimizer
            table.add_row(Text("ours", style="cyan"), Text(repr(last), style="cyan"), "", "", "")
        if each.spelling.claim != NONE:
            table.add_row(*_cells(each))
        if each.spelling.why and each.spelling.claim != NONE:
            table.add_row("", Text(each.spelling.why, style="dim"), "", "", "")
    return table


def _cells(each: Comparison) -> tuple[Any, ...]:
    title, made = HOSTS[each.host], str(each.spelling.call)
    if each.missing:
        return title, made, Text("not installed", style="dim"), "", ""
    claim = each.spelling.claim if each.holds else f"NOT {each.spelling.claim}"
    far = [f"{number:.0e}" for number in each.apart.values()]
    style = "green" if each.holds and claim.startswith("same") else "yellow"
    return title, made, Text(claim, style=style), *far, *[""] * (2 - len(far))


def _walked(chosen: list[Any]) -> list[Comparison]:
    """Walk all, with a bar that shows how far it is, where somebody looks."""
    with Progress(console=Console(file=sys.stderr), transient=True) as progress:
        bar = progress.track(chosen, description="walking")
        return [compared(each, host, spelled(each, host)) for each in bar for host in HOSTS]
