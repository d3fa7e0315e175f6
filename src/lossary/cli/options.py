"""What commands that read a table are asked: each option once, with what it means."""

from pathlib import Path
from typing import Annotated

import typer

_Words = str | None
_Count = int | None

Data = Annotated[
    _Words,
    typer.Argument(help="A CSV or Parquet file, or sklearn:NAME; without it, a bundled sample."),
]
Target = Annotated[
    _Words, typer.Option(help="The column to predict; several, for several labels: a,b,c.")
]
Metric = Annotated[_Words, typer.Option(help="What judges: mae, f1, pinball(0.9)…")]
Seed = Annotated[int, typer.Option(help="Of folds, settings, first weights and order of rows.")]
Task = Annotated[
    _Words, typer.Option(help="Where the detection is wrong: regression, count, binary…")
]
Positive = Annotated[_Words, typer.Option(help="The class to find, of two.")]
Event = Annotated[_Words, typer.Option(help="Column that says whether a time was seen to its end.")]
Groups = Annotated[_Words, typer.Option(help="Column whose rows of one value are never parted.")]
Order = Annotated[_Words, typer.Option(help="Column of time: training is on the past only.")]
Weight = Annotated[_Words, typer.Option(help="Column of the rows' weights.")]
Exposure = Annotated[_Words, typer.Option(help="Column of what counts are relative to.")]
Drop = Annotated[_Words, typer.Option(help="Columns to leave out: a,b,c.")]

Losses = Annotated[
    _Words, typer.Option(help="Your own arms: huber,squared_error,quantile(level=0.9)…")
]
Incumbent = Annotated[_Words, typer.Option(help="The loss that is used today.")]
Learners = Annotated[_Words, typer.Option(help="Who learns: mlp,lightgbm,xgboost,linear.")]
Optimizers = Annotated[
    _Words, typer.Option(help="Of the networks, each crossed with every loss: adamw,sgd…")
]
Folds = Annotated[int, typer.Option(help="Parts the rows are divided into.")]
Repeats = Annotated[_Count, typer.Option(help="How often they are divided; more tells more apart.")]
Trials = Annotated[_Count, typer.Option(help="Settings each arm tries on a fold.")]
Sampler = Annotated[str, typer.Option(help="Who chooses settings: random, grid, tpe, gp, qmc.")]
Budget = Annotated[_Words, typer.Option(help="How long it may take: 90s, 10m, 2h.")]
Cap = Annotated[_Words, typer.Option(help="How long a trial may take, in every arm: 30s, 10m.")]
Prune = Annotated[
    bool, typer.Option("--prune", help="Stop the worse half of each arm's settings half-way.")
]
Rope = Annotated[
    float | None, typer.Option(help="Differences of the metric up to here count as none.")
]
HoldOut = Annotated[float, typer.Option(help="Share of rows that no choice may see; 0 for none.")]
Out = Annotated[
    Path | None, typer.Option(help="Folder for trials, record (JSON) and report (HTML).")
]
Storage = Annotated[
    _Words, typer.Option(help="Another database for trials: postgresql://user@host/name.")
]
Jobs = Annotated[_Count, typer.Option(help="Processes; as many as cores without it.")]
Cluster = Annotated[_Words, typer.Option(help="ray, ray://host:port, dask or dask://host:port.")]
SelfTest = Annotated[bool, typer.Option("--self-test", help="Test the lab: a loss against itself.")]
AsJson = Annotated[bool, typer.Option("--json", help="As data, for programs.")]
