"""Do later rows differ from earlier ones, and do neighbours err alike?"""

import numpy as np
from scipy.stats import spearmanr
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold

from lossary.lab.diagnosis.detector import AMOUNTS, EVERY, Detector, Sight, unseen
from lossary.lab.diagnosis.evidence import Evidence
from lossary.lab.diagnosis.quick import classifier, out_of_fold

_CLOCK = 0.95  # a column whose order is that of the rows tells the time, and nothing else
_SORTED = 0.9
_FEWEST = 200
_ENDS = 0.01  # of residuals on each side are drawn in, so that a few do not decide


def shift(evidence: Evidence) -> Sight:
    """Return how well trees tell the later half of the rows from the earlier one (ROC AUC)."""
    order, why = _order(evidence)
    if why:
        return unseen(why)
    values = evidence.features[order]
    place = np.arange(len(order))
    kept = [abs(_alike(column, place)) < _CLOCK for column in values.T]
    if not any(kept):
        return unseen("every column only tells the time")
    values, late = values[:, kept], (place >= len(place) // 2).astype(int)
    folds = list(StratifiedKFold(3, shuffle=True, random_state=evidence.seed).split(values, late))

    def learn(rows: np.ndarray) -> object:
        texts = evidence.texts[kept]
        return classifier(len(values), 2, texts).fit(values[rows], late[rows])

    said = out_of_fold(
        learn, lambda m, rows: m.predict_proba(values[rows])[:, 1], folds, late.shape
    )
    area = float(roc_auc_score(late, said))
    by = "in time" if evidence.task.order is not None else "in the table"
    return Sight(area, f"earlier and later rows {by} are told apart with an AUC of {area:.2f}")


def autocorrelation(evidence: Evidence) -> Sight:
    """Return the correlation of what is left over of a row with that of the row before."""
    order, why = _order(evidence)
    if why:
        return unseen(why)
    left = evidence.left[order]
    left = left[np.isfinite(left)]
    left = np.clip(left, *np.quantile(left, (_ENDS, 1 - _ENDS)))
    if left.std() == 0:
        return unseen("nothing is left over")
    figure = float(np.corrcoef(left[1:], left[:-1])[0, 1])
    return Sight(figure, f"neighbouring residuals correlate by {figure:+.2f}")


def _order(evidence: Evidence) -> tuple[np.ndarray, str]:
    """Return the rows as they follow each other, or why there is nothing to be seen in it."""
    task, rows = evidence.task, len(evidence.target)
    order = np.arange(rows) if task.order is None else np.argsort(task.order, kind="stable")
    if rows < _FEWEST:
        return order, f"{_FEWEST} rows are needed"
    target = evidence.target if evidence.target.ndim == 1 else evidence.target.sum(axis=1)
    if abs(_alike(target[order], np.arange(rows))) > _SORTED:
        return order, "the rows are sorted by the target"
    return order, ""


def _alike(values: np.ndarray, place: np.ndarray) -> float:
    known = np.isfinite(values)
    if known.sum() < 3 or values[known].std() == 0:
        return 0.0
    return float(spearmanr(values[known], place[known]).statistic)


SHIFTS = (
    Detector(
        "shift", "later rows differ from earlier ones", 0.7, "(ROC AUC)", EVERY, shift,
        "random folds promise too much: name the column of time (--order), so that folds follow "
        "it, and trust the loss that wins on the latest of them",
        "the table is sorted by something that does not matter when the model is used",
        "B", ("lopezpaz2017",),
    ),
    Detector(
        "autocorrelation", "neighbouring rows err alike", 0.2, "(correlation)", AMOUNTS,
        autocorrelation,
        "rows are not independent: name the column of time (--order) or of groups (--groups); the "
        "loss is not touched by it, the folds are",
        "the table is sorted by a feature that the quick model could not make use of",
        "A", ("roberts2017",),
    ),
)  # fmt: skip
