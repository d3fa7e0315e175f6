"""`lossary show huber`, `lossary show adam`: the card of one loss or optimizer."""

import json
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossary import optimizers
from lossary.cli.card import card
from lossary.cli.optimizer_card import optimizer_card, usual
from lossary.cli.terminal import tell
from lossary.core.catalogue import find
from lossary.errors import NotFoundError
from lossary.kernels.rules import shown_rule
from lossary.kernels.shown import shown


def show(
    name: Annotated[str, typer.Argument(help="Its name, or any name it is known by.")],
    latex: Annotated[bool, typer.Option("--latex", help="Formulas in LaTeX too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As data, for programs.")] = False,
    as_c: Annotated[bool, typer.Option("--c", help="The C that it becomes on the CPU.")] = False,
) -> None:
    """Show all that is known of one loss, or of one optimizer."""
    cls = known(name)
    optimizes = cls.shelf == "optimizer"
    if as_c:
        print(shown_rule(usual(cls)) if optimizes else shown(cls()))
        return
    facts = optimizer_card(cls) if optimizes else card(cls)
    if as_json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    else:
        tell(drawn(facts, latex))


def known(name: str) -> Any:
    """Return the loss of a name or alias, or where there is none, the optimizer.

    Raises:
        NotFoundError: neither bears it; the nearest names are told.
    """
    try:
        return find(name)
    except NotFoundError as no_loss:
        try:
            return optimizers.find(name)
        except NotFoundError as nothing:
            close = "Did you mean" in str(nothing) and "Did you mean" not in str(no_loss)
            raise (nothing if close else no_loss) from None


def drawn(facts: dict[str, Any], latex: bool = False) -> RenderableType:
    """Draw a card: a heading, and one row for each group of facts that there are."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    for label, lines in _rows(facts, latex):
        for place, line in enumerate(filter(None, lines)):
            rows.add_row(label if place == 0 else "", line)
    heading = Text(facts["name"], style="bold cyan")
    body = [Text(line) for line in (facts["does"], *facts["remarks"])]
    return Group("", heading, *body, "", Padding(rows, (0, 0, 1, 2)))


def _rows(facts: dict[str, Any], latex: bool) -> list[tuple[str, list[Any]]]:
    return [*(_of_update if "update" in facts else _of_loss)(facts, latex), *_of_both(facts)]


def _of_update(facts: dict[str, Any], latex: bool) -> list[tuple[str, list[Any]]]:
    slots = ", ".join(facts["remembers"])
    kept = f"{facts['memory']:g} numbers for each weight of a matrix"
    return [
        ("update", [*facts["update"], _dim(facts["latex"]) if latex else None]),
        ("remembers", [kept + (f": {slots}" if slots else "")]),
        ("needs", [", ".join(["the gradient", *facts["needs"]])]),
        ("parameters", [each for row in facts["parameters"] for each in _parameter(row)]),
        ("kind", [f"{facts['kind']}: {facts['kind_reads']}"]),
    ]


def _of_loss(facts: dict[str, Any], latex: bool) -> list[tuple[str, list[Any]]]:
    curvature = facts["curvature"]
    return [
        ("loss", _formulas([facts["formula"]], latex)),
        ("gradient", _formulas(facts["gradient"], latex)),
        ("curvature", [*_formulas(curvature["formulas"], latex), _dim(curvature["rule"])]),
        ("letters", [_dim("; ".join(facts["letters"]))]),
        *((each["name"], [each["holds"], _dim(each["mend"])]) for each in facts["arrays"]),
        ("shapes", [*map(_shape, facts["shapes"]), _dim("; ".join(facts["axes"]))]),
        ("parameters", [each for row in facts["parameters"] for each in _parameter(row)]),
        ("kind", [f"{facts['kind']}: {facts['kind_reads']}", facts["accumulation"]]),
        ("properties", [_properties(facts)]),
        ("tasks", [", ".join(facts["tasks"])]),
    ]


def _of_both(facts: dict[str, Any]) -> list[tuple[str, list[Any]]]:
    return [
        ("also called", [", ".join(facts["aliases"])]),
        ("beware", [Text(facts["hazards"], style="yellow")] if facts["hazards"] else []),
        (
            "sources",
            [line for each in facts["cites"] for line in (each["text"], _dim(each["note"]))],
        ),
        ("example", [Text(facts["example"], style="green")] if facts["example"] else []),
    ]


def _dim(text: str) -> Text | None:
    return Text(text, style="dim") if text else None


def _formulas(lines: list[dict[str, str]], latex: bool) -> list[Any]:
    shown: list[Any] = []
    for each in lines:
        of = f"{each['of'].replace('_', ' ')}:  " if len(lines) > 1 else ""
        shown.append(Text(of + each["plain"]))
        shown.append(_dim(each["latex"]) if latex else None)
    return shown


def _shape(each: dict[str, str]) -> Text:
    return Text.assemble(each["sentence"], (f"   {each['reads']}", "dim"))


def _parameter(row: dict[str, Any]) -> list[Any]:
    searched = f", searched on a {row['scale']} scale" if row["scale"] else ""
    return [
        Text(f"{row['name']} = {row['default']!r}  {row['domain']}{searched}"),
        _dim(row["meaning"]),
    ]


def _properties(facts: dict[str, Any]) -> str:
    words = [fact if facts[fact] else f"not {fact}" for fact in ("convex", "robust")]
    words += [] if facts["trainable"] else ["for judging, not for training"]
    aim = f"; elicits: {facts['elicits']}" if facts["elicits"] else ""
    return ", ".join(words) + aim
