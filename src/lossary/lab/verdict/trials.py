"""What every trial of an arm came to, along one parameter: values in bins, and the best in each."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from lossary.records import ArmRecord

_MOST_BINS, _LEAST_SETTINGS = 6, 2


@dataclass(frozen=True, eq=False)
class Trials:
    """The trials that came to a number: fold, setting (numbered), value, inner and outer error."""

    folds: np.ndarray
    settings: np.ndarray
    values: np.ndarray
    inner: np.ndarray
    outer: np.ndarray
    scale: str

    @property
    def axis(self) -> np.ndarray:
        """The values as they are spaced: powers of ten on a logarithmic scale."""
        return np.log10(self.values) if self.scale == "log" else self.values


def trials_of(arm: ArmRecord, parameter: str, sign: float, scale: str) -> Trials:
    """Return an arm's trials.

    A value that is no number is left out, and so is a trial that failed or was stopped half-way.
    """
    rows = [
        (place, _named(each.setting), each.setting[parameter], sign * each.inner, sign * each.outer)
        for place, fold in enumerate(arm.folds)
        for each in fold.trials
        if each.stopped != "halved" and _number(each.setting.get(parameter))
    ]
    known = {each: number for number, each in enumerate(dict.fromkeys(row[1] for row in rows))}
    table = np.array([(row[0], known[row[1]], *row[2:]) for row in rows], float).reshape(-1, 5)
    folds, settings, values, inner, outer = table[np.isfinite(table).all(1)].T
    linear = scale != "log" or not (values > 0).all()
    return Trials(
        folds.astype(int), settings.astype(int), values, inner, outer, "linear" if linear else "log"
    )


def edges(trials: Trials) -> np.ndarray:
    """Return where bins of values begin and end, on the axis; each holds two settings at least.

    Bins hold about as many trials each, and there are six at the most.
    """
    values, counts = np.unique(trials.axis, return_counts=True)
    settings = len(np.unique(trials.settings))
    least = max(_LEAST_SETTINGS, settings / _MOST_BINS) / max(settings, 1) * len(trials.values)
    cuts, held = [], 0
    for place, count in enumerate(counts[:-1]):
        held += count
        if held >= least - 1e-9 and counts[place + 1 :].sum() >= least - 1e-9:
            cuts.append((values[place] + values[place + 1]) / 2)
            held = 0
    return np.array([values[0], *cuts, values[-1]]) if len(values) else np.zeros(1)


def profile(trials: Trials, bins: np.ndarray) -> np.ndarray:
    """Return the outer error of the trial that would be selected, of shape (folds, bins).

    NaN where a fold tried nothing in a bin.
    """
    rows = np.unique(trials.folds, return_inverse=True)[1]
    found = np.full((rows.max() + 1, bins.max() + 1), np.nan)
    for place in np.argsort(-trials.inner, kind="stable"):  # the best is written last
        found[rows[place], bins[place]] = trials.outer[place]
    return found


def matters(trials: Trials, level: float) -> bool:
    """Say whether the metric follows the parameter at all, whatever else varied beside it.

    The rank of a setting, averaged over folds, is held against a parabola in it (F test).
    """
    ranks = np.empty(len(trials.outer))
    for fold in np.unique(trials.folds):
        here = trials.folds == fold
        ranks[here] = stats.rankdata(trials.outer[here]) / here.sum()
    counts = np.bincount(trials.settings)
    rank, at = (
        np.bincount(trials.settings, each)[counts > 0] / counts[counts > 0]
        for each in (ranks, trials.axis)
    )
    curve = np.vander((at - at.mean()) / (at.std() or 1.0), 3)
    terms = int(np.linalg.matrix_rank(curve))
    left = np.sum((rank - curve @ np.linalg.lstsq(curve, rank)[0]) ** 2)
    explained = np.sum((rank - rank.mean()) ** 2) - left
    freedom = len(rank) - terms
    if terms < 2 or freedom < 2 or explained <= 0:
        return False
    ratio = (explained / (terms - 1)) / max(left / freedom, 1e-300)
    return bool(stats.f.sf(ratio, terms - 1, freedom) <= 1 - level)


def _named(setting: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    """Return what tells one setting from another."""
    return tuple(sorted((name, repr(value)) for name, value in setting.items()))


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
