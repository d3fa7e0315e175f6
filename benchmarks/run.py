"""One run: the limits first, then every row on every host, ours and theirs by turns."""

import time
from typing import Any

import numpy as np

from benchmarks import counts, machine, small
from benchmarks.harness import race, ratio
from benchmarks.hosts import HOSTS, Host
from benchmarks.limits import limits, shortest
from benchmarks.rows import Row, rows
from benchmarks.theirs import theirs


class Ours:
    """A loss as a contestant; for NumPy its written gradient as well."""

    def __init__(self, loss: Any) -> None:
        self.loss = loss

    def __call__(self, p: Any, t: Any) -> Any:
        return self.loss(p, t)

    def with_slope(self, p: Any, t: Any) -> Any:
        return self.loss(p, t), self.loss.gradient(p, t, reduction="mean")


def everything(quick: bool, threads: int, only: str = "") -> dict[str, Any]:
    """Measure all there is to measure, and say on what machine."""
    rounds, least = (2, 0.001) if quick else (6, 0.01)
    begin, found = time.perf_counter(), {"machine": machine.described(threads)}
    hosts = [host for host in HOSTS if not quick or host.name in ("numpy", "torch")]
    found |= {"quick": quick, "rounds": rounds}
    found["limits"] = limits({host.library for host in hosts}, rounds, least)
    found["rows"] = []
    for row in rows(quick):
        if only.lower() in row.name.lower():
            found["rows"] += _measured(row, hosts, found["limits"], rounds, least)
    found["small"] = small.latencies(rounds, least) | {"starts": small.starts(2 if quick else 5)}
    found["seconds"], found["load_after"] = time.perf_counter() - begin, machine.load()
    return found


def _measured(
    row: Row, hosts: list[Host], known: dict[str, float], rounds: int, least: float
) -> list[dict[str, Any]]:
    arrays = row.arrays()
    truth = Ours(row.loss).with_slope(
        *(a.astype(float) if a.dtype.kind == "f" else a for a in arrays)
    )
    found = []
    for host in hosts:
        contestants: dict[str, Any] = {"ours": Ours(row.loss)}
        name, other = theirs(host.library).get(row.name, ("", None))
        if other is not None:
            contestants["theirs"] = other
        given = tuple(map(host.array, arrays))
        for which in ("forward", "both"):
            calls = {who: getattr(host, which)(each, *given) for who, each in contestants.items()}
            entry = {"loss": row.name, "size": row.size, "host": host.name, "pass": which}
            entry |= {"against": name, "shortest_s": shortest(*row.least()[which], known)}
            entry |= {"error": {who: _error(call(), truth) for who, call in calls.items()}}
            timed = race(calls, rounds, least)
            entry |= {f"{who}_s": timing.data() for who, timing in timed.items()}
            if other is not None:
                entry["ratio"] = ratio(timed["theirs"], timed["ours"])
            found.append(entry)
            print(*(entry[each] for each in ("loss", "size", "host", "pass")), flush=True)
        if host.name == "torch":
            found[-1]["counts"] = {w: counts.dispatched(c, *arrays) for w, c in contestants.items()}
    return found


def _error(found: Any, truth: tuple[Any, Any]) -> dict[str, float]:
    """Compare with double precision: the value by its own size, the slope by its largest entry."""
    if isinstance(found, tuple):
        value, slope = (np.asarray(_plain(each), dtype=float) for each in found)
        largest = abs(truth[1]).max()
        return _error(value, truth) | {"slope": float(abs(slope - truth[1]).max() / largest)}
    return {"value": float(abs(_plain(found) / truth[0] - 1))}


def _plain(array: Any) -> Any:
    return array.detach().numpy() if hasattr(array, "detach") else np.asarray(array)
