"""One training run of CatBoost itself, for a loss of one raw score."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from catboost import CatBoost, CatBoostError

from lossary.adapters.catboost.judging import named
from lossary.adapters.catboost.leaves import FittedSlopes
from lossary.adapters.catboost.rows import MOST, Book
from lossary.adapters.catboost.slopes import NumberedSlopes, Slopes
from lossary.adapters.estimators.judges import Judge, Seen
from lossary.adapters.estimators.objective import Objective
from lossary.errors import ArgumentError, ShapeError

Array = np.ndarray
ITERATIONS = 1000
RATE = 0.03
"""CatBoost's own defaults for a custom objective."""
CATEGORIES = 255
"""As many categories of a feature CatBoost can tell apart one by one."""
_DRAWING = ("subsample", "bagging_temperature", "mvs_reg")
_SPEAK = ("verbose", "silent", "logging_level", "verbose_eval")


@dataclass(frozen=True, eq=False)
class Asked:
    """CatBoost's parameters by their first names, and the options of its `fit`."""

    parameters: dict[str, Any]
    options: dict[str, Any]

    def told(self, name: str, default: Any = None) -> Any:
        """Return what was given to the estimator or to `fit`."""
        given = self.options.get(name)
        given = self.parameters.get(name) if given is None else given
        return default if given is None else given

    def features(self, kind: str) -> int:
        """Return how many features are named to be of a kind."""
        return len(self.told(f"{kind}_features", ()))

    @property
    def counts_labels(self) -> bool:
        """Whether CatBoost takes statistics of labels, for features that are no numbers."""
        return any(map(self.features, ("cat", "text", "embedding")))


@dataclass(frozen=True, eq=False)
class Rows(Seen):
    """What a loss sees, and the features."""

    features: Any

    def __post_init__(self) -> None:
        rows = np.shape(self.features)[:1]
        if rows and rows[0] != len(self.target):
            raise ShapeError(f"X has {rows[0]} rows, but y has {len(self.target)} targets.")


@dataclass(frozen=True, eq=False)
class Run:
    """What a training run is asked for."""

    objective: Objective
    start: Array
    train: Rows
    watched: Sequence[Rows]
    judge: Judge
    asked: Asked

    @property
    def sets(self) -> tuple[Rows, ...]:
        """The rows that train, and those that are judged."""
        return (self.train, *self.watched)


def trained(run: Run) -> tuple[CatBoost, dict[str, Any]]:
    """Return CatBoost's model, with the start in it, and what was said of its rounds."""
    slopes, labels = _asked(run)
    by_number = isinstance(slopes, (NumberedSlopes, FittedSlopes))
    period = int(run.asked.told("metric_period", 1)) if by_number else 1
    judging = named(run.judge, slopes, period, int(run.asked.told("iterations", ITERATIONS)))
    told = {"loss_function": slopes, "eval_metric": judging}
    host = CatBoost(_drawn(run) | told | (_by_number(run, slopes) if by_number else {}))
    options = run.asked.options | (_loudness(run, period) if by_number else {})
    (features, label), *watched = (
        (plain(each.features) if by_number else each.features, label)
        for each, label in zip(run.sets, labels, strict=True)
    )
    try:
        host.fit(
            features, label, sample_weight=run.train.weight, eval_set=watched or None, **options
        )
    except CatBoostError:
        if judging.error is not None:
            raise judging.error from None
        raise
    if isinstance(slopes, FittedSlopes):
        host.set_leaf_values(slopes.leaf_values(host))
        host.get_feature_importance(type="PredictionValuesChange")  # it keeps those of old leaves
    scale, _ = host.get_scale_and_bias()
    host.set_scale_and_bias(scale, float(run.start[0]))
    said = {"result": host.get_evals_result(), "score": host.get_best_score()}
    return host, said | {"best": host.get_best_iteration()}


def _drawn(run: Run) -> dict[str, Any]:
    """Return the parameters; where all slopes are zero, CatBoost cannot draw rows by them."""
    given, felt = run.asked.parameters, run.train.felt
    if felt.min() < felt.max():
        return given
    return {name: v for name, v in given.items() if name not in _DRAWING} | {"bootstrap_type": "No"}


def _asked(run: Run) -> tuple[Slopes, list[Array]]:
    """Return what CatBoost asks for slopes, and the labels that it then shows."""
    start, objective = float(run.start[0]), run.objective
    small = sum(len(each.target) for each in run.sets) <= MOST
    if objective.refits:
        if not small:
            raise ArgumentError(
                f"{objective.loss!r} has its leaves fitted again after each tree, which takes rows "
                f"that CatBoost can count: at most {MOST}, those of eval_set with them."
            )
        book = Book(run.sets, ranked=run.asked.counts_labels)
        rate = float(run.asked.told("learning_rate", RATE))
        return FittedSlopes(objective, start, book, rate), book.labels
    if small and not run.asked.counts_labels:
        book = Book(run.sets, shuffled=not _plainly(run))
        return NumberedSlopes(objective, start, book, steady=_steady(run)), book.labels
    return Slopes(objective, start), [each.target for each in run.sets]


def _steady(run: Run) -> bool:
    """Say whether CatBoost asks for slopes at the scores that it showed last, and no others."""
    return (
        _plainly(run)
        and run.asked.told("leaf_estimation_iterations", 1) == 1
        and not any(
            map(run.asked.told, ("model_shrink_rate", "save_snapshot", "posterior_sampling"))
        )
    )


def _plainly(run: Run) -> bool:
    """Say whether rows may stay in their order: ordered boosting draws orders of its own."""
    return run.asked.told("boosting_type", "Plain") == "Plain"


def _by_number(run: Run, slopes: Slopes) -> dict[str, Any]:
    """Return what CatBoost must be told where labels are the numbers of rows."""
    told = {"boosting_type": run.asked.told("boosting_type", "Plain"), "metric_period": 1}
    if isinstance(slopes, FittedSlopes):
        told |= {"learning_rate": slopes.rate, "leaf_estimation_iterations": 1}
    if run.asked.counts_labels:
        return told
    if _plainly(run):
        told["has_time"] = True  # rows stay in their order
    # Nobody bins labels that no statistics are taken of.
    return told | {"simple_ctr": ["Counter"], "combinations_ctr": ["Counter"]}


def _loudness(run: Run, period: int) -> dict[str, Any]:
    """Return what makes CatBoost log as often as it was asked to judge."""
    said = {name: run.asked.told(name) for name in _SPEAK if run.asked.told(name) is not None}
    loud = not said or said.get("verbose") in (True, 1) or said.get("verbose_eval") in (True, 1)
    return {"metric_period": None} | ({"verbose": period} if loud and period > 1 else {})


def plain(features: Any) -> Any:
    """Return an array of numbers as CatBoost reads it without another copy; all else as it is."""
    if type(features) is not np.ndarray or features.ndim != 2 or features.dtype.kind not in "fiu":
        return features
    return np.asfortranarray(features, dtype=np.float32)
