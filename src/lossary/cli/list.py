"""`lossary list`: all losses, or those with the properties asked for."""

import json
from typing import Annotated, Any

import typer
from rich.table import Table

from lossary.cli.card import kind_of, texts
from lossary.cli.terminal import tell
from lossary.core.catalogue import all_of, find
from lossary.errors import NotFoundError, nearest


def listed(
    task: Annotated[str | None, typer.Option(help="Made for this task, as regression.")] = None,
    kind: Annotated[str | None, typer.Option(help="Of this kind, as Elementwise.")] = None,
    elicits: Annotated[str | None, typer.Option(help="Aiming at this, as the median.")] = None,
    convex: Annotated[bool | None, typer.Option(help="Convex in the prediction.")] = None,
    robust: Annotated[bool | None, typer.Option(help="One entry's pull is bounded.")] = None,
    trainable: Annotated[bool | None, typer.Option(help="Fit for training.")] = None,
    search: Annotated[str | None, typer.Option(help="This stands in a name or sentence.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As data, for programs.")] = False,
) -> None:
    """List all losses, or those with the given properties."""
    words = {"task": task, "kind": kind, "elicits": elicits}
    switches = {"convex": convex, "robust": robust, "trainable": trainable}
    wanted: dict[str, Any] = {
        fact: _known(fact, word) for fact, word in words.items() if word is not None
    }
    wanted |= {fact: value for fact, value in switches.items() if value is not None}
    found = find(**wanted)
    rows = [row(cls) for cls in found if mentions(cls, search)]
    if as_json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
    elif rows:
        tell(drawn(rows))
    else:
        raise NotFoundError("no loss has all of these properties. Hint: leave one out.")


def row(cls: Any) -> dict[str, Any]:
    """Return the facts of a loss that stand in the list."""
    loss = cls()
    first = [dict.fromkeys(each[i].name for each in loss.domains) for i in range(len(loss.names))]
    prediction, *others = (" or ".join(names) for names in first)
    return {
        "name": cls.__name__,
        "does": texts(cls)[0],
        "kind": kind_of(cls).__name__,
        "prediction": prediction,
        "target": ", ".join(others),
        "aliases": list(cls.aliases),
    }


def mentions(cls: Any, word: str | None) -> bool:
    """Say whether a word stands in a loss's name, aliases or sentences."""
    said = " ".join((cls.__name__, *cls.aliases, *texts(cls)))
    return word is None or word.lower() in said.lower()


def drawn(rows: list[dict[str, Any]]) -> Table:
    """Draw the list."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for name in ("loss", "what it does", "kind", "prediction -> target", "also called"):
        table.add_column(name, style="cyan" if name == "loss" else None, no_wrap=name == "loss")
    for each in rows:
        reads = f"{each['prediction']} -> {each['target']}".replace("_", " ")
        aliases = ", ".join(each["aliases"])
        table.add_row(each["name"], each["does"], each["kind"], reads, aliases)
    return table


def _known(fact: str, word: str) -> str:
    """Return a word as the losses state it; raise a NotFoundError if none of them does."""
    known = {each.lower(): each for cls in all_of() for each in _words(cls, fact)}
    if word.lower() not in known:
        raise NotFoundError(f"--{fact} {word}: {nearest(word, known.values())}")
    return known[word.lower()]


def _words(cls: Any, fact: str) -> tuple[str, ...]:
    if fact == "task":
        return tuple(cls.tasks)
    return (kind_of(cls).__name__ if fact == "kind" else cls.elicits,)
