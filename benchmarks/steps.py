"""One step of an optimizer, ours beside the frameworks': `python -m benchmarks.steps`."""

import sys
import time
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from benchmarks.by_threads import parser as options
from benchmarks.by_threads import row as table_row
from benchmarks.by_threads import run as run_all

HOSTS = {"torch": "torch", "jax": "optax", "keras": "keras"}
"""The files of contestants, and the package that each needs."""
TARGETS = (("torch.optim, fused", 1.0), ("torch.optim, plain loop", 3.0))
"""How many times as long Adam's rivals must take on the model of many tensors."""
COLUMNS = ("rule", "who", "a step", "ratio to ours", "of limit", "error")

parser = options("steps", __doc__, "only rules and models with this in their names", 5)


def everything(threads: int, only: str, rounds: int) -> dict[str, Any]:
    """Race all rules on all models, in this process and with so many threads."""
    from benchmarks.machine import described, load
    from benchmarks.steppers.row import MODELS, RULES

    machine, begin, rows = described(threads), time.perf_counter(), []
    for model in MODELS:
        for rule in RULES:
            if only.lower() in f"{rule.title}, {model}".lower():
                rows.append(raced(rule, model, rounds) | {"threads": threads})
                print(*_lines(rows[-1]), sep="\n", flush=True)
    seconds = time.perf_counter() - begin
    return {"machine": machine, "load_after": load(), "seconds": seconds, "rows": rows}


def raced(rule: Any, model: str, rounds: int, least: float = 0.01) -> dict[str, Any]:
    """Race all who know a rule, beside a bare pass over memory, and judge what they computed."""
    from benchmarks.harness import race, ratio
    from benchmarks.steppers import row
    from benchmarks.steppers.torch import limit

    weights, slopes = row.drawn(row.MODELS[model])
    right = row.wanted(rule, weights[row.JUDGED], slopes[row.JUDGED])
    calls, errors = {}, {}
    for host, package in HOSTS.items():
        if not find_spec(package):
            continue
        home = import_module(f"benchmarks.steppers.{host}")
        for name, stepper in home.steppers(rule, weights, slopes):
            for _ in range(row.WARM):
                stepper.step()
            errors[name] = row.error(stepper.shown(), right, weights[row.JUDGED])
            calls[name] = stepper.step
    entries = sum(each.size for each in weights)
    calls["limit"] = limit(entries).step
    found = race(calls, rounds, least)
    # The bare pass reads two numbers of four bytes, and writes one.
    shortest = found["limit"].median * rule.nbytes / 12
    who = {
        name: {
            "seconds": found[name].data(),
            "ratio": ratio(found[name], found["ours"]),
            "of_limit": shortest / found[name].median,
            "error": errors[name],
        }
        for name in errors
    }
    return {"rule": rule.title, "model": model, "entries": entries, "who": who}


def page(runs: list[dict[str, Any]]) -> str:
    """Write the page: the targets, how it was measured, and a table for each model and count."""
    parts = ["# One step of an optimizer", _how(runs), "## Targets", _targets(runs)]
    rows = [row for run in runs for row in run["rows"]]
    heads = dict.fromkeys((row["model"], row["threads"]) for row in rows)
    for model, threads in heads:
        lines = [table_row(COLUMNS), table_row(["---"] * len(COLUMNS))]
        for row in rows:
            lines += _lines(row) if (row["model"], row["threads"]) == (model, threads) else []
        parts += [f"## {model}, {threads} thread{'s' * (threads > 1)}", "\n".join(lines)]
    return "\n\n".join(parts) + "\n"


def _how(runs: list[dict[str, Any]]) -> str:
    machine, last = runs[0]["machine"], runs[-1]
    versions = ", ".join(
        f"{name} {machine['versions'][name]}" for name in ("torch", "jax", "optax", "keras")
    )
    return (
        "All of a model's weights in single precision, moved where they stand; ours is "
        "`adapters.torch.optimizer`. A ratio is theirs divided by ours, round by round: the "
        "median, the smallest and the largest. The limit is the time in which a bare pass over as "
        "many numbers (`add_`, in the same round) moves the bytes that the rule must move; near "
        "caches can beat it. An error is the largest distance from the formula in double precision "
        "after three steps, relative to the way gone.\n\n"
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, Python "
        f"{machine['python']}, {versions}; {machine['compiler']}; "
        f"{machine['load_before'] or 0:.1f} processes wanted a core before, "
        f"{last['load_after'] or 0:.1f} after; {sum(run['seconds'] for run in runs):.0f} s."
    )


def _targets(runs: list[dict[str, Any]]) -> str:
    lines = []
    for row in (row for run in runs for row in run["rows"]):
        if row["rule"] != "Adam" or row["entries"] < 1_000_000:
            continue
        for name, least in TARGETS:
            ratio = row["who"][name]["ratio"]["median"]
            held = "held" if ratio >= least else "missed"
            lines.append(
                f"- Adam, {row['model']}, {row['threads']} thread{'s' * (row['threads'] > 1)}: "
                f"{name} takes {ratio:.2f} times as long; wanted {least:g}: {held}."
            )
    return "\n".join(lines) or "Not measured in this run."


def _lines(row: dict[str, Any]) -> list[str]:
    lines = []
    for name, each in row["who"].items():
        ratio, seconds = each["ratio"], each["seconds"]["median"]
        lines.append(
            table_row(
                [
                    row["rule"],
                    name,
                    f"{seconds * 1e3:.2f} ms",
                    "" if name == "ours" else
                    f"{ratio['median']:.2f} ({ratio['min']:.2f} to {ratio['max']:.2f})",
                    f"{each['of_limit']:.0%}",
                    f"{each['error']:.0e}",
                ]
            )
        )  # fmt: skip
    return lines


if __name__ == "__main__":
    sys.exit(run_all("steps", parser.parse_args(), everything, page))
