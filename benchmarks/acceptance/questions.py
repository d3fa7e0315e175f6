"""The questions that are asked of real tables: which file, what is predicted, and what judges."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.acceptance.holding import with_hold_out
from lossary import lab
from lossary.lab import Plan

MOST = 4_000
"""Rows of a table that are used, drawn by the seed."""


@dataclass(frozen=True)
class Question:
    """A table, the metric, and what `lab.plan` is told of its columns."""

    table: str
    target: str
    metric: str
    drop: str = ""
    task: str | None = None
    event: str | None = None
    exposure: str | None = None

    @property
    def name(self) -> str:
        """How the question is called in a line of the results."""
        return f"{self.table}, {self.metric}"


_VISITS = "rownames,nvisits,ovisits,novisits,emergency"
_CLAIMS = "rownames,LNWEIGHT,SexInsured,VAgecat1,AutoAge0,AutoAge1,AutoAge2"

QUESTIONS = (
    Question("diamonds", "price", "rmse"),
    Question("diamonds", "price", "mae"),
    Question("abalone", "rings", "rmse", task="count"),
    Question("abalone", "rings", "mae", task="count"),
    Question("NMES1988", "visits", "poisson_deviance", _VISITS, "count"),
    Question("SingaporeAuto", "Clm_Count", "poisson_deviance", _CLAIMS, "count",
             exposure="Exp_weights"),
    Question("mammography", "malignant", "average_precision"),
    Question("mammography", "malignant", "f1"),
    Question("mammography", "malignant", "log_loss"),
    Question("phoneme", "oral", "accuracy"),
    Question("winequality-red", "quality", "qwk", task="ordinal"),
    Question("gbsg", "rfstime", "c_index", "rownames,pid", event="status"),
    Question("gbsg", "rfstime", "ibs", "rownames,pid", event="status"),
)  # fmt: skip


def planned(asked: Question, folder: Path, seed: int, learners: str, trials: int) -> Plan:
    """Return the study of a question: five folds, once, and a fifth of the rows held out."""
    told: dict[str, Any] = {
        name: getattr(asked, name) for name in ("drop", "task", "event", "exposure")
    }
    made = lab.plan(
        _rows(folder / f"{asked.table}.csv", seed), asked.target, asked.metric, seed=seed,
        learners=learners, repeats=1, trials=trials, **told,
    )  # fmt: skip
    return with_hold_out(made)


def _rows(path: Path, seed: int) -> pd.DataFrame:
    """Return the rows of a table, or some of them where there are many."""
    frame = pd.read_csv(path)
    if len(frame) <= MOST:
        return frame
    kept = np.random.default_rng(seed).choice(len(frame), MOST, replace=False)
    return frame.iloc[np.sort(kept)].reset_index(drop=True)
