"""`lossary study`: which loss serves a task and its metric best? It says first what it will do."""

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from lossary.cli import options
from lossary.cli.planned import planned_table
from lossary.cli.ranking import ranking
from lossary.cli.terminal import complain, heard, tell, waiting
from lossary.errors import ArgumentError

if TYPE_CHECKING:
    from lossary.lab import Plan


def study(
    data: options.Data = None,
    target: options.Target = None,
    metric: options.Metric = None,
    losses: options.Losses = None,
    incumbent: options.Incumbent = None,
    learners: options.Learners = None,
    optimizers: options.Optimizers = None,
    folds: options.Folds = 5,
    repeats: options.Repeats = None,
    trials: options.Trials = None,
    sampler: options.Sampler = "random",
    seed: options.Seed = 0,
    budget: options.Budget = None,
    cap: options.Cap = None,
    prune: options.Prune = False,
    rope: options.Rope = None,
    hold_out: options.HoldOut = 0.2,
    task: options.Task = None,
    positive: options.Positive = None,
    event: options.Event = None,
    groups: options.Groups = None,
    order: options.Order = None,
    weight: options.Weight = None,
    exposure: options.Exposure = None,
    drop: options.Drop = None,
    out: options.Out = None,
    storage: options.Storage = None,
    jobs: options.Jobs = None,
    cluster: options.Cluster = None,
    self_test: options.SelfTest = False,
) -> None:
    """Compare losses on a task, honestly: same folds, same budget, judged by the metric alone.

    A study that was stopped or killed goes on where it stood when the command is given again.
    """
    with waiting("reading the table, and looking at it through quick models"):
        from lossary import lab  # it imports much, and the other commands need none of it

        lab.asked(jobs, cluster)
        plan = lab.plan(
            data, target, metric, losses, folds, seed, learners=learners, optimizers=optimizers,
            incumbent=incumbent, repeats=repeats, trials=trials, sampler=sampler, rope=rope,
            hold_out=hold_out, budget=budget and lab.seconds(budget), task=task, event=event,
            positive=positive, groups=groups, order=order, weight=weight, exposure=exposure,
            drop=_listed(drop), cap=cap and lab.seconds(cap), prune=prune,
        )  # fmt: skip
    plan = replace(plan, command=shlex.join(["lossary", *sys.argv[1:]]))
    told = {"jobs": jobs, "cluster": cluster}
    if self_test:
        _test(lab.null_plan(plan), out, told)
    else:
        _study(plan, out, storage, told)


def _study(plan: "Plan", out: Path | None, storage: str | None, told: dict[str, Any]) -> None:
    """Say what will be done, do it, and say what was found."""
    from lossary import lab, reports

    folder, plan, seconds = _prepared(plan, out, _processes(told["jobs"]))
    tell(planned_table(plan, seconds, folder))
    with _stopped(folder), heard() as progress:
        told = told | {"jobs": _fewer(seconds, **told)}
        record = lab.run(plan, folder, storage=storage, progress=progress, **told)
    tell(ranking(record))
    paths = folder / "record.json", reports.write(record, folder)
    tell(Text.assemble(("record ", "bold"), str(paths[0]), ("\nreport ", "bold"), str(paths[1])))


def _test(plan: "Plan", out: Path | None, told: dict[str, Any]) -> None:
    """Run the lab's own test and say what it shows."""
    from lossary import lab

    folder, plan, seconds = _prepared(plan, out, _processes(told["jobs"]))
    tell(planned_table(plan, seconds, folder))
    with _stopped(folder), heard() as progress:
        found = lab.against_itself(plan, folder / "self-test", progress, **told)
    tell(Text(found.sentence, style="bold" if found.passed else "bold red"))


_INTERRUPTED = 130  # as shells call what Ctrl-C ended
_QUICK = 20.0  # seconds: below, other processes take longer to start than they save


def _prepared(plan: "Plan", out: Path | None, count: int) -> tuple[Path, "Plan", float]:
    """Return where a plan is kept, the plan as its budget allows, and about how long it takes."""
    from lossary import lab

    if out is None:
        return lab.free(plan, count)
    _make_room(out)
    return out, *lab.afforded(plan, out, count)


@contextmanager
def _stopped(folder: Path) -> Iterator[None]:
    """Say how to go on, to somebody who stops a study."""
    try:
        yield
    except KeyboardInterrupt:
        complain(f"Stopped. What is finished is kept in {folder}: give the command again to go on.")
        raise typer.Exit(_INTERRUPTED) from None


def _fewer(seconds: float, jobs: int | None, cluster: str | None) -> int | None:
    """Return one process where others would take longer to start than they save."""
    return 1 if seconds < _QUICK and jobs is None and cluster is None else jobs


def _processes(jobs: int | None) -> int:
    return jobs or os.cpu_count() or 1


def _listed(text: str | None) -> list[str]:
    return [each.strip() for each in (text or "").split(",") if each.strip()]


def _make_room(folder: Path) -> None:
    """Make sure, before minutes are spent, that what is found can be written down."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise ArgumentError(f"--out {folder}: no folder can be made or written to there.")
