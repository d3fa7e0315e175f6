"""From a run's numbers to a file of data and a page to read; measures nothing itself."""

import json
import time
from pathlib import Path
from typing import Any

from benchmarks import words

RACES = ("loss", "entries", "pass", "ours", "theirs", "ratio", "of limit", "error", "theirs'")
SMALL = ("squared error of 8", "formula", "call", "reading", "checked call", "checks", "theirs")
COUNTS = ("loss", "operations, value", "operations, slope", "bytes kept an entry")


def write(found: dict[str, Any], folder: Path) -> None:
    """Write `<date>-<kind of machine>.json` and `latest.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.strftime('%Y-%m-%d')}-{found['machine']['kind']}.json"
    (folder / name).write_text(_data(found), encoding="utf-8")
    (folder / "latest.md").write_text(page(found, name), encoding="utf-8")
    print(f"{name} and latest.md, {found['seconds']:.0f} s")


def _data(found: dict[str, Any]) -> str:
    """Write the data with one line for each race, so that two runs can be compared line by line."""
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in found["rows"])
    frame = json.dumps(found | {"rows": []}, indent=1)
    return frame.replace('"rows": []', f'"rows": [\n{rows}\n ]') + "\n"


def page(found: dict[str, Any], name: str) -> str:
    """Write the page: the machine, its limits, small calls, then a table for each framework."""
    rows, small = found["rows"], found["small"]
    parts = ["# Benchmarks", f"From `{name}`; `../README.md` says how to read it."]
    parts += [_machine(found), "## The machine's own limits"]
    parts += [
        _table(("what", "measured"), [words.limit(*each) for each in found["limits"].items()])
    ]
    parts += ["## Small calls and starts"]
    calls = {library: each for library, each in small.items() if library != "starts"}
    parts += [_table(SMALL, [words.call(*each) for each in calls.items()])]
    starts = [(name.removesuffix("_s"), words.seconds(s)) for name, s in small["starts"].items()]
    parts += [_table(("a fresh process", "takes"), starts)]
    for host in dict.fromkeys(row["host"] for row in rows):
        lines = [words.race(row) for row in rows if row["host"] == host]
        parts += [f"## {host}", _table(RACES, lines)]
    # What is counted does not depend on the size; the last one says it with the least rest.
    counted = {row["loss"]: row["counts"] for row in rows if "counts" in row}
    parts += ["## Counted on torch, ours and theirs"]
    parts += [_table(COUNTS, [words.counts(*each) for each in counted.items()])]
    return "\n\n".join(parts) + "\n"


def _machine(found: dict[str, Any]) -> str:
    facts = found["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return (
        f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gib']} GiB, "
        f"{facts['system']}, Python {facts['python']}; {versions}. Threads: {facts['threads']}. "
        f"Rounds: {found['rounds']}. Load before and after: {facts['load_before']:.1f}, "
        f"{found['load_after']:.1f} (this run alone would be 1)."
    )


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
