"""What a study has understood and will do, as it is said before it begins."""

from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from lossary.lab import Arm, Plan


_ABOUT = 1.25  # an estimate is no better, and a machine is not always as fast


def planned_table(plan: "Plan", seconds: float, folder: Path) -> RenderableType:
    """Draw what was understood, what will be done, and how long it will take."""
    task = plan.task
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    rows.add_row("data", Text(f"{task.table.name}: {len(task.target):,} rows"))
    rows.add_row("columns", Text(_columns(plan)))
    for place, remark in enumerate(task.remarks):
        rows.add_row("task" if place == 0 else "", Text(remark))
    found = [each for each in plan.diagnosis if each.found]
    for place, each in enumerate(found):
        line = Text.assemble((each.title, "yellow"), f": {each.detail}. {each.implies}")
        rows.add_row("data show" if place == 0 else "", line)
    for place, arm in enumerate(plan.arms):
        rows.add_row("arms" if place == 0 else "", _arm(arm))
    for place, why in enumerate(plan.refused):
        rows.add_row("left out" if place == 0 else "", Text(why, style="dim"))
    for name, value in _protocol(plan).items():
        rows.add_row(name, value)
    rows.add_row("kept in", Text(f"{folder} (give the command again to go on after a stop)"))
    rows.add_row("will take", _duration(plan, seconds))
    return Padding(rows, (1, 0, 1, 0))


def _duration(plan: "Plan", seconds: float) -> Text:
    """Say how long it will take; more than was asked, where the least that can be done is more."""
    from lossary import reports

    said = f"about {reports.duration(seconds)}"
    if plan.budget is None:
        return Text(said)
    limit = reports.duration(plan.budget)
    if seconds <= _ABOUT * plan.budget:
        return Text(f"{said}; the budget is {limit}")
    more = f", more than {limit}: fewer arms (--losses, --learners) or folds would bring it there"
    return Text.assemble(said, (more, "yellow"))


def _columns(plan: "Plan") -> str:
    columns = plan.task.columns
    numbers = sum(each.role == "number" for each in columns)
    texts = sum(each.role == "category" for each in columns)
    counts = (_many(numbers, "number"), _many(texts, "text"))
    said = [f"{' and '.join(filter(None, counts))} to predict from"]
    for each in columns:
        if each.role == "left out":
            said.append(f"without {each.name} ({each.remark})")
        elif each.role not in ("number", "category", "target"):
            said.append(f"{each.name} as {each.role}")
    return "; ".join(said)


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'s' if count > 1 else ''}" if count else ""


def _arm(arm: "Arm") -> Text:
    role = {"default": " (the metric's own)", "field": " (what most would take)",
            "incumbent": " (yours today)"}.get(arm.role, "")  # fmt: skip
    grade = f" [{arm.grade}]" if arm.grade else ""
    caution = f" ({arm.caution})" if arm.caution else ""
    return Text.assemble((arm.name, "cyan"), f"{role}: {arm.reason}{grade}", (caution, "yellow"))


def _protocol(plan: "Plan") -> dict[str, str]:
    again = f", {plan.repeats} times over" if plan.repeats > 1 else ""
    told = {"judged on": f"{plan.folds} folds{again}; the same for every arm"}
    if len(plan.held):
        told["hold-out"] = f"{len(plan.held):,} rows that no choice sees, judged once at the end"
    else:
        told["hold-out"] = plan.none_held or "none was asked for"
    told["each tries"] = (
        f"{_many(plan.trials, 'setting')} on every fold ({plan.sampler}), chosen by "
        f"{plan.task.metric.name} on rows set aside in the fold"
    )
    return told
