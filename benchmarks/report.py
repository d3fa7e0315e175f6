"""From a run's numbers to a file of data and a page to read; computes no time of its own."""

import json
import time
from itertools import groupby
from pathlib import Path
from typing import Any

HEAD = ("loss", "entries", "pass", "ours", "theirs", "ratio", "of limit", "error", "theirs'")


def write(found: dict[str, Any], folder: Path) -> None:
    """Write `<date>-<kind of machine>.json` and `latest.md`."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{time.strftime('%Y-%m-%d')}-{found['machine']['kind']}.json"
    (folder / name).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (folder / "latest.md").write_text(page(found, name), encoding="utf-8")
    print(f"{folder / name} and latest.md, {found['seconds']:.0f} s")


def page(found: dict[str, Any], name: str) -> str:
    """Write the page: the machine, its limits, small calls, then one table for each framework."""
    parts = [f"# Benchmarks\n\nFrom `{name}`; the page beside it says how to read it."]
    parts += [_machine(found), _limits(found["limits"]), _small(found["small"])]
    hosts = sorted(
        {row["host"] for row in found["rows"]}, key=[r["host"] for r in found["rows"]].index
    )
    for host in hosts:
        lines = [_line(row) for row in found["rows"] if row["host"] == host]
        parts.append(f"## {host}\n\n{_table(HEAD, lines)}")
    return "\n\n".join([*parts, _counts(found["rows"])]) + "\n"


def _machine(found: dict[str, Any]) -> str:
    facts, load = found["machine"], (found["machine"]["load_before"], found["load_after"])
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    return (
        f"{facts['processor']}, {facts['cores']} cores, {facts['memory_gib']} GiB, "
        f"{facts['system']}, Python {facts['python']}; {versions}. Threads: {facts['threads']}. "
        f"Rounds: {found['rounds']}. Load before and after: {load[0]:.1f}, {load[1]:.1f} "
        f"(1 is this run alone)."
    )


def _limits(known: dict[str, float]) -> str:
    rows = [("triad into memory held", f"{known['triad_warm_bytes_per_s'] / 1e9:.1f} GB/s")]
    rows += [("triad into fresh memory", f"{known['triad_fresh_bytes_per_s'] / 1e9:.1f} GB/s")]
    rows += [("exponentials", f"{known['exp_per_s'] / 1e9:.2f} G/s")]
    for name, seconds in known.items():
        if name.startswith("dispatch_"):
            label = name.removeprefix("dispatch_").removesuffix("_s")
            rows.append((f"one operation on one number, {label}", _time(seconds)))
    return f"## The machine's own limits\n\n{_table(('what', 'measured'), rows)}"


def _small(small: dict[str, Any]) -> str:
    head = ("squared error of 8 entries", "formula", "call", "of it reading", "checked call",
            "of it checks", "theirs")  # fmt: skip
    rows = [
        (library, _time(each["formula_s"]), _time(each["call_s"]), f"{each['share_of_reading']:.0%}",
         _time(each["checked_s"]), f"{each['share_of_checks']:.0%}", _time(each["theirs_s"]))
        for library, each in small.items() if library != "starts"
    ]  # fmt: skip
    starts = [(f"`{name.removesuffix('_s')}`", _time(s)) for name, s in small["starts"].items()]
    fresh = _table(("fresh process", "takes"), starts)
    return f"## Small calls and starts\n\n{_table(head, rows)}\n\n{fresh}"


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    ours, pair = row["ours_s"], row.get("ratio")
    passes = {"forward": "value", "both": "value, slope"}
    theirs = f"{_time(row['theirs_s']['median'])} {row['against']}" if pair else "none"
    times = f"**{pair['median']:.2f}** ({pair['min']:.2f}–{pair['max']:.2f})" if pair else ""
    share = f"{row['shortest_s'] / ours['median']:.1%}"
    errors = (_error(row["error"].get(who)) for who in ("ours", "theirs"))
    spread = f"{_time(ours['median'])} ({_time(ours['min'])}–{_time(ours['max'])})"
    return (row["loss"], row["size"], passes[row["pass"]], spread, theirs, times, share, *errors)


def _error(error: dict[str, float] | None) -> str:
    return "" if error is None else f"{max(error.values()):.0e}"


def _counts(rows: list[dict[str, Any]]) -> str:
    """Write the counts of the largest arrays of each loss: they do not depend on size."""
    counted = [row for row in rows if "counts" in row]
    lines = []
    for _, group in groupby(sorted(counted, key=lambda row: row["loss"]), lambda row: row["loss"]):
        row = list(group)[-1]
        pairs = [row["counts"].get(who) for who in ("ours", "theirs")]
        for key in ("forward", "backward"):
            lines.append(
                (row["loss"], f"operations, {key}", *(str(len(p[key])) if p else "" for p in pairs))
            )
        lines.append(
            (
                row["loss"],
                "bytes kept an entry",
                *(f"{p['kept_bytes_per_entry']:.0f}" if p else "" for p in pairs),
            )
        )
    return f"## Counted on torch\n\n{_table(('loss', 'what', 'ours', 'theirs'), lines)}"


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-9:.3g} ns"
