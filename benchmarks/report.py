"""From a run's numbers to a file of data, a page to read and two drawings; measures nothing."""

import json
import time
from collections.abc import Callable, Iterable
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks import plots, targets, words

RACES = ("loss", "entries", "pass", "ours", "theirs", "ratio", "of limit", "error", "theirs'")
TARGETS = ("work", "against", "wanted", "measured", "")
SMALL = ("squared error of 8", "formula", "call", "reading", "checked call", "checks", "theirs")
COUNTS = (
    "loss", "who", "operations, value", "operations, slope", "bytes moved an entry",
    "tensors kept", "bytes kept an entry",
)  # fmt: skip
MEMORY = ("loss", "entries", "who", "extra at the peak", "in slopes")
Line = tuple[str, ...]


def write(found: dict[str, Any], folder: Path) -> None:
    """Write `<date>-<kind of machine>.json`, `latest.md` and its drawings."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.strftime('%Y-%m-%d')}-{found['machine']['kind']}.json"
    (folder / name).write_text(data(found), encoding="utf-8")
    (folder / "latest.md").write_text(page(found, name), encoding="utf-8")
    plots.draw(found, folder)
    print(f"{name} and latest.md, {found['seconds']:.0f} s")


def data(found: dict[str, Any]) -> str:
    """Write the data with one line for each race, so that two runs can be compared line by line."""
    rows = ",\n".join(json.dumps(row, ensure_ascii=False) for row in found["rows"])
    frame = json.dumps(found | {"rows": []}, indent=1, ensure_ascii=False)
    return frame.replace('"rows": []', f'"rows": [\n{rows}\n ]', 1) + "\n"


def page(found: dict[str, Any], name: str) -> str:
    """Write the page: targets first, then the machine, its limits, and a table for each host."""
    parts = ["# Benchmarks", f"From `{name}`; `../README.md` says how to read it.", _machine(found)]
    parts += ["## Targets", _table(TARGETS, map(words.target, targets.held(found)))]
    parts += [f"![{title}]({file})" for file, title in plots.FILES.items()]
    limits = found["limits"].items()
    parts += ["## The machine's own limits"]
    parts += [_table(("what", "measured"), (words.limit(*each) for each in limits))]
    for host in dict.fromkeys(row["host"] for row in found["rows"]):
        mine = (row for row in found["rows"] if row["host"] == host)
        parts += [f"## {host}", _table(RACES, _lines(words.race, mine))]
    if "wider" in found:
        parts += [f"## torch, {found['wider']['machine']['threads']} threads"]
        parts += [_table(RACES, _lines(words.race, found["wider"]["rows"]))]
    parts += ["## Extra memory on torch, value and slope"]
    parts += [_table(MEMORY, _lines(words.memory, found["memory"]))]
    parts += ["## Counted on torch", _table(COUNTS, _lines(words.counts, found["counts"]))]
    return "\n\n".join(parts + _once(found)) + "\n"


def _once(found: dict[str, Any]) -> list[str]:
    """Write what is paid once, or in every small call."""
    first = ((e["host"], e["loss"], *map(words.seconds, _both(e))) for e in found["first"])
    starts = ((key.removesuffix("_s"), words.seconds(s)) for key, s in found["starts"].items())
    return [
        "## First calls, small calls and starts",
        _table(("host", "value and slope, for the first time", "nothing kept", "kept"), first),
        _table(SMALL, (words.call(*each) for each in found["small"].items())),
        _table(("a fresh process", "takes"), starts),
    ]


def _both(each: dict[str, Any]) -> tuple[float, float]:
    return each["new_s"], each["kept_s"]


def _lines(word: Callable[[Any], Iterable[Line]], rows: Iterable[Any]) -> Iterable[Line]:
    return chain.from_iterable(map(word, rows))


def _machine(found: dict[str, Any]) -> str:
    facts = found["machine"]
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return (
        f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gib']} GiB, "
        f"{facts['system']}, Python {facts['python']}, {facts['compiler']}; {versions}. "
        f"Threads: {facts['threads']}. Rounds: {found['rounds']}. Load before and after: "
        f"{facts['load_before']:.1f}, {found['load_after']:.1f} (this run alone would be 1)."
    )


def _table(head: Line, rows: Iterable[Line]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
