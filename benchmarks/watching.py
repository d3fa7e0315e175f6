"""What `lossary.watch` adds to a training step: `python -m benchmarks.watching`."""

import sys
import time
import warnings
from collections.abc import Callable
from itertools import pairwise
from typing import Any

from benchmarks.by_threads import parser as options
from benchmarks.by_threads import row as table_row
from benchmarks.by_threads import run as run_all

ALLOWED = 0.02
"""How much of a step a watched loss may cost after the first batches."""
STEPS = 20
"""Steps in a turn."""
ROWS = (
    ("32 rows, 20 → 64 → 1", (20, 64, 1), 32),
    ("128 rows, 784 → 256 → 10", (784, 256, 10), 128),
    ("512 rows, 784 → 512 → 512 → 10", (784, 512, 512, 10), 512),
)
"""From the smallest network that anybody trains to a middling one: the smaller, the dearer."""
COLUMNS = ("network", "µs a step", "added, µs", "of the step", "whole step", "first batch, ms")

parser = options("watching", __doc__, "only networks with this in their names, as 784", 15)


def everything(threads: int, only: str, rounds: int) -> dict[str, Any]:
    """Train all networks with a plain and a watched loss by turns, with so many threads."""
    import torch

    from benchmarks.machine import described, load

    torch.set_num_threads(threads)
    machine, begin = described(threads), time.perf_counter()
    rows = []
    for title, sizes, batch in ROWS:
        if only in title:
            rows.append({"title": title, "threads": threads, **measured(sizes, batch, rounds)})
            print(_line(rows[-1]), flush=True)
    seconds = time.perf_counter() - begin
    return {"machine": machine, "load_after": load(), "seconds": seconds, "rows": rows}


def measured(sizes: tuple[int, ...], batch: int, rounds: int) -> dict[str, Any]:
    """Race a step with a plain loss against one with a watched loss, and the bare losses too.

    What a look adds does not hang on the network: it is seen best beside the loss alone.
    """
    from benchmarks.harness import race, ratio

    plain, watched, bare, bare_watched, first = trainers(sizes, batch)
    calls = {"plain": plain, "watched": watched, "bare": bare, "bare watched": bare_watched}
    timings = race(calls, rounds, clock=time.process_time)
    added = timings["bare watched"].median - timings["bare"].median
    return {
        "plain": timings["plain"].median / STEPS,
        "added": added,
        "share": added * STEPS / timings["plain"].median,
        "ratio": ratio(timings["watched"], timings["plain"]),
        "first": first,
    }


def trainers(sizes: tuple[int, ...], batch: int) -> tuple[Callable[[], None], ...]:
    """Return both trainers and both losses, past their first batches, and the first's seconds."""
    import torch

    import lossary

    kind = torch.nn.MSELoss if sizes[-1] == 1 else torch.nn.CrossEntropyLoss
    watched = lossary.watch(kind())
    calls = []
    first = 0.0
    for loss in (kind(), watched):
        step = _step(loss, sizes, batch)
        begin = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            step(1)
        first = time.perf_counter() - begin
        calls.append(step)
        step(5)
    assert watched.watcher.steps > watched.watcher.first
    plain_step, watched_step = calls
    prediction, target = _given(sizes, batch)
    bare = kind()
    return (  # type: ignore[return-value]
        lambda: plain_step(STEPS),
        lambda: watched_step(STEPS),
        lambda: bare(prediction, target),
        lambda: watched(prediction, target),
        first,
    )


def _given(sizes: tuple[int, ...], batch: int) -> tuple[Any, Any]:
    import torch

    prediction = torch.randn(batch, sizes[-1], requires_grad=True)
    if sizes[-1] == 1:
        return prediction, torch.randn(batch, 1)
    return prediction, torch.randint(0, sizes[-1], (batch,))


def _step(loss: Any, sizes: tuple[int, ...], batch: int) -> Callable[[int], None]:
    import torch

    torch.manual_seed(0)
    layers: list[Any] = []
    for wide, next_wide in pairwise(sizes):
        layers += [torch.nn.Linear(wide, next_wide), torch.nn.ReLU()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.SGD(model.parameters(), lr=1e-3)
    rows, target = torch.randn(batch, sizes[0]), _given(sizes, batch)[1]

    def train(steps: int) -> None:
        for _ in range(steps):
            optimizer.zero_grad()
            loss(model(rows), target).backward()
            optimizer.step()

    return train


def page(runs: list[dict[str, Any]]) -> str:
    """Write the page: what was asked for, how it was measured, and a table."""
    rows = [row for run in runs for row in run["rows"]]
    missed = [row["title"] for row in rows if row["share"] > ALLOWED]
    said = f"missed with {'; '.join(dict.fromkeys(missed))}" if missed else "held"
    least = max(row["added"] for row in rows) / ALLOWED
    machine = runs[0]["machine"]
    head = [table_row(COLUMNS), table_row(["---"] * len(COLUMNS))]
    wanted = (
        f"Wanted: at most {ALLOWED:.0%} of a step after the first batches: {said}. It holds where "
        f"a step takes {1e6 * least:.0f} µs or more."
    )
    how = (
        "A step is the forward pass, the loss, the backward pass and SGD, in PyTorch; a turn has "
        f"{STEPS} of them, plain and watched by turns. Times are the processor's own. What a look "
        "adds is the watched loss's time without the plain one's, both by themselves; the whole "
        "step, watched beside plain, is noisier than that: the median, smallest and largest of "
        "the rounds. The first batch is read, probed and looked at, once in a run."
    )
    where = (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python "
        f"{machine['python']}, torch {machine['versions']['torch']}; "
        f"{machine['load_before'] or 0:.1f} processes wanted a core before."
    )
    table = "\n".join([*head, *map(_line, rows)])
    return "\n\n".join(["# What watching a loss costs", wanted, how, where, table]) + "\n"


def _line(row: dict[str, Any]) -> str:
    middle, low, high = (row["ratio"][each] - 1 for each in ("median", "min", "max"))
    return table_row(
        (
            f"{row['title']}, {row['threads']} thread{'s' * (row['threads'] > 1)}",
            f"{1e6 * row['plain']:.0f}",
            f"{1e6 * row['added']:.1f}",
            f"{row['share']:.1%}",
            f"{middle:.1%} ({low:.1%} to {high:.1%})",
            f"{1e3 * row['first']:.0f}",
        )
    )


if __name__ == "__main__":
    sys.exit(run_all("watching", parser.parse_args(), everything, page))
