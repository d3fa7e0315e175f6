"""What an arm was set to, over all folds: the typical loss, setting, steps and decision."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from lossary.core.dictionaries import from_dict
from lossary.core.loss import Loss
from lossary.errors import LossError
from lossary.records import ArmRecord, FoldRecord, LearnerRecord, StudyRecord

_DIGITS = 4  # a median over folds knows no more
OF_LOSS = "loss."


@dataclass(frozen=True, eq=False)
class Chosen:
    """The median over folds of what was chosen on each; `unit` divides prediction and target."""

    arm: str
    learner: LearnerRecord | None
    optimizer: str
    loss: Loss
    unit: float
    setting: dict[str, Any]
    steps: int | None
    decision: dict[str, Any]


def chosen(record: StudyRecord, arm: ArmRecord) -> Chosen | None:
    """Return what an arm was typically set to; None where no loss can be made of it."""
    folds = [fold for fold in arm.folds if fold.loss is not None] or None
    try:
        loss = from_dict(typical([fold.loss for fold in folds] if folds else [arm.loss]))
    except LossError:  # written by another version, or by the user: nothing to spell
        return None
    known = {each.name: each for each in record.protocol.learners}
    setting = _settings(folds or [])
    steps = [fold.step for fold in folds or [] if fold.step is not None]
    return Chosen(
        arm.name, known.get(arm.learner), arm.optimizer, loss,
        typical([fold.unit for fold in folds or []] or [1.0]),
        {name: value for name, value in setting.items() if not name.startswith(OF_LOSS)},
        round(median(steps)) if steps else None,
        typical([fold.decision for fold in folds or [] if fold.decision] or [{}]),
    )  # fmt: skip


def typical(values: Sequence[Any]) -> Any:
    """Return the median of numbers, entry by entry; of anything else what is most common.

    >>> typical([1.0, 3.0, 2.0]), typical(["a", "b", "b"]), typical([{"x": 1}, {"x": 3}])
    (2.0, 'b', {'x': 2})
    """
    first = values[0]
    if all(each == first for each in values):
        return first
    if all(isinstance(each, dict) and each.keys() == first.keys() for each in values):
        return {name: typical([each[name] for each in values]) for name in first}
    if all(isinstance(each, list | tuple) and len(each) == len(first) for each in values):
        return [typical(each) for each in zip(*values, strict=True)]
    if any(isinstance(each, bool) or not isinstance(each, int | float) for each in values):
        return max(values, key=values.count)
    middle = median(values)
    whole = all(isinstance(each, int) for each in values)
    return round(middle) if whole else _rounded(middle)


def _settings(folds: Sequence[FoldRecord]) -> dict[str, Any]:
    """Return the typical setting, name by name: folds may have been given different names."""
    given = [fold.setting for fold in folds if fold.setting]
    names = dict.fromkeys(name for setting in given for name in setting)
    return {name: typical([each[name] for each in given if name in each]) for name in names}


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}") if math.isfinite(value) else value
