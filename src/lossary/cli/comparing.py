"""`lossary optimizers --compare`: the same steps in other libraries, walked while you wait."""

import json
import sys
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from lossary.adapters.translation import spelled, understood
from lossary.adapters.translation.call import HOSTS
from lossary.adapters.translation.comparing import Comparison, compared
from lossary.adapters.translation.hosts import open_silently
from lossary.adapters.translation.reading import Reading
from lossary.adapters.translation.rows import UNWALKED, rows
from lossary.adapters.translation.spelling import APART, NONE, SAME, Spelling, weakest
from lossary.cli.terminal import tell
from lossary.errors import HostError, NotFoundError

LEGEND = (
    "Each walks 100 steps down a quadratic, Rosenbrock's valley and a small network, then 100 more "
    "with a tenth of the learning rate, in double precision. The number is the largest difference, "
    "relative to how far they have come."
)


def compare(found: tuple[Any, ...], as_json: bool) -> None:
    """Walk all rows of these optimizers beside every host, and show what came of it.

    Raises:
        HostError: no host is installed.
        NotFoundError: none of these optimizers is walked beside anything.
    """
    chosen = [each.optimizer for cls in found for each in rows(cls)]
    if not chosen:
        told = (f"{cls.__name__}: nothing is walked beside it here{_why(cls)}." for cls in found)
        raise NotFoundError("\n".join(told))
    _installed()
    _show(
        _walked([(each, host, spelled(each, host)) for each in chosen for host in HOSTS]), as_json
    )


def _why(cls: Any) -> str:
    return f": {UNWALKED[cls.__name__]}" if cls.__name__ in UNWALKED else ""


def _installed() -> None:
    """Raise a HostError in one line where there is no host to walk beside."""
    if not any(find_spec(host) for host in HOSTS):
        raise HostError(
            f"nothing to walk beside is installed: pip install {' '.join(HOSTS)} tensorflow"
        )


def _show(told: list[Comparison], as_json: bool) -> None:
    if as_json:
        print(json.dumps([data(each) for each in told], indent=2, ensure_ascii=False))
    else:
        tell(Padding(Text(LEGEND, style="dim"), (1, 0)))
        tell(drawn(told))


def read(text: str, compare: bool, as_json: bool) -> None:
    """Show what a call of a host is in ours, whether it takes ours' path, and the other hosts."""
    if "keras" in text:
        open_silently("keras")
    reading = understood(text)
    found = {host: spelled(reading.optimizer, host) for host in HOSTS}
    found[reading.call.host] = replace(reading.spelling, call=reading.call)
    if compare:
        _show(_walked([(reading.optimizer, *each) for each in found.items()]), as_json)
    elif as_json:
        print(json.dumps(_as_data(text, reading, found), indent=2, ensure_ascii=False))
    else:
        tell(_as_table(text, reading, found))


def _as_data(text: str, reading: Reading, found: dict[str, Spelling]) -> dict[str, Any]:
    mine = reading.spelling
    return {
        "call": text,
        "yours": {"claim": mine.claim, "why": mine.why},
        "ours": repr(reading.optimizer),
        "theirs": {host: each.call and str(each.call) for host, each in found.items()},
        "claims": {host: _of_yours(host, reading, each) for host, each in found.items()},
    }


def _of_yours(host: str, reading: Reading, found: Spelling) -> str:
    """Return what is claimed of a host's call and the one that was typed, by way of ours."""
    return SAME if host == reading.call.host else weakest(reading.spelling.claim, found.claim)


def _as_table(text: str, reading: Reading, found: dict[str, Spelling]) -> Table:
    mine = reading.spelling
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_row("your call", Text(text))
    told = mine.claim.replace("same", "same as ours below", 1).replace(
        "apart", "apart from ours below"
    )
    table.add_row("", Text(told + _because(mine), style=_style(mine.claim)))
    table.add_row("ours", Text(repr(reading.optimizer), style="cyan"))
    for host, each in found.items():
        if host == reading.call.host:
            continue
        claim = _of_yours(host, reading, each)
        told = claim.replace("same", "same as your call", 1).replace(
            "apart", "apart from your call"
        )
        told += _because(each) if each.claim != SAME else ", as ours is" * (claim != SAME)
        table.add_row(HOSTS[host], Text(str(each.call or "-")))
        table.add_row("", Text(told, style=_style(claim)))
    return table


def _because(found: Spelling) -> str:
    if found.claim == SAME or not found.why:
        return ""
    return f", because {found.why}" if found.claim in (APART, NONE) else f": {found.why}"


def _style(claim: str) -> str:
    return "green" if claim.startswith("same") else "yellow"


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
    """Draw comparisons: an optimizer, and for each host that has something like it, what it is."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    last = None
    for each in told:
        if each.optimizer is not last:
            last = each.optimizer
            table.add_row(Text("ours", style="cyan"), Text(repr(last), style="cyan"))
        if each.spelling.claim != NONE:
            table.add_row(HOSTS[each.host], _judged(each))
            table.add_row("", Text(str(each.spelling.call)))
            if each.spelling.why:
                table.add_row("", Text(each.spelling.why, style="dim"))
    return table


def _judged(each: Comparison) -> Text:
    if each.missing:
        return Text("not installed", style="dim")
    if each.diverges:
        return Text("not told: at this learning rate it diverges here", style="dim")
    claim = each.spelling.claim if each.holds else f"NOT {each.spelling.claim}"
    far = (f"{number:.0e} at a {name}" for name, number in each.apart.items())
    return Text(f"{claim}: {', '.join(far)}", style=_style(claim))


def _walked(chosen: list[tuple[Any, str, Spelling]]) -> list[Comparison]:
    """Walk all, with a bar that shows how far it is, where somebody looks."""
    told = []
    if any(spelling.call and host == "keras" for _, host, spelling in chosen):
        open_silently("keras")
    with Progress(console=Console(file=sys.stderr), transient=True) as progress:
        bar = progress.add_task("walking", total=len(chosen))
        for optimizer, host, spelling in chosen:
            beside = f"walking {type(optimizer).__name__} beside {HOSTS[host]}"
            progress.update(bar, description=beside)
            told.append(compared(optimizer, host, spelling))
            progress.advance(bar)
    return told
