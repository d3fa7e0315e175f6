"""Numbers as a reader wants them: with a unit, three digits, and their spread."""

from collections.abc import Iterator
from typing import Any

Line = tuple[str, ...]
PASSES = {"forward": "value", "both": "value, slope", "bend": "slope, curvature"}


def seconds(number: float) -> str:
    """Write a time.

    >>> seconds(0.00123456)
    '1.23 ms'
    """
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if number >= size:
            return f"{number / size:.3g} {unit}"
    return f"{number / 1e-9:.3g} ns"


def limit(name: str, number: float) -> Line:
    """Write what the machine can do."""
    if name.endswith("_bytes_per_s"):
        kind = {"triad_warm": "memory held", "triad_fresh": "fresh memory"}
        return f"triad into {kind[name.removesuffix('_bytes_per_s')]}", f"{number / 1e9:.1f} GB/s"
    if name == "exp_per_s":
        return "exponentials", f"{number / 1e9:.2f} G/s"
    host = name.removeprefix("dispatch_").removesuffix("_s")
    return f"one operation on one number, {host}", seconds(number)


def call(library: str, found: dict[str, float]) -> Line:
    """Write what a small call takes, and what share of it is spent on looking at its arrays."""
    formula, whole, checked, theirs = (
        seconds(found[f"{each}_s"]) for each in ("formula", "call", "checked", "theirs")
    )
    reading, checks = f"{found['share_of_reading']:.0%}", f"{found['share_of_checks']:.0%}"
    return library, formula, whole, reading, checked, checks, theirs


def race(row: dict[str, Any]) -> Iterator[Line]:
    """Write one race: ours once in every line, and beside it one of the others."""
    here = dict(row["contestants"])
    mine = here.pop("ours")
    ours = mine["seconds"]
    begin = (row["loss"], row["size"], PASSES[row["pass"]], _spread(ours, seconds))
    limit = f"{row['shortest_s'] / ours['median']:.0%}"
    for name, them in here.items():
        ratio = _spread(them["ratio"], lambda number: f"{number:.2f}", "**")
        time = f"{seconds(them['seconds']['median'])}, {name}"
        yield *begin, time, ratio, limit, _worst(mine), _worst(them)
    for name, reason in row["could_not"].items():
        yield *begin, f"none, {name}: {reason}", "", limit, _worst(mine), ""
    if not here and not row["could_not"]:
        yield *begin, "none", "", limit, _worst(mine), ""


def _spread(found: dict[str, float], word: Any, mark: str = "") -> str:
    return f"{mark}{word(found['median'])}{mark} ({word(found['min'])} to {word(found['max'])})"


def _worst(contestant: dict[str, Any]) -> str:
    return f"{max(contestant['error'].values()):.0e}"


def target(found: dict[str, Any]) -> Line:
    """Write what became of a target."""
    verdict = {True: "met", False: "**missed**", None: "not measured"}[found["met"]]
    return *(found[each] for each in ("work", "against", "wanted", "measured")), verdict


def memory(row: dict[str, Any]) -> Iterator[Line]:
    """Write the extra memory of each contestant, in bytes and in slopes' worth."""
    for name, extra in row["extra"].items():
        yield row["loss"], row["size"], name, f"{extra / 2**20:.0f} MiB", _times(extra, row)


def _times(extra: int, row: dict[str, Any]) -> str:
    return f"{extra / row['slope']:.1f}"


def counts(row: dict[str, Any]) -> Iterator[Line]:
    """Write what was counted, a line for each contestant."""
    for name, found in row["counts"].items():
        yield (
            row["loss"],
            name,
            str(sum(found["forward"].values())),
            str(sum(found["backward"].values())),
            f"{found['bytes_per_entry']:.0f}",
            str(found["kept"]),
            f"{found['kept_bytes_per_entry']:.1f}",
        )
