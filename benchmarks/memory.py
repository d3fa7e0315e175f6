"""How much memory a call needs beyond what was there: each in a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.rows import Row, rows

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
LEAST = 5_000_000
"""Entries from which on a row's memory is asked for; below, pages and pools blur it."""


def table(chosen: list[Row], part: str) -> list[dict[str, Any]]:
    """Measure value and slope on PyTorch for the large rows: bytes at the peak, the slope's too.

    Only Linux tells a process its high-water mark and lets it begin anew; elsewhere it is empty.
    """
    from benchmarks.contestants import contestants

    if not RESET.exists():
        return []
    least, found = LEAST if part == "whole" else 1, []
    for row in chosen[:1] if part == "quick" else chosen:
        if row.entries < least or "torch" not in row.hosts or "both" not in row.passes:
            continue
        extra = {}
        for name in contestants("torch", row, "both"):
            peak = _asked(part, row, name)
            if peak is not None:
                extra[name] = peak
        found += [{"loss": row.title, "size": row.size, "slope": 4 * row.entries, "extra": extra}]
        print(row.title, row.size, "memory", flush=True)
    return found


def _asked(part: str, row: Row, name: str) -> int | None:
    # Large arrays come from the system and go back to it at once, so that none is used twice.
    given = os.environ | {"MALLOC_MMAP_THRESHOLD_": "65536"}
    command = [sys.executable, "-m", "benchmarks.memory", part, row.title, row.size, name]
    done = subprocess.run(command, capture_output=True, text=True, env=given, check=False)
    return json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else None


def _peak(part: str, title: str, size: str, name: str) -> int:
    """Call once to be warm and once to be measured."""
    from benchmarks.contestants import contestants
    from benchmarks.hosts import Torch

    row = next(row for row in rows(part) if (row.title, row.size) == (title, size))
    host, who = Torch(), contestants("torch", row, "both")[name]
    with who.within():
        call = host.prepare("both", who, *map(host.array, row.arrays()))
        call()
        RESET.write_text("5")
        before = _status("VmRSS")
        call()
    return _status("VmHWM") - before


def _status(name: str) -> int:
    lines = dict(line.partition(":")[::2] for line in STATUS.read_text().splitlines())
    return 1024 * int(lines[name].split()[0])


if __name__ == "__main__":
    print(_peak(*sys.argv[1:]))
