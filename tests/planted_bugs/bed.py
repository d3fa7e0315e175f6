"""A copy of the house in which bugs are planted, so that none ever stands in the house itself."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.planted_bugs.table import HOUSE, ROOT, Bug

LIMIT = 120
"""Seconds after which a test that does not end counts as one that fails."""
NOT_COPIED = shutil.ignore_patterns("__pycache__", "planted_bugs")
QUIET = {
    "PYTHONDONTWRITEBYTECODE": "1",  # a file changed twice in one second would not be read again
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclass(frozen=True)
class Outcome:
    """What tests made of the copy: whether one failed, its name (or what went wrong), and when."""

    failed: bool
    told: str
    seconds: float = 0.0


class Bed:
    """One copy of sources and tests; one bug stands in it at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("src", "tests", "benchmarks"):
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_COPIED)
        shutil.copy(ROOT / "pyproject.toml", folder)

    def try_bug(self, bug: Bug) -> Outcome:
        """Plant a bug, run the tests that should notice, and take it out again."""
        file = self.folder / HOUSE / bug.file
        right = file.read_text(encoding="utf-8")
        try:
            file.write_text(bug.planted(right), encoding="utf-8")
            return self.run(bug.tests)
        except ValueError as error:
            return Outcome(False, str(error))
        finally:
            file.write_text(right, encoding="utf-8")

    def run(self, tests: Iterable[str]) -> Outcome:
        """Run tests, given as "path" or "path -k choice", until one fails."""
        begin, found = time.perf_counter(), Outcome(False, "")
        for each in tests:
            found = self._pytest(*each.partition(" -k ")[::2])
            if found.told:
                break
        return Outcome(found.failed, found.told, time.perf_counter() - begin)

    def _pytest(self, path: str, choice: str) -> Outcome:
        command = [sys.executable, "-m", "pytest", path, "-x", "-q", "--tb=no", "-p", "no:xdist"]
        command += ["-p", "no:cacheprovider", *(["-k", choice] if choice else [])]
        given = os.environ | QUIET | {"PYTHONPATH": str(self.folder / "src")}
        try:
            ran = subprocess.run(
                command, cwd=self.folder, env=given, capture_output=True, text=True,
                check=False, timeout=LIMIT,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return Outcome(True, f"no end after {LIMIT} s")
        if ran.returncode == 0:
            return Outcome(False, "")
        first = [line for line in ran.stdout.splitlines() if line.startswith("FAILED ")]
        if ran.returncode == 1 and first:
            return Outcome(True, first[0].partition("::")[2].partition(" - ")[0])
        # It does not even import, or no test was chosen: this proves nothing about a test.
        return Outcome(False, f"no test could judge it: pytest ended with {ran.returncode}")
