"""Plant every bug of the table, one at a time, and say which test noticed: `make plant`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from queue import Queue
from typing import Any

from tests.planted_bugs.bed import Bed, Outcome
from tests.planted_bugs.table import Bug, sheets

say = partial(print, flush=True)


class Garden:
    """As many beds as cores; whoever wants one waits until one is free."""

    def __init__(self, folder: Path, size: int) -> None:
        self.free: Queue[Bed] = Queue()
        for number in range(size):
            self.free.put(Bed(folder / str(number)))

    def ask(self, question: str, *given: Any) -> Outcome:
        """Ask the next free bed to `try_bug` or to `run`."""
        bed = self.free.get()
        try:
            return getattr(bed, question)(*given)
        finally:
            self.free.put(bed)


@contextmanager
def at_work(size: int) -> Iterator[tuple[Garden, ThreadPoolExecutor]]:
    """Lay out the beds and the hands to work them; leave nothing behind."""
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(size) as hands:
        yield Garden(Path(folder), size), hands


def greens(garden: Garden, hands: ThreadPoolExecutor, bugs: list[Bug], size: int) -> list[str]:
    """Run the chosen tests where nothing is planted; return what fails already."""
    chosen = sorted({each for bug in bugs for each in bug.tests})
    runs = [hands.submit(garden.ask, "run", _together(chosen[i::size])) for i in range(size)]
    return [run.result().told for run in runs if run.result().told]


def _together(tests: list[str]) -> list[str]:
    """Run choices among the same tests at once."""
    found: dict[str, list[str]] = {}
    for path, _, choice in (each.partition(" -k ") for each in tests):
        found.setdefault(path, []).append(choice)
    return [
        f"{path} -k {' or '.join(f'({each})' for each in choices)}" if all(choices) else path
        for path, choices in found.items()
    ]


def told(bug: Bug, outcome: Outcome) -> str:
    """Write one line, or two where nobody noticed."""
    if outcome.failed:
        return f"caught      {outcome.seconds:5.1f} s  {bug.name}\n{'':22}{outcome.told}"
    why = f" ({outcome.told})" if outcome.told else ""
    return f"NOT caught  {outcome.seconds:5.1f} s  {bug.name}{why}\n{'':22}{bug.harm}"


def main() -> int:
    """Return 1 if a bug is not caught, a row has rotted, or the tests fail without a bug."""
    parser = argparse.ArgumentParser(prog="python -m tests.planted_bugs", description=__doc__)
    parser.add_argument("--only", default="", help="plant only what has this text in its row")
    only = parser.parse_args().only
    rows = (bug for sheet in sheets().values() for bug in sheet)
    bugs = [bug for bug in rows if only in f"{bug.name} {bug.right} {bug.harm} {bug.tests}"]
    begin, size = time.perf_counter(), min(os.cpu_count() or 1, 4)
    with at_work(size) as (garden, hands):
        red = greens(garden, hands, bugs, size)
        if red:
            say("The tests fail with no bug planted; mend that first:", *red, sep="\n    ")
            return 1
        say(f"All chosen tests pass without a bug, {time.perf_counter() - begin:.0f} s.")
        runs: dict[Future[Outcome], Bug] = {
            hands.submit(garden.ask, "try_bug", bug): bug for bug in bugs
        }
        missed = []
        for run in as_completed(runs):
            say(told(runs[run], run.result()))
            missed += [] if run.result().failed else [runs[run]]
    count, seconds = len(bugs) - len(missed), time.perf_counter() - begin
    say(f"{count} of {len(bugs)} planted bugs were caught, in {seconds:.0f} s.")
    if missed:
        say("NOT caught:", *(f"{bug.name}\n        {bug.harm}" for bug in missed), sep="\n    ")
    return int(bool(missed) or not bugs)


if __name__ == "__main__":
    sys.exit(main())
