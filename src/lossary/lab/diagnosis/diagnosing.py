"""The diagnosis of a task: every detector that its kind of target has, as a report lists them."""

import numpy as np

from lossary.lab.diagnosis.bounds import BOUNDS
from lossary.lab.diagnosis.classes import RARE
from lossary.lab.diagnosis.counts import COUNTS
from lossary.lab.diagnosis.detector import Detector
from lossary.lab.diagnosis.evidence import evidence
from lossary.lab.diagnosis.lasting import LASTING
from lossary.lab.diagnosis.leakage import TOO_GOOD
from lossary.lab.diagnosis.noise import NOISES
from lossary.lab.diagnosis.outliers import OUTLIERS
from lossary.lab.diagnosis.shift import SHIFTS
from lossary.lab.diagnosis.tails import TAILS
from lossary.lab.diagnosis.weighing import WEIGHTS
from lossary.lab.diagnosis.widths import WIDTHS
from lossary.lab.tasks.task import Task
from lossary.records import SymptomRecord

DETECTORS: tuple[Detector, ...] = (
    *OUTLIERS, *TAILS, *WIDTHS, *COUNTS, *BOUNDS, *LASTING, *RARE, *NOISES, *SHIFTS, *TOO_GOOD,
    *WEIGHTS,
)  # fmt: skip


def diagnose(
    task: Task, seed: int = 0, rows: np.ndarray | None = None
) -> tuple[SymptomRecord, ...]:
    """Look at a task through quick models; of many rows some thousands, drawn by chance.

    Every detector for this kind of target reports its figure, its threshold and what follows; one
    that could not look says why. `rows` are those that may be looked at, where others are held out.
    """
    seen = evidence(task, seed, rows)
    return tuple(each.record(seen) for each in DETECTORS if task.kind in each.kinds)
