"""`lossary show huber`, `lossary show adam`: the card of one loss, optimizer or schedule."""

import json
from difflib import get_close_matches
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossary import optimizers, schedules
from lossary.cli.card import card
from lossary.cli.optimizer_card import optimizer_card, schedule_card, usual
from lossary.cli.terminal import tell
from lossary.core.catalogue import all_of, find
from lossary.errors import ArgumentError, NotFoundError
from lossary.kernels.rules import shown_rule
from lossary.kernels.shown import shown

LISTS = "`lossary list` shows all losses, `lossary optimizers` all optimizers and schedules."


def show(
    name: Annotated[str, typer.Argument(help="Its name, or any name it is known by.")],
    latex: Annotated[bool, typer.Option("--latex", help="Formulas in LaTeX too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As data, for programs.")] = False,
    as_c: Annotated[bool, typer.Option("--c", help="The C that it becomes on the CPU.")] = False,
) -> None:
    """Show all that is known of one loss, optimizer or schedule."""
    cls = known(name)
    shelf = getattr(cls, "shelf", "loss")
    if as_c:
        if shelf == "schedule":
            raise ArgumentError(f"{cls.__name__}: a schedule is computed in Python, and has no C.")
        print(shown_rule(usual(cls)) if shelf == "optimizer" else shown(cls()))
        return
    facts = {"optimizer": optimizer_card, "schedule": schedule_card}.get(shelf, card)(cls)
    if as_json:
        print(json.dumps(facts, indent=2, ensure_ascii=False))
    else:
        tell(drawn(facts, latex))
        also(cls, name)


def also(cls: Any, name: str) -> None:
    """Say under which name something of another shelf is found that bears this one too."""
    for find_there, shelf in ((optimizers.find, "optimizer"), (schedules.find, "schedule")):
        try:
            other = find_there(name)
        except NotFoundError:
            continue
        for alias in () if other is cls else other.aliases[:1]:
            tell(Text(f"There is a {shelf} of this name too: lossary show {alias!r}", style="dim"))


def known(name: str) -> Any:
    """Return the loss of a name or alias, or where there is none, the optimizer, or the schedule.

    Raises:
        NotFoundError: nothing bears it; the nearest names of all are told.
    """
    for shelf in (find, optimizers.find, schedules.find):
        try:
            return shelf(name)
        except NotFoundError:
            continue
    every = (*all_of(), *optimizers.listed(), *schedules.listed())
    words = {word.lower(): word for cls in every for word in (cls.__name__, *cls.aliases)}
    close = [words[each] for each in get_close_matches(name.lower(), words, n=3, cutoff=0.5)]
    mend = f"Did you mean {' or '.join(close)}?" if close else LISTS
    raise NotFoundError(f"nothing is called {name!r}. {mend}")


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
    of = _of_schedule if "schedule" in facts else _of_update if "update" in facts else _of_loss
    return [*of(facts, latex), *_of_both(facts)]


def _of_schedule(facts: dict[str, Any], latex: bool) -> list[tuple[str, list[Any]]]:
    return [
        ("schedule", [*facts["schedule"], _dim(facts["latex"]) if latex else None]),
        ("parameters", [each for row in facts["parameters"] for each in _parameter(row)]),
        ("kind", [f"{facts['kind']}: {facts['kind_reads']}"]),
    ]


def _of_update(facts: dict[str, Any], latex: bool) -> list[tuple[str, list[Any]]]:
    slots = ", ".join(facts["remembers"])
    numbers = "number" if facts["memory"] == 1 else "numbers"
    kept = f"{facts['memory']:g} {numbers} for each weight of a 64 × 64 matrix"
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
