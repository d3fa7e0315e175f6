"""Where the command line writes: tables to the terminal or a pipe, errors to the other stream."""

import os
import sys

from rich.console import Console, RenderableType
from rich.text import Text

WIDE = 200
"""The columns of a pipe: a line that is searched should not be broken."""


def tell(what: RenderableType) -> None:
    """Print as wide as the terminal is; to a pipe, in long lines without trailing blanks."""
    if sys.stdout.isatty():
        Console(highlight=False).print(what)
        return
    wide = Console(highlight=False, width=None if "COLUMNS" in os.environ else WIDE)
    with wide.capture() as captured:
        wide.print(what)
    print("\n".join(line.rstrip() for line in captured.get().splitlines()))


def complain(error: Exception) -> None:
    """Print an error in red, without a trace."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(Text(str(error), style="red"))
