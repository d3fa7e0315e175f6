"""`lossary optimizers`: all optimizers, and what each is in PyTorch, optax and Keras."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table

from lossary import optimizers as shelf
from lossary.cli.list import mentions
from lossary.cli.optimizer_card import optimizer_card
from lossary.cli.terminal import tell
from lossary.errors import NotFoundError


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
    found = tuple(cls for cls in found if mentions(cls, search))
    if not found:
        raise NotFoundError(f"nothing about {search!r} is said of any optimizer.")
    if compare:
        comparing.compare(found, as_json)
        return
    rows = [row(cls) for cls in found]
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    else:
        tell(drawn(rows))


def row(cls: Any) -> dict[str, Any]:
    """Return the facts of an optimizer that stand in the list."""
    facts = optimizer_card(cls)
    kept = ("name", "does", "kind", "memory", "remembers", "needs", "aliases")
    return {name: facts[name] for name in kept} | {
        "cites": [each["key"] for each in facts["cites"]]
    }


def drawn(rows: list[dict[str, Any]]) -> Table:
    """Draw the list."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    heads = ("optimizer", "what it does", "numbers per weight", "needs", "also called", "source")
    for name in heads:
        table.add_column(
            name, style="cyan" if name == "optimizer" else None, no_wrap=name == "optimizer"
        )
    for each in rows:
        needs, aliases = ", ".join(each["needs"]), ", ".join(each["aliases"])
        memory = f"{each['memory']:g}"
        table.add_row(each["name"], each["does"], memory, needs, aliases, ", ".join(each["cites"]))
    return table
