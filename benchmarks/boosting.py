"""Train boosters with our losses beside their own objectives: `python -m benchmarks.boosting`."""

import argparse
import json
import os
import sys
import time
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.__main__ import pin

HOSTS = ("lightgbm", "xgboost", "catboost")
WANTED = 1.15
"""A training run may take so many times as long as one with the booster's own objective."""
HELD = 10
"""One row in so many is held out, for both to be judged by."""
COLUMNS = (
    "loss", "ours", "theirs", "ours / theirs", "of processor time", "error, ours", "error, theirs",
    "",
)  # fmt: skip

parser = argparse.ArgumentParser(prog="python -m benchmarks.boosting", description=__doc__)
parser.add_argument("--only", default="", help="only boosters and losses with this in their names")
parser.add_argument("--rows", type=int, default=1_000_000)
parser.add_argument("--rounds", type=int, default=100, help="trees, or trees for each class")
parser.add_argument("--repeats", type=int, default=3, help="times each is trained, after a first")
parser.add_argument("--threads", type=int, default=os.cpu_count() or 1)
parser.add_argument("--into", type=Path, default=Path(__file__).parent / "results")


def timed(
    ours: Any, theirs: Any, repeats: int, clocks: Any = (time.perf_counter, time.process_time)
) -> dict[str, Any]:
    """Time two calls by turns, each first as often as the other; the first turn only warms up.

    The ratios are ours to theirs, within each turn: a machine that slows down slows down both. The
    second clock counts what the processor did for us, which a busy machine disturbs less.
    """
    found: dict[str, list[tuple[float, ...]]] = {"ours": [], "theirs": []}
    calls = {"ours": ours, "theirs": theirs}
    for turn in range(repeats + 1):
        for name in ("ours", "theirs") if turn % 2 else ("theirs", "ours"):
            begin = [clock() for clock in clocks]
            calls[name]()
            found[name].append(tuple(clock() - at for clock, at in zip(clocks, begin, strict=True)))
    one, other = found["ours"][1:], found["theirs"][1:]
    wall, processor = (
        [mine[place] / yours[place] for mine, yours in zip(one, other, strict=True)]
        for place in (0, 1)
    )
    return {
        "ours_s": median(each[0] for each in one),
        "theirs_s": median(each[0] for each in other),
        "ratio": {"median": median(wall), "min": min(wall), "max": max(wall)},
        "processor_ratio": median(processor),
    }


def measured(host: str, given: argparse.Namespace) -> list[dict[str, Any]]:
    """Train the rows of one booster."""
    from benchmarks.boosters.row import draw

    home = import_module(f"benchmarks.boosters.{host}")
    told = home.settings(given.rounds, given.threads)
    features, targets = draw(given.rows)
    held, asked = draw(max(given.rows // HELD, 1), seed=1)
    found = []
    for row in home.ROWS:
        if given.only.lower() not in f"{host} {row.title}".lower():
            continue
        target, fitted = targets[row.target], {}

        def train(name: str, row: Any = row, target: Any = target, fitted: Any = fitted) -> None:
            fitted[name] = getattr(row, name)(told).fit(features, target)

        seconds = timed(lambda t=train: t("ours"), lambda t=train: t("theirs"), given.repeats)
        errors = {
            f"error_{name}": row.judge(asked[row.target], model, held)
            for name, model in fitted.items()
        }
        found.append({"host": f"{host} {home.VERSION}", "loss": row.title} | seconds | errors)
        print(" | ".join(_line(found[-1])), flush=True)
    return found


def page(found: dict[str, Any]) -> str:
    """Write the page: how it was measured, and a table for each booster."""
    told, machine = found["told"], found["machine"]
    how = (
        f"{told['rows']:,} rows of 10 features in single precision, {told['rounds']} rounds, "
        f"{told['threads']} threads, the median of {told['repeats']} turns; `fit` from arrays to "
        f"model. Wanted: ours at most {WANTED} times theirs. Where the processor's time tells "
        f"another ratio, the machine was busy. Errors are the mean loss of "
        f"{told['rows'] // HELD:,} rows held out."
    )
    where = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python "
        f"{machine['python']}, NumPy {machine['versions']['numpy']}; {machine['load_before']:.1f} "
        f"processes wanted a core before, {found['load_after']:.1f} after."
    )
    parts = ["# Training time of boosters", how, where]
    for host in dict.fromkeys(row["host"] for row in found["rows"]):
        lines = [COLUMNS, ("---",) * len(COLUMNS)]
        lines += [_line(row) for row in found["rows"] if row["host"] == host]
        parts += [f"## {host}", "\n".join(f"| {' | '.join(line)} |" for line in lines)]
    return "\n\n".join(parts) + "\n"


def _line(row: dict[str, Any]) -> tuple[str, ...]:
    ratio = row["ratio"]
    return (
        row["loss"],
        f"{row['ours_s']:.2f} s",
        f"{row['theirs_s']:.2f} s",
        f"{ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f})",
        f"{row['processor_ratio']:.2f}",
        f"{row['error_ours']:.5g}",
        f"{row['error_theirs']:.5g}",
        "" if ratio["median"] <= WANTED else "missed",
    )


def main() -> int:
    given = parser.parse_args()
    pin(given.threads)
    from benchmarks.machine import described, load

    machine = described(given.threads)
    hosts = [
        host
        for host in HOSTS
        if find_spec(f"benchmarks.boosters.{host}") and not _left_out(host, given.only.lower())
    ]
    rows = [row for host in hosts for row in measured(host, given)]
    told = {name: getattr(given, name) for name in ("rows", "rounds", "repeats", "threads")}
    found = {"machine": machine, "load_after": load() or 0.0, "told": told, "rows": rows}
    given.into.mkdir(parents=True, exist_ok=True)
    (given.into / "boosting.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    (given.into / "boosting.md").write_text(page(found), encoding="utf-8")
    return 0


def _left_out(host: str, only: str) -> bool:
    """Say whether another booster was named."""
    return any(other in only for other in HOSTS if other != host)


if __name__ == "__main__":
    sys.exit(main())
