"""A benchmark run with one thread and with two, each in a process of its own, and its pages."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.__main__ import pin

Runs = list[dict[str, Any]]


def parser(name: str, what: str | None, only: str, rounds: int) -> argparse.ArgumentParser:
    """Return what reads the options of `python -m benchmarks.<name>`."""
    made = argparse.ArgumentParser(prog=f"python -m benchmarks.{name}", description=what)
    made.add_argument("--only", default="", help=only)
    made.add_argument("--threads", type=int, help="only with so many; else with 1, and with 2")
    made.add_argument("--rounds", type=int, default=rounds)
    made.add_argument("--into", type=Path, default=Path(__file__).parent / "results")
    return made


def run(
    name: str,
    given: argparse.Namespace,
    everything: Callable[[int, str, int], dict[str, Any]],
    page: Callable[[Runs], str],
) -> int:
    """Run what was asked for, and write `<name>.json` and `<name>.md`; gives the exit status."""
    if given.threads:
        pin(given.threads)
        runs = [everything(given.threads, given.only, given.rounds)]
    else:
        counts = [1, 2] if (os.cpu_count() or 1) > 1 else [1]
        runs = [_apart(name, threads, given) for threads in counts]
    given.into.mkdir(parents=True, exist_ok=True)
    (given.into / f"{name}.json").write_text(json.dumps(runs, indent=1) + "\n", encoding="utf-8")
    (given.into / f"{name}.md").write_text(page(runs), encoding="utf-8")
    return 0


def row(cells: Any) -> str:
    """Return a row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def _apart(name: str, threads: int, given: argparse.Namespace) -> dict[str, Any]:
    """Run with so many threads in a process of its own: no framework changes its mind later."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", f"benchmarks.{name}", "--threads", str(threads)]
        command += ["--only", given.only, "--rounds", str(given.rounds), "--into", folder]
        subprocess.run(command, check=True)
        return dict(json.loads((Path(folder) / f"{name}.json").read_text(encoding="utf-8"))[0])
