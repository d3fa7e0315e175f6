"""What `lossary check` is asked: each option once, with what it means."""

from pathlib import Path
from typing import Annotated

import typer

_Words = str | None
_Many = list[str] | None

Addresses = Annotated[
    list[str] | None,
    typer.Argument(help="Losses as losses.py:focal or torch.nn:HuberLoss; a file alone: its own."),
]
_CONTRACT = "What it promises, where trying is not believed"
_RUN = "What is tried"
_OUTPUT = "What comes out"

Prediction = Annotated[
    _Words,
    typer.Option(
        help="Its domain: real, logit, scores, probability, log_probability, box…",
        rich_help_panel=_CONTRACT,
    ),
]
Target = Annotated[
    _Words,
    typer.Option(
        help="Its domain: real, labels, degree (0 to 1), side (-1, 1), distribution, box…",
        rich_help_panel=_CONTRACT,
    ),
]
Shapes = Annotated[
    _Words,
    typer.Option(help='Axes of the arrays in their order: "n k, n".', rich_help_panel=_CONTRACT),
]
Order = Annotated[
    _Words,
    typer.Option(
        help="What the arrays are, in their order: target,prediction,weight.",
        rich_help_panel=_CONTRACT,
    ),
]
Reduction = Annotated[
    _Words, typer.Option(help="mean, sum, none or other.", rich_help_panel=_CONTRACT)
]
Structure = Annotated[
    _Words,
    typer.Option(
        help="What it adds up: entries, rows, or batch, where it does not (Dice, InfoNCE).",
        rich_help_panel=_CONTRACT,
    ),
]
Per = Annotated[
    _Words,
    typer.Option(
        help="What a mean divides by: entry, row, valid or weight.", rich_help_panel=_CONTRACT
    ),
]
Ignore = Annotated[
    float | None,
    typer.Option(help="The target that leaves an entry out: -100.", rich_help_panel=_CONTRACT),
]
Infimum = Annotated[
    float | None, typer.Option(help="The lowest value it can reach.", rich_help_panel=_CONTRACT)
]
Like = Annotated[
    _Words,
    typer.Option(help="A loss of ours to compare with: huber.", rich_help_panel=_CONTRACT),
]
Gradient = Annotated[
    _Words,
    typer.Option(
        help="What gives its gradient, written by hand: a name beside it, an address, or returned.",
        rich_help_panel=_CONTRACT,
    ),
]
Settings = Annotated[
    _Many,
    typer.Option(
        "--set", help="A setting, as gamma=2.0; may be repeated.", rich_help_panel=_CONTRACT
    ),
]
Host = Annotated[
    _Words,
    typer.Option(
        help="Whose arrays it takes: torch, jax, keras, tensorflow, numpy.",
        rich_help_panel=_CONTRACT,
    ),
]
Only = Annotated[
    _Many, typer.Option(help="Try this check alone; may be repeated.", rich_help_panel=_RUN)
]
Skip = Annotated[
    _Many, typer.Option(help="Leave this check out; may be repeated.", rich_help_panel=_RUN)
]
Thorough = Annotated[
    bool, typer.Option("--thorough", help="Minutes rather than seconds.", rich_help_panel=_RUN)
]
Strict = Annotated[
    bool, typer.Option("--strict", help="A warning counts as a failure.", rich_help_panel=_RUN)
]
Verbose = Annotated[
    bool,
    typer.Option(
        "--verbose",
        "-v",
        help="All of the profile, and every check that held.",
        rich_help_panel=_OUTPUT,
    ),
]
AsJson = Annotated[
    bool, typer.Option("--json", help="As data, for programs.", rich_help_panel=_OUTPUT)
]
Sarif = Annotated[
    Path | None, typer.Option(help="Write SARIF, for GitHub.", rich_help_panel=_OUTPUT)
]
Junit = Annotated[
    Path | None, typer.Option(help="Write JUnit's XML, for a CI.", rich_help_panel=_OUTPUT)
]
Save = Annotated[
    Path | None, typer.Option(help="Write a certificate (JSON).", rich_help_panel=_OUTPUT)
]
Against = Annotated[
    Path | None,
    typer.Option(help="Compare with a certificate: what is new?", rich_help_panel=_OUTPUT),
]
Listed = Annotated[bool, typer.Option("--list", help="List all checks.", rich_help_panel=_OUTPUT)]
Explain = Annotated[
    _Words,
    typer.Option(help="Explain a check: its law, its reason, its rule.", rich_help_panel=_OUTPUT),
]
