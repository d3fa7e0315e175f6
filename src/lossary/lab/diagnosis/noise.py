"""Wrong labels and overconfident answers: what trees that did not see a row say of its label."""

import numpy as np

from lossary.lab.diagnosis.detector import CLASSES, Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import Evidence

_FEWEST = 200
_BINS = 15  # of equal numbers of rows
_FLAT = 0.3  # of the surest's mistakes: so many more among the next are no more to speak of
_WRONG = 0.05  # of the labels


def label_noise(evidence: Evidence) -> Sight:
    """Return how often the surest quarter of answers is contradicted by the label.

    Where classes overlap, the surest answers are the rightest. What tells wrong labels is a floor:
    the surest are contradicted about as often as the next, and much less often than a guess.
    """
    chance, label = _seen(evidence)
    if len(label) < _FEWEST:
        return unseen(f"{_FEWEST} rows are needed")
    wrong = (chance.argmax(axis=1) != label)[np.argsort(-chance.max(axis=1), kind="stable")]
    quarter = len(wrong) // 4
    surest, following = float(wrong[:quarter].mean()), float(wrong[quarter : 2 * quarter].mean())
    error = np.sqrt(surest * (1 - surest) / quarter)
    guess = 1 - np.bincount(label).max() / len(label)
    floor = _flat(wrong) and surest - 2 * error > _WRONG / 2 and surest < guess / 2
    said = (
        f"labels contradict {surest:.1%} of the surest quarter of answers, and {following:.1%} of "
        f"the next; the confident joint has {_off_diagonal(chance, label):.1%} off its diagonal"
    )
    return Sight(surest, said, bool(floor))


def _flat(wrong: np.ndarray) -> bool:
    """Say whether the surest eighth of answers is contradicted as often as the second quarter."""
    quarter = len(wrong) // 4
    first, second = wrong[: quarter // 2], wrong[quarter : 2 * quarter]
    error = np.sqrt(first.var() / len(first) + second.var() / len(second))
    return bool(second.mean() - first.mean() < _FLAT * first.mean() + error / 2)


def _off_diagonal(chance: np.ndarray, label: np.ndarray) -> float:
    """Count rows that are as sure of another class as its own rows are on average."""
    k = chance.shape[1]
    own = np.array([chance[label == each, each].mean() if (label == each).any() else np.inf
                    for each in range(k)])  # fmt: skip
    sure = np.where(chance >= own, chance, -1.0)
    counted = sure.max(axis=1) > 0
    off = (sure.argmax(axis=1) != label) & counted
    return float(off.sum() / max(counted.sum(), 1))


def over_confidence(evidence: Evidence) -> Sight:
    """Return the expected calibration error of the trees, over bins of equal numbers of rows."""
    chance, label = _seen(evidence)
    if len(label) < _FEWEST:
        return unseen(f"{_FEWEST} rows are needed")
    sure, right = chance.max(axis=1), chance.argmax(axis=1) == label
    bins = np.array_split(np.argsort(sure, kind="stable"), _BINS)
    gaps = [(len(each), sure[each].mean() - right[each].mean()) for each in bins]
    error = float(sum(rows * abs(gap) for rows, gap in gaps) / len(label))
    over = float(sure.mean() - right.mean())
    said = f"answers are {sure.mean():.1%} sure on average, and {right.mean():.1%} of them right"
    return Sight(error, said, over > 2 * np.sqrt(0.25 / len(label)))


def _seen(evidence: Evidence) -> tuple[np.ndarray, np.ndarray]:
    seen = np.isfinite(evidence.chance).all(axis=1)
    return evidence.chance[seen], evidence.target[seen]


_NOISE = Detector(
    "label noise", "wrong labels", _WRONG, "(share of labels)", CLASSES, label_noise,
    "look at the rows that the surest answers contradict; a loss of bounded pull (generalised "
    "cross-entropy) learns less from what cannot be right",
    "the classes truly overlap, so that no answer can be sure: bounded losses then only learn more "
    "slowly, and their probabilities are biased",
    "B", ("northcutt2021", "zhang2018"),
)  # fmt: skip

NOISES = (
    _NOISE,
    Detector(
        "over-confidence", "answers surer than right", 0.05, "(calibration error)", CLASSES,
        over_confidence,
        "calibrate after training, as the decision layer does; smoothed labels hold it back too",
        "only the order of rows is judged: calibration does not change it",
        "B", ("guo2017",),
    ),
)  # fmt: skip
