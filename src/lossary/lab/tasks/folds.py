"""Who is trained on, who is tuned on, who is judged on: the same rows for every arm."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import KFold, StratifiedKFold, train_test_split

from lossary.lab.tasks.task import Task

INNER = 0.2


@dataclass(frozen=True, eq=False)
class Split:
    """Row numbers: `train` is learnt from, `tune` chooses rates and steps, `judge` is the fold."""

    repeat: int
    fold: int
    train: np.ndarray
    tune: np.ndarray
    judge: np.ndarray

    def weights_seed(self, seed: int) -> int:
        """Return the seed of first weights and of the order of rows: one for all arms here."""
        return seed + 1_000_000 * self.repeat + 1_000 * self.fold


def splits(task: Task, folds: int, repeats: int, seed: int) -> Iterator[Split]:
    """Yield the folds of every repeat; classes keep their shares in each part."""
    rows, classes = np.arange(len(task.target)), None if task.amounts else task.target
    kind = KFold if task.amounts else StratifiedKFold
    for repeat in range(repeats):
        random = seed + 1000 * repeat
        outer = kind(folds, shuffle=True, random_state=random).split(rows, classes)
        for fold, (rest, judged) in enumerate(outer):
            inner = None if classes is None else classes[rest]
            train, tune = train_test_split(
                rest, test_size=INNER, random_state=random + fold, stratify=inner
            )
            yield Split(repeat, fold, train, tune, judged)
