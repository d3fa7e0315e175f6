"""Check 12: sums over very many entries, in single and in half precision."""

from collections.abc import Iterable
from itertools import pairwise
from math import isfinite
from time import perf_counter
from typing import Any

import numpy as np

from lossary.verifier.batch import Batch
from lossary.verifier.batches.structure import structure
from lossary.verifier.finding import Finding, fail, info
from lossary.verifier.numerics.reading import Reading, read
from lossary.verifier.rule import check

TRIED, MANY = (1 << 8, 1 << 10, 1 << 12), 1 << 17
"""Rows that tell how long it takes, and rows whose sums pass 65504, the most float16 can hold.

A table of 4096 times 4096 rows is slow enough to be noticed, and still fits.
"""
SECONDS = 0.15
ROOM, SMALL = 1e-2, 1e-2
"""Relative differences, of values no smaller than these: below them all is rounding."""


def _grows(subject: Any) -> str | None:
    contract = subject.contract
    if contract.kind != "loss":
        return "a boosting objective gives no value"
    if not contract.roles("prediction") or contract.prediction.axes[:1] != ("n",):
        return "there is no axis of rows"
    return "the number of rows is fixed" if "n" in contract.sizes else None


@check(
    number=12,
    reason="A sum over the pixels of one image passes 65504, and large sums lose small terms.",
    rule="FAIL where float32 gives another mean over 131072 rows than float64; INFO where half"
    " precision does, as sums in it do by nature.",
    evidence=("segmentation_models.pytorch#463", "pytorch#55657"),
    applies=_grows,
)
def large_sums(subject: Any) -> Iterable[Finding]:
    """Very many entries give the same mean as in double precision."""
    if subject.contract.reduction == "none" or not _quick(subject):
        return
    batch = repeated(subject, MANY)
    wide = read(subject, batch, "float64", slope=False)
    if wide is None:
        return
    if not isfinite(wide.value):
        yield from _within(subject, wide)
        return
    for precision in ("float32", "float16", "bfloat16"):
        reading = read(subject, batch, precision, slope=False)
        right = reading and read(subject, reading.batch, "float64", slope=False)
        if reading is None or right is None or not _off(reading, right):
            continue
        if _off_already(subject, precision):
            return
        yield _finding(subject, reading, right)
        return


def repeated(subject: Any, rows: int) -> Batch:
    """Repeat two typical rows until there are so many."""
    few = subject.draw(n=2)
    names = [a.name for a in subject.contract.arguments if a.axes[:1] == ("n",)]
    return few.each(lambda a: np.tile(a, (rows // 2,) + (1,) * (a.ndim - 1)), names)


def _quick(subject: Any) -> bool:
    """Say whether so many rows take no time: not where all pairs are formed, or rows are looped."""
    if structure(subject).kind not in ("mean", "sum", "ratio", "total"):
        return False  # a table of 131072 rows that meet each other would take 64 GiB
    before = _seconds(subject, TRIED[0])
    for few, rows in pairwise(TRIED):
        took = _seconds(subject, rows) if before < SECONDS else before
        if (took - before) / (rows - few) * MANY > SECONDS or took > SECONDS:
            return False
        before = took
    return True


def _seconds(subject: Any, rows: int) -> float:
    """Return the shorter time of two calls; the first may compile."""
    batch = repeated(subject, rows)
    took = []
    for _ in range(2):
        begin = perf_counter()
        subject.number(batch, "float32")
        took.append(perf_counter() - begin)
        if took[-1] > 4 * SECONDS:
            break
    return min(took)


def _off(reading: Reading, right: Reading) -> bool:
    if not isfinite(reading.value):
        return isfinite(right.value) and abs(right.value) < 6e4
    return abs(reading.value - right.value) > ROOM * max(abs(right.value), SMALL) and (
        reading.precision == "float32" or abs(reading.value - right.value) > 0.2 * abs(right.value)
    )


def _within(subject: Any, wide: Reading) -> Iterable[Finding]:
    """Report a sum that overflows even where double precision went in."""
    few = subject.number(repeated(subject, 2))
    if not isfinite(few) or abs(few) > 1e100 or subject.contract.reduction == "sum":
        return
    yield fail(
        f"Over {MANY} rows the value is {wide.value:g}, where two of them give {few:.4g}.",
        subject.example(subject.call(wide.batch), expected=f"a number as {few:.4g}"),
        cause="the loss itself adds up in half precision, where sums end at 65504",
        mend="add in single precision at least: .float().sum()",
    )


def _off_already(subject: Any, precision: str) -> bool:
    """Say whether two rows differ as well: then it is not the sum."""
    reading = read(subject, repeated(subject, 2), precision, slope=False)
    right = reading and read(subject, reading.batch, "float64", slope=False)
    return reading is None or right is None or _off(reading, right)


def _finding(subject: Any, reading: Reading, right: Reading) -> Finding:
    says = (
        f"Over {MANY} rows the value is {reading.value:.4g} in {reading.precision} and"
        f" {right.value:.4g} in float64"
    )
    if reading.precision != "float32":
        return info(f"{says}: sums in half precision stop at 65504, or lose small terms.")
    return fail(
        f"{says}.",
        subject.example(subject.call(reading.batch, "float32"), expected=f"{right.value:.6g}"),
        cause="a running sum in single precision loses terms far smaller than itself",
        mend="use the framework's sum or mean, which add in pairs, or add in double precision",
    )
