"""What was asked for before the kernels were written, and what this run says of it."""

from collections.abc import Iterator
from typing import Any

from benchmarks.limits import WARM
from benchmarks.words import PASSES, seconds

Line = dict[str, Any]
EXACT = 1e-6
"""An error in single precision that is never too large: a few of the last bits of a value.
Beyond it, ours must not be larger than theirs, or its speed does not count."""
RATIOS = (
    ("SquaredError", "16,777,216", "torch", "both", "F.mse_loss", 5),
    ("AbsoluteError", "16,777,216", "torch", "both", "F.l1_loss", 5),
    ("Huber", "16,777,216", "torch", "both", "F.huber_loss", 5),
    ("BinaryCrossEntropy", "16,777,216", "torch", "both", "F.binary_cross_entropy_with_logits", 10),
    ("SigmoidFocal", "4,194,304", "torch", "both", "torchvision", 12),
    ("SigmoidFocal", "4,194,304", "torch", "both", "torchvision, compiled", 2),
    ("CrossEntropy", "8,192 × 1,000", "torch", "both", "F.cross_entropy", 2),
    ("CrossEntropy(smoothing=0.1)", "8,192 × 1,000", "torch", "both", "F.cross_entropy", 5),
    ("Dice(pool='image')", "2 × 4 × 96³", "torch", "both", "MONAI", 6),
    ("SigmoidFocal", "1,048,576", "numpy", "bend", "NumPy formula", 20),
)
SMALL = ("256", "32 × 8", "2 × 4 × 32")
TRIAD = ("SquaredError", "AbsoluteError", "Huber")
MEMORY, NEW, KEPT = 0.1, 0.5, 0.005


def held(found: Line) -> list[Line]:
    """Hold each target against the run; what the run did not measure is a line all the same."""
    lines = [*_ratios(found), *_triad(found), *_memory(found), *_small(found), *_first(found)]
    work, wanted = "16 M and 100 M on a GPU (benchmarks.gpu)", "3 times faster; 80 % of a copy"
    gpu = _line("PyTorch eager; copy bandwidth", work, wanted, "", None)
    return [*lines, gpu]


def _line(against: str, work: str, wanted: str, measured: str, met: bool | None) -> Line:
    return {"against": against, "work": work, "wanted": wanted, "measured": measured, "met": met}


def _row(found: Line, *wanted: str) -> Line | None:
    keys = ("loss", "size", "host", "pass")
    return next((row for row in found["rows"] if tuple(row[k] for k in keys) == wanted), None)


def _ratios(found: Line) -> Iterator[Line]:
    for loss, size, host, which, against, least in RATIOS:
        row = _row(found, loss, size, host, which)
        them = row and _named(row, against)
        work, wanted = f"{loss}, {size}", f"{least} times faster"
        if not row or not them:
            yield _line(against, work, wanted, "", None)
            continue
        ratio = them["ratio"]["median"]
        met = ratio >= least and _exact(row["contestants"]["ours"], them)
        yield _line(against, work, wanted, f"{ratio:.2f}", met)


def _named(row: Line, against: str) -> Line | None:
    """Return a contestant, or the formula that stands in for a library that is not installed."""
    here = row["contestants"]
    return here.get(against) or here.get(against.replace("torchvision", "torchvision's formula"))


def _exact(ours: Line, theirs: Line) -> bool:
    pairs = ((error, theirs["error"].get(of, 0.0)) for of, error in ours["error"].items())
    return all(mine <= max(other, EXACT) for mine, other in pairs)


def _triad(found: Line) -> Iterator[Line]:
    """Reading two arrays and writing one of slopes is what a triad does."""
    triad = 12 * WARM / found["limits"]["triad_fresh_bytes_per_s"]
    for loss in TRIAD:
        row = _row(found, loss, f"{WARM:,}", "torch", "both")
        work, wanted = f"{loss}, {WARM:,}", "at most 2 triads"
        if row is None:
            yield _line("triad into fresh memory", work, wanted, "", None)
            continue
        times = row["contestants"]["ours"]["seconds"]["median"] / triad
        yield _line("triad into fresh memory", work, wanted, f"{times:.2f} triads", times <= 2)


def _memory(found: Line) -> Iterator[Line]:
    """What is asked for beyond the arrays given and the slope handed back, which nobody saves."""
    work, wanted = "Dice(pool='image'), 2 × 4 × 96³", "a tenth of the extra memory"
    wide = ("Dice(pool='image')", "2 × 4 × 96³")
    row = next((r for r in found["memory"] if (r["loss"], r["size"]) == wide), None)
    if row is None or not {"ours", "MONAI"} <= set(row["extra"]):
        yield _line("MONAI", work, wanted, "", None)
        return
    ours, theirs = (max(row["extra"][who] - row["slope"], 0) for who in ("ours", "MONAI"))
    told = f"{ours / 2**20:.1f} MiB beside the slope, theirs {theirs / 2**20:.1f} MiB"
    yield _line("MONAI", work, wanted, told, ours <= MEMORY * theirs)


def _small(found: Line) -> Iterator[Line]:
    """PyTorch's own eager function, at 256 entries: in each pass ours takes no longer."""
    for row in found["rows"]:
        if row["size"] not in SMALL or row["host"] != "torch":
            continue
        for name, them in row["contestants"].items():
            if name in ("ours", "definition") or name.endswith("compiled"):
                continue
            work = f"{row['loss']}, {row['size']}, {PASSES[row['pass']]}"
            ratio = them["ratio"]["median"]
            yield _line(name, work, "no slower", f"{ratio:.2f}", ratio >= 1)


def _first(found: Line) -> Iterator[Line]:
    for host in dict.fromkeys(each["host"] for each in found["first"]):
        mine = [e for e in found["first"] if e["host"] == host and "first of all" not in e["loss"]]
        for kind, limit in (("new", NEW), ("kept", KEPT)):
            slowest = max(mine, key=lambda each: each[f"{kind}_s"])
            time = slowest[f"{kind}_s"]
            work = f"first call on {host}, {'nothing' if kind == 'new' else 'library'} kept"
            told = f"{seconds(time)}, {slowest['loss']}"
            yield _line("the clock", work, f"below {seconds(limit)}", told, time < limit)
