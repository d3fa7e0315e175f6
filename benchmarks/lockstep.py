"""Many small networks at once, ours beside a plain loop: `python -m benchmarks.lockstep`."""

import sys
import time
from itertools import count
from typing import Any

from benchmarks.by_threads import parser as options
from benchmarks.by_threads import row as table_row
from benchmarks.by_threads import run as run_all

TARGETS = (("2 × 64", 10.0), ("3 × 256", 2.0))
"""How many times as long the plain loop must take."""
JUDGED = 20
"""Steps after which the weights are looked at."""
SPARE = 3
"""Turns that are not timed: two to try, and a round to warm up."""
SIDE = 1024
"""Rows and columns of the matrices whose product is the limit."""
COLUMNS = (
    "who",
    "configuration-steps a second",
    "theirs / ours",
    "of the limit",
    "error",
)

parser = options("lockstep", __doc__, "only rows with this in their names, as 2 × 64", 3)


def everything(threads: int, only: str, rounds: int) -> dict[str, Any]:
    """Race all rows, in this process and with so many threads."""
    import torch

    from benchmarks.machine import described, load
    from benchmarks.trainers.row import ROW

    torch.set_num_threads(threads)
    machine, begin = described(threads), time.perf_counter()
    rows = []
    for row in ROW:
        if only in row.title:
            rows.append(raced(row, rounds, threads) | {"threads": threads})
            print(row.title, *_lines(rows[-1]), sep="\n", flush=True)
    seconds = time.perf_counter() - begin
    return {"machine": machine, "load_after": load(), "seconds": seconds, "rows": rows}


def raced(row: Any, rounds: int, threads: int, judged: int = JUDGED) -> dict[str, Any]:
    """Race all trainers of a row beside bare products; judge their weights after some steps."""
    from benchmarks.harness import race, ratio
    from benchmarks.trainers import loop, ours, vmapped
    from benchmarks.trainers.row import course, flops

    start = course(row, judged + row.steps * (rounds + SPARE))
    found = {
        name: trainer
        for home in (ours, loop, vmapped)
        for name, trainer in home.trainers(row, start, threads).items()
    }
    errors = {name: _error(each, start, judged) for name, each in found.items()}
    calls = {name: _turns(each, judged, row.steps) for name, each in found.items()}
    clock = time.process_time if threads == 1 else time.perf_counter
    timings = race(calls | {"limit": _product()}, rounds, least=0.0, clock=clock)
    limit = 2 * SIDE**3 / timings["limit"].median
    done = row.configurations * row.steps
    who = {
        name: {
            "rate": done / timings[name].median,
            "seconds": timings[name].data(),
            "ratio": ratio(timings[name], timings["ours"]),
            "of_limit": done * flops(row) / timings[name].median / limit,
            "error": errors[name],
        }
        for name in found
    }
    return {"title": row.title, "limit_flops": limit, "flops": flops(row), "who": who}


def _product() -> Any:
    """Return the product of two large matrices: what the machine's own library reaches."""
    import torch

    one, out = torch.randn(SIDE, SIDE), torch.empty(SIDE, SIDE)
    return lambda: torch.mm(one, one, out=out)


def _turns(trainer: Any, begin: int, steps: int) -> Any:
    """Return a call that goes on from where the last one ended."""
    ends = count(begin + steps, steps)
    return lambda: trainer.advance(next(ends))


def _error(trainer: Any, start: Any, steps: int) -> float:
    """Say how far weights are from double precision at most, relative to the way that they went."""
    from benchmarks.trainers.loop import exact

    trainer.advance(steps)
    found, worst = trainer.weights(), 0.0
    for place in (0, len(start.begun) // 2, len(start.begun) - 1):
        right, begun = exact(start, place, steps), start.begun[place].double()
        apart = (found[place].double() - right).abs().max() / (right - begun).abs().max()
        worst = max(worst, float(apart))
    return worst


def page(runs: list[dict[str, Any]]) -> str:
    """Write the page: the targets, how it was measured, and a table for each row."""
    rows = [row for run in runs for row in run["rows"]]
    parts = ["# Many small networks at once", _how(runs), "## Targets", _targets(rows)]
    for row in rows:
        threads = f"{row['threads']} thread{'s' * (row['threads'] > 1)}"
        parts.append(f"## {row['title']}, {threads}")
        parts.append(
            "\n".join([table_row(COLUMNS), table_row(["---"] * len(COLUMNS)), *_lines(row)])
        )
    return "\n\n".join(parts) + "\n"


def _how(runs: list[dict[str, Any]]) -> str:
    machine, last = runs[0]["machine"], runs[-1]
    return (
        "Perceptrons with SiLU learn squares from 8,000 rows of 16 columns, 128 rows a step, by "
        "AdamW with a climb and half a wave down; a configuration is a fold and one of eight "
        "learning rates, with the fold's rows in the same order for all. Ours steps all of them at "
        "once, and keeps a running average of their weights, which the others need not; with two "
        "threads each has half of the folds. A plain loop trains one `torch.nn.Sequential` after "
        "another. Seconds are the processor's own with one thread, which a busy machine disturbs "
        "less, and those of the wall with two, where it disturbs whoever waits for a thread. A "
        "ratio is theirs divided by ours, round by round: the median, the smallest and "
        "the largest. The limit is the rate of `torch.mm` on two matrices of 1024 × 1024 in the "
        "same round, held against the products that a step must do; where PyTorch's library does "
        "not use the widest vectors of a processor, ours may pass it. An error is the largest "
        "distance of a weight from a loop in double precision after 20 steps, relative to the "
        "largest way gone.\n\n"
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python "
        f"{machine['python']}, torch {machine['versions']['torch']}; {machine['compiler']}; "
        f"{machine['load_before'] or 0:.1f} processes wanted a core before, "
        f"{last['load_after'] or 0:.1f} after; {sum(run['seconds'] for run in runs):.0f} s."
    )


def _targets(rows: list[dict[str, Any]]) -> str:
    lines = []
    for row in rows:
        for start, least in TARGETS:
            if row["title"].startswith(start):
                ratio = row["who"]["plain loop"]["ratio"]["median"]
                held = "held" if ratio >= least else "missed"
                lines.append(
                    f"- {row['title']}, {row['threads']} thread{'s' * (row['threads'] > 1)}: the "
                    f"plain loop takes {ratio:.1f} times as long; wanted {least:g}: {held}."
                )
    return "\n".join(lines) or "Not measured in this run."


def _lines(row: dict[str, Any]) -> list[str]:
    return [
        table_row(
            [
                name,
                f"{each['rate']:,.0f}",
                "" if name == "ours" else
                f"{each['ratio']['median']:.1f} ({each['ratio']['min']:.1f} to "
                f"{each['ratio']['max']:.1f})",
                f"{each['of_limit']:.0%}",
                f"{each['error']:.0e}",
            ]
        )
        for name, each in row["who"].items()
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(run_all("lockstep", parser.parse_args(), everything, page))
