"""Tables whose truth is known: amounts that spread as their mean grows, and classes one of which is
rare; each is drawn anew for every seed, some rows to learn from and others to judge on."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lossary.lab.tasks.folds import INNER, Split

LEARNT, JUDGED = 2_000, 5_000
SHAPE = 2.5
"""Of the gamma distribution of amounts: their deviation is 1/√2.5 = 63 % of their mean."""
WILD, TIMES = 0.05, 20.0
RARE = -4.3
"""What the log odds begin at: 4.5 % of the rows are of the rare class."""


@dataclass(frozen=True, eq=False)
class Draws:
    """Several draws in one table, and for each the rows to train, to tune and to judge on."""

    frame: pd.DataFrame
    splits: tuple[Split, ...]

    def learnt(self, draw: int) -> pd.DataFrame:
        """Return the rows that a user would have: those to judge on are not among them."""
        split = self.splits[draw]
        return self.frame.iloc[np.concatenate([split.train, split.tune])].reset_index(drop=True)


def amounts(seeds: int, wild: float = 0.0, learnt: int = LEARNT, judged: int = JUDGED) -> Draws:
    """Draw amounts; of those to learn from, a share is wrong by a factor, judged rows are clean."""
    return _drawn([_amounts(seed, wild, learnt, judged) for seed in range(seeds)], learnt)


def classes(seeds: int, learnt: int = 2 * LEARNT, judged: int = JUDGED) -> Draws:
    """Draw classes, one of which is rare."""
    return _drawn([_classes(seed, learnt + judged) for seed in range(seeds)], learnt)


def _amounts(seed: int, wild: float, learnt: int, judged: int) -> pd.DataFrame:
    random = np.random.default_rng([seed, 1])
    x = random.uniform(-1, 1, (learnt + judged, 8))
    waves, product = 0.8 * np.sin(np.pi * x[:, 0]), 1.2 * x[:, 1] * x[:, 2]
    mean = np.exp(0.3 + waves + product + x[:, 3] ** 2 + 0.6 * x[:, 4] + 0.4 * (x[:, 5] > 0.3))
    target = random.gamma(SHAPE, mean / SHAPE)
    target[:learnt] *= np.where(random.random(learnt) < wild, TIMES, 1.0)
    return _table(x, target)


def _classes(seed: int, rows: int) -> pd.DataFrame:
    random = np.random.default_rng([seed, 2])
    x = random.normal(size=(rows, 10))
    bent = 0.9 * x[:, 0] * x[:, 1] + 0.7 * np.maximum(x[:, 2], 0) + np.sin(2 * x[:, 3])
    odds = RARE + bent + 0.8 * x[:, 4] + 0.5 * x[:, 5] - 0.4 * x[:, 6]
    drawn = random.random(rows) < 1 / (1 + np.exp(-odds))
    return _table(x, drawn.astype(int))


def _table(x: np.ndarray, target: np.ndarray) -> pd.DataFrame:
    columns = {f"x{number + 1}": each for number, each in enumerate(x.T)}
    return pd.DataFrame(columns | {"target": target})


def _drawn(frames: list[pd.DataFrame], learnt: int) -> Draws:
    train, every = round(learnt * (1 - INNER)), len(frames[0])
    splits = []
    for draw in range(len(frames)):
        rows = np.arange(draw * every, (draw + 1) * every)
        splits.append(Split(0, draw, rows[:train], rows[train:learnt], rows[learnt:]))
    return Draws(pd.concat(frames, ignore_index=True), tuple(splits))
