"""One run: the limits first, then every row on every host, all contestants by turns."""

import time
from typing import Any

from benchmarks import counts, first, machine, memory, small
from benchmarks.contestants import Contestant, contestants
from benchmarks.harness import Call, Timing, race, ratio
from benchmarks.hosts import HOSTS, Host, open_in_order
from benchmarks.limits import limits, shortest
from benchmarks.rows import Row, rows
from benchmarks.truth import Truth

Found = dict[str, Any]


def everything(part: str, threads: int, only: str = "") -> Found:
    """Measure all there is to measure, and say on what machine."""
    open_in_order()
    quick = part == "quick"
    rounds, least = (2, 0.001) if quick else (5, 0.01)
    begin = time.perf_counter()
    found: Found = {"machine": machine.described(threads), "rounds": rounds}
    chosen = [row for row in rows(part) if only.lower() in row.title.lower()]
    libraries = {host for row in chosen for host in row.hosts} | {"numpy", "torch"}
    found["limits"] = limits(libraries, rounds, least)
    found["rows"] = []
    for row in chosen:
        found["rows"] += _measured(row, found["limits"], rounds, least)
    if part != "widest":
        found["counts"] = counts.table(part, only)
        found["memory"] = memory.table(chosen, part)
        found["small"] = small.latencies(rounds, least)
        found["starts"] = first.starts(2 if quick else 5)
        found["first"] = first.table(("numpy",) if quick else ("numpy", "torch"))
    found["seconds"], found["load_after"] = time.perf_counter() - begin, machine.load()
    return found


def _measured(row: Row, known: dict[str, float], rounds: int, least: float) -> list[Found]:
    arrays = row.arrays()
    truth, found = Truth(row, arrays), []
    for host in HOSTS:
        if host.library not in row.hosts:
            continue
        given = tuple(map(host.array, arrays))
        for which in row.passes:
            host.forget()
            entry: Found = {"loss": row.title, "size": row.size, "host": host.name, "pass": which}
            entry |= {"entries": row.entries}
            entry |= {"shortest_s": shortest(*row.least(arrays)[which], known)}
            here = contestants(host.library, row, which)
            calls, errors, could_not = _tried(host, which, here, given, truth)
            if "ours" in calls:
                within = {name: here[name].within for name in calls}
                timed = race(calls, rounds, least, within=within)
                entry |= {"contestants": _told(timed, errors), "could_not": could_not}
                found.append(entry)
            print(row.title, row.size, host.name, which, *could_not.items(), flush=True)
    return found


def _tried(
    host: Host, which: str, here: dict[str, Contestant], given: tuple[Any, ...], truth: Truth
) -> tuple[dict[str, Call], dict[str, Any], dict[str, str]]:
    """Make each contestant's call and see how exact it is; or say why it cannot be made."""
    calls: dict[str, Call] = {}
    errors, could_not = {}, {}
    for name, who in here.items():
        try:
            with who.within():
                call = host.prepare(which, who, *given)
                errors[name] = truth.error(which, call())
        except Exception as error:  # a rival that fails is a line in the table, not the end
            if name in ("ours", "definition"):
                raise
            could_not[name] = f"{type(error).__name__}: {str(error).strip().splitlines()[0]}"
        else:
            calls[name] = call
    return calls, errors, could_not


def _told(timed: dict[str, Timing], errors: dict[str, Any]) -> dict[str, Found]:
    """Put a contestant's time beside its error and, but for ours, the ratio to ours."""
    return {
        name: {"seconds": timing.data(), "error": errors[name]}
        | ({} if name == "ours" else {"ratio": ratio(timing, timed["ours"])})
        for name, timing in timed.items()
    }
