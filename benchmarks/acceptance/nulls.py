"""Whole studies in which no arm is better: how often does the lab say that one is?"""

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.linear_model import Ridge

from lossary import SquaredError, lab
from lossary.lab import Plan
from lossary.lab.arms.arm import Arm
from lossary.lab.learners.learner import Effort, Learner, Learnt
from lossary.lab.verdict.words import CONSTANT
from lossary.records import PointRecord, SpaceRecord, StudyRecord

ROWS, SEEN, ALLOWED = 150, 3, 0.05
KINDS = (
    ("signal", 2, 1, 200),
    ("signal", 4, 1, 400),
    ("signal", 4, 3, 200),
    ("noise", 2, 1, 200),
)
"""What features are, how many arms, how often rows are divided, and how many studies there are."""


class Seer(Learner):
    """A ridge regression that sees three columns of its own, which the seed of its arm names.

    The columns of all arms are drawn alike, so that none is better but by the chance of its table.
    """

    name, title, cost = "seer", "ridge on three columns", 0

    def refuses(self, loss: Any, task: Any) -> str:
        return ""

    def space(self, task: Any, optimizer: Any = None) -> tuple[SpaceRecord, ...]:
        return (SpaceRecord("penalty", 1.0, 1e-2, 1e2, "log"),)

    def effort(self, task: Any, rows: int) -> Effort:
        return Effort(steps=1)

    def learn(self, lessons: Any, effort: Effort, tick: Any) -> list[list[Learnt]]:
        return [[self._one(each, place) for place in range(len(each.losses))] for each in lessons]

    def _one(self, lesson: Any, place: int) -> Learnt:
        split, dense = lesson.bench.split, lesson.bench.dense
        own = (lesson.seed - split.weights_seed(0)) * SEEN + np.arange(SEEN)
        model = Ridge(lesson.settings[place]["penalty"])
        model.fit(dense.train[:, own], lesson.bench.target(split.train))
        tune, judge = (model.predict(rows[:, own])[:, None] for rows in (dense.tune, dense.judge))
        inner = lesson.referee.score(tune)
        return Learnt(inner, 1, tune, judge, (PointRecord(1, inner, inner),))


def table(seed: int, arms: int, features: str) -> pd.DataFrame:
    """Draw a table: the target is the sum of all columns and noise, or noise alone."""
    random = np.random.default_rng([seed, 3])
    x = random.normal(size=(ROWS, arms * SEEN))
    target = random.normal(size=ROWS) + (x.sum(axis=1) if features == "signal" else 0.0)
    return pd.DataFrame(x).assign(target=target).rename(columns=str)


def planned(seed: int, arms: int, repeats: int, features: str) -> Plan:
    """Return the study of a loss by several learners that differ in what they see."""
    task = lab.question(table(seed, arms, features), "target", "rmse", task="regression")
    first = Arm("arm 1", SquaredError(), "", learner="seer", role="default")
    others = [replace(first, name=f"arm {each + 1}", role="", seed=each) for each in range(1, arms)]
    seer = Seer()
    return Plan(
        task=task, diagnosis=(), arms=(first, *others), refused=(), learners={"seer": seer},
        efforts={"seer": seer.effort(task, ROWS)}, folds=5, repeats=repeats, seed=0,
        sampler="random", trials=2, dev=np.arange(ROWS), held=np.empty(0, int),
    )  # fmt: skip


def alarms(record: StudyRecord) -> tuple[bool, bool]:
    """Say whether any arm is told from another, and whether a loss is said to beat the constant."""
    rows = [each for each in record.verdict.standings if each.arm != CONSTANT]
    trained = record.verdict.leader != CONSTANT
    told = any((trained and not each.together) or each.p <= ALLOWED for each in rows)
    return told, record.verdict.beats_constant


def counted(features: str, arms: int, repeats: int, studies: int) -> dict[str, Any]:
    """Run so many studies, one table each, and count the false alarms."""
    found = []
    for seed in range(studies):
        with TemporaryDirectory() as folder:
            found.append(alarms(lab.run(planned(seed, arms, repeats, features), Path(folder))))
    told = sum(each[0 if features == "signal" else 1] for each in found)
    bounds = stats.binomtest(told, studies).proportion_ci(method="exact")
    return {"features": features, "arms": arms, "repeats": repeats, "studies": studies,
            "told": told, "low": bounds.low, "high": bounds.high}  # fmt: skip


def of_nothing(studies: int | None = None) -> list[dict[str, Any]]:
    """Count false alarms of every kind of study."""
    return [counted(*kind, studies or usual) for *kind, usual in KINDS]
