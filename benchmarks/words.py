"""Numbers as a reader wants them: with a unit, three digits, and their spread."""

from typing import Any

Line = tuple[str, ...]


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


def race(row: dict[str, Any]) -> Line:
    """Write one race."""
    ours, theirs, ratio = row["ours_s"], row.get("theirs_s"), row.get("ratio")
    errors = (row["error"].get(who, {}) for who in ("ours", "theirs"))
    return (
        row["loss"],
        row["size"],
        {"forward": "value", "both": "value, slope"}[row["pass"]],
        f"{seconds(ours['median'])} ({seconds(ours['min'])} to {seconds(ours['max'])})",
        f"{seconds(theirs['median'])}, {row['against']}" if theirs else "none",
        f"**{ratio['median']:.2f}** ({ratio['min']:.2f} to {ratio['max']:.2f})" if ratio else "",
        f"{row['shortest_s'] / ours['median']:.1%}",
        *(f"{max(each.values()):.0e}" if each else "" for each in errors),
    )


def counts(loss: str, found: dict[str, Any]) -> Line:
    """Write what was counted, ours and theirs side by side."""
    pairs = (
        [str(sum(each["forward"].values())) for each in found.values()],
        [str(sum(each["backward"].values())) for each in found.values()],
        [f"{each['kept_bytes_per_entry']:.0f}" for each in found.values()],
    )
    return loss, *(", ".join(pair) for pair in pairs)
