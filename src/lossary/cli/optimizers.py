"""`lossary optimizers`: all optimizers, and what each is in PyTorch, optax and Keras."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from lossary import optimizers as shelf
from lossary import schedules
from lossary.cli.card import texts
from lossary.cli.list import mentions
from lossary.cli.optimizer_card import optimizer_card
from lossary.cli.terminal import tell
from lossary.errors import NotFoundError

ABOUT = {
    "optimizers": "* numbers kept for each weight, counted on a matrix of 64 × 64",
    "wrappers": "they stand around another optimizer: of=Adam(); numbers are those they add",
    "schedules": "they stand for a number that changes with the step: learning_rate=Cosine()",
}


def optimizers(
    name: Annotated[
        str | None,
        typer.Argument(help="One of them; or a call, as 'torch.optim.Adam(weight_decay=0.1)'."),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--compare", help="Walk beside PyTorch, optax and Keras.")
    ] = False,
    search: Annotated[str | None, typer.Option(help="This stands in a name or sentence.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As data, for programs.")] = False,
) -> None:
    """List all optimizers, or compare them with those of other libraries."""
    from lossary.cli import comparing  # opened here: it opens the hosts' tables

    if name is not None and "(" in name:
        comparing.read(name, compare, as_json)
        return
    found = shelf.listed() if name is None else (shelf.find(name),)
    found = tuple(sorted((c for c in found if mentions(c, search)), key=_as_people_sort))
    beside = _schedules(search) if name is None and not compare else ()
    if not found and not beside:
        raise NotFoundError(f"nothing about {search!r} is said of any optimizer.")
    if compare:
        comparing.compare(found, as_json)
        return
    if as_json:
        print(json.dumps([row(cls) for cls in found], indent=2, ensure_ascii=False))
    else:
        tell(drawn([row(cls) for cls in found], beside))


def _as_people_sort(cls: Any) -> str:
    return str(cls.__name__).lower()


def _schedules(search: str | None) -> tuple[Any, ...]:
    return tuple(cls for cls in schedules.listed() if mentions(cls, search))


def row(cls: Any) -> dict[str, Any]:
    """Return the facts of an optimizer that stand in the list."""
    facts = optimizer_card(cls)
    kept = ("name", "does", "kind", "memory", "remembers", "needs", "aliases")
    return {name: facts[name] for name in kept} | {
        "wrapper": "of" in cls.own,
        "cites": [each["key"] for each in facts["cites"]],
    }


def drawn(rows: list[dict[str, Any]], schedules: tuple[Any, ...] = ()) -> Table:
    """Draw the list: optimizers, wrappers, and the schedules that move their numbers."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("", style="cyan", no_wrap=True)
    table.add_column("numbers*", no_wrap=True)
    table.add_column("what it does; what it is also called; its source")
    parts = {
        "optimizers": [each for each in rows if not each["wrapper"]],
        "wrappers": [each for each in rows if each["wrapper"]],
    }
    for part, within in parts.items():
        if within:
            table.add_row(Text(part, style="bold"), "", Text(ABOUT[part], style="dim"))
        for each in within:
            needs = f"needs {', '.join(each['needs'])}" if each["needs"] else ""
            table.add_row(each["name"], f"{each['memory']:g}", each["does"])
            _beside(table, needs, each["aliases"], each["cites"])
    if schedules:
        table.add_row(Text("schedules", style="bold"), "", Text(ABOUT["schedules"], style="dim"))
    for cls in schedules:
        table.add_row(cls.__name__, "", texts(cls)[0])
        _beside(table, "", cls.aliases, cls.cites)
    return table


def _beside(table: Table, needs: str, aliases: Any, cites: Any) -> None:
    told = "; ".join(filter(None, (needs, ", ".join(aliases), ", ".join(cites))))
    if told:
        table.add_row("", "", Text(told, style="dim"))
