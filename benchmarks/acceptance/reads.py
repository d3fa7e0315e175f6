"""What a table of losses by metrics must show: pairs compared over draws, with intervals."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.acceptance.columns import Cell

LEVEL = 0.95
MORE = ("roc_auc", "average_precision", "f1")
"""Metrics of which more is better."""


@dataclass(frozen=True)
class Read:
    """A sentence that must hold: in some column one loss is `better` than another, or no worse."""

    column: str
    one: str
    other: str
    better: bool = True
    rows: str = "clean"


def errors(column: str, cell: Cell) -> dict[str, np.ndarray]:
    """Return what every loss reached on each draw, less being better."""
    sign = -1 if column.split(",")[0] in MORE else 1
    return {name: sign * np.asarray(each, float) for name, each in cell.items()}


def paired(one: np.ndarray, other: np.ndarray) -> dict[str, float]:
    """Compare two losses over draws that share no row: mean difference, its t interval, and p."""
    found = stats.ttest_rel(one, other)
    bounds = found.confidence_interval(LEVEL)
    mean = float(np.mean(one - other))
    return {"difference": mean, "low": float(bounds.low), "high": float(bounds.high),
            "p": float(found.pvalue)}  # fmt: skip


def read(asked: Read, table: dict[str, Cell]) -> dict[str, Any]:
    """Say whether a sentence holds: shown by an interval, only on average, or not at all."""
    known = errors(asked.column, table[asked.column])
    found = paired(known[asked.one], known[asked.other])
    if asked.better:
        holds = "yes" if found["high"] < 0 else "on average" if found["difference"] < 0 else "no"
    else:
        holds = "yes" if found["low"] <= 0 else "no"
    words = "better than" if asked.better else "not shown to be worse than"
    sentence = f"{asked.column}, {asked.rows}: {asked.one} is {words} {asked.other}"
    return {"sentence": sentence, "holds": holds} | found


def together(column: str, cell: Cell) -> tuple[str, ...]:
    """Return the losses that cannot be told from the best of a column, the best first."""
    known = errors(column, cell)
    order = sorted(known, key=lambda name: float(known[name].mean()))
    first = known[order[0]]
    return (order[0], *(name for name in order[1:] if paired(known[name], first)["low"] <= 0))
