"""`lossary study`: which loss serves a table and a metric best? It says first what it will do."""

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from lossary.cli.terminal import tell
from lossary.errors import ArgumentError
from lossary.records import StudyRecord

if TYPE_CHECKING:
    from lossary.lab import Plan


def study(
    data: Annotated[
        Path | None, typer.Argument(help="A CSV or Parquet file; without it, a bundled sample.")
    ] = None,
    target: Annotated[str | None, typer.Option(help="The column to predict.")] = None,
    metric: Annotated[str | None, typer.Option(help="What judges: mae, f1, pinball(0.9)…")] = None,
    losses: Annotated[
        str | None, typer.Option(help="Your own arms: huber,squared_error,quantile(level=0.9)…")
    ] = None,
    folds: Annotated[int, typer.Option(help="Parts the rows are divided into.")] = 5,
    repeats: Annotated[
        int | None, typer.Option(help="How often they are divided; more tells more apart.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of folds, first weights and the order of rows.")] = 0,
    task: Annotated[
        str | None, typer.Option(help="Where the detection is wrong: regression, count, binary…")
    ] = None,
    positive: Annotated[str | None, typer.Option(help="The class to find, of two.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Folder for the record (JSON) and the report (HTML).")
    ] = None,
) -> None:
    """Compare losses on a table, honestly: same folds, same budget, judged by the metric alone."""
    from lossary import lab, reports  # they import much, and the other commands need none of it

    planned = lab.plan(
        data, target, metric, losses, folds, seed, repeats=repeats, task=task, positive=positive
    )
    _make_room(out or Path())
    tell(_planned(planned, lab.estimate(planned)))
    record = _run(planned)
    tell(_found(record))
    folder = out or Path(_folder(record))
    paths = record.write(folder), reports.write(record, folder)
    tell(Text.assemble(("record ", "bold"), str(paths[0]), ("\nreport ", "bold"), str(paths[1])))


def _make_room(folder: Path) -> None:
    """Make sure, before minutes are spent, that what is found can be written down."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise ArgumentError(f"--out {folder}: no folder can be made or written to there.")


def _planned(plan: "Plan", seconds: float) -> RenderableType:
    """Draw what was understood and what will be done."""
    from lossary import reports

    task, budget = plan.task, plan.budget
    rows = Table.grid(padding=(0, 2))
    rows.add_column(style="bold", no_wrap=True)
    rows.add_column(overflow="fold")
    left_out = [f"{each.name} ({each.remark})" for each in task.columns if each.role == "left out"]
    numbers = sum(each.role == "number" for each in task.columns)
    texts = sum(each.role == "category" for each in task.columns)
    rows.add_row("data", Text(f"{task.table.name}: {len(task.target):,} rows"))
    rows.add_row("columns", f"{numbers} numbers, {texts} texts to predict from")
    if left_out:
        rows.add_row("left out", Text("; ".join(left_out)))
    for place, remark in enumerate(task.remarks):
        rows.add_row("task" if place == 0 else "", Text(remark))
    for place, arm in enumerate(plan.arms):
        grade = f" [{arm.grade}]" if arm.grade else ""
        caution = f" ({arm.caution})" if arm.caution else ""
        line = Text.assemble((arm.name, "cyan"), f": {arm.reason}{grade}", (caution, "yellow"))
        rows.add_row("losses" if place == 0 else "", line)
    again = f", {plan.repeats} times over" if plan.repeats > 1 else ""
    rows.add_row("judged on", f"{plan.folds} folds{again}; the same for every loss")
    rates = ", ".join(f"{rate:g}" for rate in budget.learning_rates)
    rows.add_row("budget", f"{budget.steps:,} steps at each learning rate of {rates}, per fold")
    if plan.decision:
        rows.add_row("decision", plan.decision)
    rows.add_row("will take", f"about {reports.duration(seconds)}")
    return Padding(rows, (1, 0, 1, 0))


def _run(plan: "Plan") -> StudyRecord:
    """Run with a bar on the error stream."""
    from lossary import lab

    console = Console(stderr=True)
    doing = TextColumn("{task.description}", markup=False)
    columns = (doing, BarColumn(), TimeRemainingColumn(), TextColumn("left"))
    with Progress(*columns, console=console, transient=True) as bar:
        job = bar.add_task("training", total=None)

        def progress(done: int, total: int, doing: str) -> None:
            bar.update(job, completed=done, total=total, description=doing)

        return lab.run(plan, progress)


def _found(record: StudyRecord) -> RenderableType:
    """Draw the ranking, and the verdict under it."""
    from lossary.reports import number

    question, verdict = record.question, record.verdict
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("loss", style="cyan", no_wrap=True)
    for name in (question.metric, "± over folds", "worse by", f"{verdict.level:.0%} interval"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for each in verdict.standings:
        cells = [number(each.mean), number(each.deviation, 2)]
        if each.arm == verdict.leader:
            cells += ["", "", "leads"]
        else:
            cells += [
                number(each.difference, 3),
                f"{number(each.low, 3)} to {number(each.high, 3)}",
            ]
            cells.append("not told apart" if each.together else "worse")
        table.add_row(Text(each.arm), *cells)
    words = Text.assemble((verdict.sentence, "bold"), "\n", verdict.advice)
    if record.protocol.repeats == 1 and sum(each.together for each in verdict.standings) > 1:
        words.append(" More repeats (--repeats 3) make the intervals narrower.")
    return Group(table, "", words, "")


def _folder(record: StudyRecord) -> str:
    stem = record.data.name.split()[0].removesuffix(".gz").rsplit(".", 1)[0]
    return re.sub(
        r"[^\w.-]+", "-", f"study-{stem}-{record.question.target}-{record.question.metric}"
    )
