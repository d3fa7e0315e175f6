"""`lossary recommend`: which loss suits a table and a metric, and why? Nothing is trained."""

from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lossary.cli import options
from lossary.cli.terminal import tell

GRADES = {"A": "a theorem", "B": "found again and again", "C": "a rule of thumb"}
_ONLY_TRYING = "nothing that is looked for tells these losses apart: only trying them does"


def recommend(
    data: options.Data = None,
    target: options.Target = None,
    metric: options.Metric = None,
    seed: options.Seed = 0,
    task: options.Task = None,
    positive: options.Positive = None,
    event: options.Event = None,
    groups: options.Groups = None,
    order: options.Order = None,
    weight: options.Weight = None,
    exposure: options.Exposure = None,
    drop: options.Drop = None,
    as_json: options.AsJson = False,
) -> None:
    """Say which losses suit a table and a metric, with reasons; only quick models look at it."""
    # it imports much, and the other commands need none of it
    from lossary.lab.arms.recommending import recommend as recommended

    found = recommended(
        data, target, metric, seed=seed, task=task, positive=positive, event=event, groups=groups,
        order=order, weight=weight, exposure=exposure, drop=drop or (),
    )  # fmt: skip
    if as_json:
        print(found.to_json())
    else:
        tell(drawn(found))


def drawn(found: Any) -> RenderableType:
    """Draw a recommendation: the question, the losses, what the data show, and what comes next."""
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    for word, lines in _parts(found).items():
        for place, line in enumerate(lines):
            rows.add_row(word if place == 0 else "", line)
        if lines:
            rows.add_row("", "")
    return Padding(rows, (1, 0, 0, 0))


def _parts(found: Any) -> dict[str, list[RenderableType]]:
    asked = found.asked
    seen = [each for each in found.diagnosis if each.found]
    unseen = [each for each in found.diagnosis if not each.found]
    best = f"{asked.metric} rewards {asked.elicits}"
    told: list[RenderableType] = [Text(best + (f": {asked.honest}" if asked.honest else ""))]
    if asked.decision:
        told.append(Text(f"after training: {asked.decision}"))
    return {
        "data": [Text(f"{asked.data}: {asked.rows:,} rows")],
        "task": [Text(each) for each in asked.remarks],
        "metric": told,
        "in short": [_in_short(found)],
        "losses": [_loss(each, found.first) for each in found.losses if each.tried],
        "not tried": [_left(each) for each in found.losses if not each.tried],
        "data show": [_symptom(each) for each in seen] or [Text("nothing that changes the advice")],
        "looked for": [Text(_absent(each), style="dim") for each in unseen],
        "it changes if": [Text(each) for each in found.changes or (_ONLY_TRYING,)],
        "sources": [Text(f"{key}: {each}", style="dim") for key, each in found.sources.items()],
        "next": [Text(found.command, style="cyan")],
    }


def _in_short(found: Any) -> Text:
    tried = [each.name for each in found.losses if each.tried and each.name != found.first]
    beside = f"; a study tries it beside {', '.join(tried)}" if tried else ""
    return Text.assemble("take ", (found.first, "bold cyan"), f" where nothing is tried{beside}")


def _loss(each: Any, first: str) -> RenderableType:
    role = " (the metric's own)" if each.role == "default" else ""
    grade = f" [{each.grade}: {GRADES[each.grade]}; {', '.join(each.cites) or 'no source'}]"
    lines = [Text.assemble((each.name, "bold cyan" if each.name == first else "cyan"), role,
                           f": {each.reason}", (grade, "dim"))]  # fmt: skip
    if each.favoured:
        lines.append(Text(f"  the data favour it: {', '.join(each.favoured)}", style="green"))
    if each.caution:
        lines.append(Text(f"  but: {each.caution}", style="yellow"))
    if each.unless:
        lines.append(Text(f"  not if {each.unless}"))
    takes = [name for name, why in each.learners.items() if not why]
    lines.append(
        Text(f"  learnt by {', '.join(takes) or 'nothing here'}{_space(each)}", style="dim")
    )
    return Group(*lines)


def _space(each: Any) -> str:
    said = []
    for one in each.space:
        name = one.name.removeprefix("loss.")
        times = " times what the residuals say" if name == each.fitted else ""
        said.append(f"{name} from {one.low:g} to {one.high:g}{times}")
    return f"; a study searches {', '.join(said)}" if said else ""


def _left(each: Any) -> Text:
    return Text.assemble((each.name, "cyan"), f": {each.why_not}", style="dim")


def _symptom(each: Any) -> RenderableType:
    head = Text.assemble((each.title, "yellow"), f": {each.detail}")
    figure = f"  {each.figure:.3g} {each.unit}, where {each.threshold:g} is the threshold"
    return Group(head, Text(f"{figure}; {each.implies}", style="dim"))


def _absent(each: Any) -> str:
    return f"{each.title}: {each.detail}"
