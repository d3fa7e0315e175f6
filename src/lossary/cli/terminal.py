"""Where the command line writes: tables to the terminal or a pipe, errors to the other stream."""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.text import Text

WIDE = 200
"""The columns of a pipe: a line that is searched should not be broken."""


def tell(what: RenderableType) -> None:
    """Print as wide as the terminal is; to a pipe, in long lines without trailing blanks.

    What must not be broken, as code, may be wider than the terminal.
    """
    if sys.stdout.isatty():
        Console(highlight=False).print(what, crop=False)
        return
    wide = Console(highlight=False, width=None if "COLUMNS" in os.environ else WIDE)
    with wide.capture() as captured:
        wide.print(what, crop=False)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def complain(error: Exception | str) -> None:
    """Print an error in red, without a trace."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(str(error), style="red"))


@contextmanager
def waiting(doing: str) -> Iterator[None]:
    """Say on the error stream what is being done, for as long as it takes."""
    with Console(stderr=True, highlight=False).status(Text(doing)):
        yield


@contextmanager
def heard() -> Iterator[Callable[[float, str], None]]:
    """Draw a bar on the error stream; gives what hears the share that is done, and of what."""
    doing = TextColumn("{task.description}", markup=False)
    columns = (doing, BarColumn(), TimeElapsedColumn(), TimeRemainingColumn(), TextColumn("left"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        job = bar.add_task("beginning", total=1.0)

        def progress(share: float, doing: str) -> None:
            bar.update(job, completed=share, description=doing)

        yield progress
