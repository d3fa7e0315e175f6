"""The command line: `lossary list`, `show`, `check`, `recommend`, `study` and others."""

import sys
from typing import Annotated

import typer

import lossary
from lossary.cli.check import check
from lossary.cli.list import listed
from lossary.cli.optimizers import optimizers
from lossary.cli.recommend import recommend
from lossary.cli.report import report
from lossary.cli.show import show
from lossary.cli.study import study
from lossary.cli.terminal import complain
from lossary.errors import LossError

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command("list")(listed)
app.command()(show)
app.command()(check)
app.command()(optimizers)
app.command()(recommend)
app.command()(study)
app.command()(report)


def _version(asked: bool) -> None:
    if asked:
        print(lossary.__version__)
        raise typer.Exit


@app.callback()
def start(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """The glossary of losses that computes: look them up, find out which one serves a task."""


def main() -> None:
    """Run the command line; what a user can cause ends as one red message."""
    try:
        app()
    except LossError as error:
        complain(error)
        sys.exit(1)
