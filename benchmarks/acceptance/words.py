"""The page of the acceptance runs: tables, what they must show, advice, and false alarms."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from benchmarks.acceptance.reads import errors
from benchmarks.acceptance.real_words import table

HEAD = """# Acceptance

What the lab must show where the answer is known. Every draw is a table of its own, so that
differences are paired over draws that share no row. In a column the best is bold, and an asterisk
stands where the paired t interval (95 %) does not tell a loss from the best. Beside each table
stands what `lab.recommend` puts first for the rows to learn from, without training: how that loss
fares beside the field's (squared error, cross-entropy), and by what share it is behind the best.
"""
AMOUNTS = """## Amounts that spread as their mean grows

2,000 rows to learn from (400 of them to stop by) and 5,000 to judge on; eight features, the log of
the mean bent in three of them and with one product; gamma noise whose deviation is 63 % of the
mean. LightGBM at its usual settings, stopped by the metric of the column. *Logarithmic* is squared
error on log(1 + amount), brought back to the mean by a factor where the metric asks for a mean; *as
it comes*, without. The mean is a product, and Poisson, Gamma, Tweedie and logarithmic predict on a
logarithmic scale: what they gain is in part due to that, and not to what they aim at. {rows}
"""
CLASSES = """## A rare class

4,000 rows to learn from, 5,000 to judge on, {rare} % of the rare class; ten features. Perceptrons
at their usual settings. *As it comes*: without what the lab tunes after training for every arm,
which is the threshold of F1 and the calibration of probabilities. The score of the focal loss is
turned back into a probability by its formula, and is so judged in both.
"""
NOTHING = """## Studies without a difference

Whole studies, run and stored as any other: arms that see three columns each of their own, all drawn
alike, so that none is better but by chance; five folds, two settings for each. Of *signal*, an
alarm is an arm that is told from another; of *noise*, a loss that is said to beat the best
constant. 5 % are allowed. Intervals are Clopper and Pearson's.
"""


def page(found: dict[str, Any]) -> str:
    """Write the parts that have been run."""
    parts = [HEAD, *_amounts(found), *_classes(found), *_nothing(found)]
    return "\n".join(parts)


def _amounts(found: dict[str, Any]) -> Iterator[str]:
    if "amounts" not in found:
        return
    part = found["amounts"]["found"]
    yield AMOUNTS.format(rows="All rows are right.")
    yield from _case(part["clean"])
    yield "\n### 5 % of the targets to learn from are 20 times as large\n"
    yield "Rows to stop by are spoilt in the same way; rows to judge on are right.\n"
    yield from _case(part["contaminated"])


def _classes(found: dict[str, Any]) -> Iterator[str]:
    if "classes" in found:
        yield "\n" + CLASSES.format(rare="4.6")
        yield from _case(found["classes"]["found"]["rare"])


def _case(case: dict[str, Any]) -> Iterator[str]:
    yield _cells(case)
    yield "\n" + table(
        ("read", "holds", "difference", "95 % interval", "p"), map(_read, case["reads"])
    )
    columns = ("metric", "first advice", "beside the field's loss", "difference", "behind the best")
    yield "\n" + table(columns, map(_advice, case["advice"])) + "\n"


def _cells(case: dict[str, Any]) -> str:
    names = list(case["table"])
    losses = list(case["table"][names[0]])
    rows = ((loss, *(_cell(case, name, loss) for name in names)) for loss in losses)
    return table(("trained with", *names), rows)


def _cell(case: dict[str, Any], name: str, loss: str) -> str:
    known, front = errors(name, case["table"][name]), case["together"][name]
    text = f"{abs(float(np.mean(known[loss]))):.4g}"
    return f"**{text}**" if loss == front[0] else f"{text}\\*" if loss in front else text


def _read(row: dict[str, Any]) -> tuple[str, ...]:
    bounds = f"{row['low']:.3g} to {row['high']:.3g}"
    return row["sentence"], row["holds"], f"{row['difference']:.3g}", bounds, f"{row['p']:.2g}"


def _advice(row: dict[str, Any]) -> tuple[str, ...]:
    told = "better" if row["high"] < 0 else "worse" if row["low"] > 0 else "no difference"
    bounds = f"{row['difference']:.3g} ({row['low']:.3g} to {row['high']:.3g})"
    beside = ("the same", "") if row["same"] else (f"{told} ({row['usual']})", bounds)
    return row["metric"], ", ".join(dict.fromkeys(row["first"])), *beside, f"{row['behind']:.1%}"


def _nothing(found: dict[str, Any]) -> Iterator[str]:
    if "nothing" not in found:
        return
    columns = ("features", "arms", "repeats × folds", "studies", "false alarms", "95 % interval")
    yield NOTHING
    yield table(columns, map(_alarms, found["nothing"]["found"])) + "\n"


def _alarms(row: dict[str, Any]) -> tuple[str, ...]:
    bounds = f"{row['low']:.1%} to {row['high']:.1%}"
    shape, rate = f"{row['repeats']} × 5", f"{row['told'] / row['studies']:.1%}"
    return row["features"], str(row["arms"]), shape, str(row["studies"]), rate, bounds
