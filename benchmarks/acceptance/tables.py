"""The two tables of losses by metrics, what they must show, and what the lab advises for them."""

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.acceptance.columns import Cell, Contest, columns
from benchmarks.acceptance.draws import WILD, Draws, amounts, classes
from benchmarks.acceptance.reads import Read, errors, paired, read, together
from lossary import lab
from lossary.core.catalogue import find
from lossary.lab.arms.arm import Arm

AMOUNTS = Contest(
    {
        "L2": "SquaredError",
        "L1": "AbsoluteError",
        "Huber": "Huber",
        "percentage": "AbsolutePercentageError",
        "Poisson": "PoissonNLL",
        "Gamma": "TweedieDeviance(power=1.9)",
        "Tweedie": "TweedieDeviance(power=1.5)",
        "logarithmic": "SquaredLogarithmicError",
    },
    "lightgbm",
)
CLASSES = Contest(
    {
        "cross-entropy": "BinaryCrossEntropy",
        "weighted": Arm("", find("CrossEntropy")(), "", fitted="classes"),
        "focal": "SigmoidFocal(gamma=2.0, alpha=None)",
    },
    "mlp",
)
OF_AMOUNTS = ("rmse", "mae", "mape", "rmsle", "gamma_deviance")
OF_CLASSES = ("log_loss", "brier", "roc_auc", "average_precision", "f1")
RAW = ", as it comes"

CLEAN = (
    Read("rmse", "Gamma", "L2"), Read("rmse", "Tweedie", "L2"), Read("rmse", "Poisson", "L2"),
    Read("rmse", "logarithmic", "L2"), Read("rmse", "L2", "L1"), Read("rmse", "L2", "percentage"),
    Read("mae", "L1", "L2"), Read("mae", "L1", "Gamma"), Read("mape", "percentage", "L1"),
    Read("mape", "percentage", "L2"), Read("rmsle", "logarithmic", "L2"),
    Read("gamma_deviance", "Gamma", "L2"), Read("gamma_deviance", "Gamma", "L1"),
)  # fmt: skip
DIRTY = tuple(
    Read(column, one, other, rows="contaminated")
    for column, one, other in (
        ("rmse", "Huber", "L2"), ("rmse", "L1", "L2"), ("rmse", "Huber", "Gamma"),
        ("rmse", "L1", "Gamma"), ("mae", "L1", "L2"), ("mae", "Huber", "L2"),
        ("mape", "percentage", "L2"), ("rmsle", "logarithmic", "L2"),
    )
)  # fmt: skip
RARE = (
    Read("f1", "cross-entropy", "weighted", better=False, rows="rare"),
    Read("f1", "cross-entropy", "focal", better=False, rows="rare"),
    Read("log_loss" + RAW, "cross-entropy", "weighted", rows="rare"),
    Read("log_loss" + RAW, "cross-entropy", "focal", rows="rare"),
    Read("brier" + RAW, "cross-entropy", "weighted", rows="rare"),
    Read("f1" + RAW, "weighted", "cross-entropy", rows="rare"),
    Read("roc_auc", "cross-entropy", "weighted", better=False, rows="rare"),
    Read("average_precision", "cross-entropy", "weighted", better=False, rows="rare"),
)


def of_amounts(seeds: int) -> dict[str, Any]:
    """Judge losses of amounts, on clean rows and where some to learn from are wrong."""
    clean, dirty = amounts(seeds), amounts(seeds, WILD)
    return {
        "clean": _judged(AMOUNTS, clean, OF_AMOUNTS, CLEAN),
        "contaminated": _judged(AMOUNTS, dirty, OF_AMOUNTS, DIRTY),
    }


def of_classes(seeds: int) -> dict[str, Any]:
    """Judge losses of two classes, one of which is rare."""
    return {"rare": _judged(CLASSES, classes(seeds), OF_CLASSES, RARE)}


def _judged(
    contest: Contest, draws: Draws, metrics: tuple[str, ...], asked: tuple[Read, ...]
) -> dict[str, Any]:
    table = columns(contest, draws, metrics)
    for column in {each.column for each in asked} - set(table):
        table[column] = table[column.removesuffix(RAW)]
    return {
        "table": table,
        "together": {name: together(name, cell) for name, cell in table.items()},
        "reads": [read(each, table) for each in asked],
        "advice": [_advised(contest, draws, metric, table[metric]) for metric in metrics],
    }


def _advised(contest: Contest, draws: Draws, metric: str, cell: Cell) -> dict[str, Any]:
    """Say what the lab advises for what a user would have, draw by draw, without training.

    What the advised losses reached here is compared with the field's, which comes first of all.
    """
    first = [_first(contest, draws.learnt(draw), metric, draw) for draw in range(len(draws.splits))]
    known, usual = errors(metric, cell), next(iter(contest.losses))
    reached = np.array([known[name][draw] for draw, name in enumerate(first)])
    best = min(float(each.mean()) for each in known.values())
    return {
        "metric": metric, "first": first, "usual": usual, "same": set(first) == {usual},
        "behind": float((reached.mean() - best) / abs(best)), **paired(reached, known[usual]),
    }  # fmt: skip


def _first(contest: Contest, frame: pd.DataFrame, metric: str, seed: int) -> str:
    """Return what the loss that is advised first is called in a table."""
    row = lab.recommend(frame, "target", metric, seed=seed).losses[0]
    label = row.name.partition("(")[0]
    powers = [each.default for each in row.space if each.name == "loss.power"]
    if label == "TweedieDeviance":
        power = powers[0] if powers else float(row.name.partition("power=")[2].rstrip(")"))
        return "Gamma" if power > 1.7 else "Tweedie"
    labels = {
        own: what.loss.label if isinstance(what, Arm) else what.partition("(")[0]
        for own, what in contest.losses.items()
    }
    return next(own for own, each in labels.items() if each == label)
