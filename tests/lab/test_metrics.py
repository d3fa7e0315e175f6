"""Metrics by name, each at its best where its facts say it is, and as scikit-learn computes it."""

import pickle

import numpy as np
import pytest
from sklearn import metrics as sk

from lossary.errors import ArgumentError, NotFoundError
from lossary.heads import Answer
from lossary.lab.decision.judging import judge_for
from lossary.lab.metrics.facts import AMOUNTS, KINDS
from lossary.lab.metrics.named import METRICS, TWINS, for_kind, judges, metric

RANDOM = np.random.default_rng(0)
SKEWED = RANDOM.gamma(1.5, 2.0, 4001) + 0.05
ELICITED = {
    "mean": np.mean(SKEWED),
    "median": np.median(SKEWED),
    "quantile": np.quantile(SKEWED, 0.8),
    "mean of log(1 + target)": np.expm1(np.mean(np.log1p(SKEWED))),
}
OF_AMOUNTS = [each for each in METRICS if "regression" in each.kinds]
OF_CLASSES = [each for each in METRICS if set(each.kinds) & {"binary", "multiclass"}]

by_name = {"ids": lambda each: each.name}


@pytest.mark.parametrize("row", METRICS, **by_name)
def test_a_metric_is_found_by_each_of_its_names(row):
    for name in (row.name, *row.aliases, row.name.upper().replace("_", " ")):
        assert metric(name) == row
    assert metric(row.spelled).spelled == row.spelled


def test_no_name_is_borne_by_two_metrics():
    names = [name for row in METRICS for name in (row.name, *row.aliases)]
    assert sorted(names) == sorted(set(names))


@pytest.mark.parametrize("row", METRICS, **by_name)
def test_a_metric_travels_to_other_processes(row):
    assert pickle.loads(pickle.dumps(row)).spelled == row.spelled


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_target_has_metrics_and_a_twin_judges_what_it_is_named_for(kind):
    assert any(judges(each, kind) for each in METRICS)
    for (name, of), twin in TWINS.items():
        assert for_kind(metric(name), of).name == twin
        assert of in metric(twin).kinds
        assert of not in metric(name).kinds


@pytest.mark.parametrize("name", ["pinball(0.8)", "pinball:0.8", "quantile( level=0.8 )"])
def test_a_level_can_be_written_behind_the_name(name):
    assert metric(name).level == 0.8
    assert metric(name).spelled == "pinball(0.8)"


def test_costs_can_be_written_behind_the_name():
    found = metric("cost(fn=5, fp=0.5)")
    assert (found.costs, found.spelled) == ((0.5, 5.0), "cost(fp=0.5, fn=5)")
    assert "0.5 for a false positive and 5 for a false negative" in found.title
    target, label = np.array([1, 1, 0, 0]), np.array([0, 1, 1, 0])
    assert found.function(target, label, 2) == (5 + 0.5) / 4
    assert found.function(target, label, 2, np.array([3.0, 1, 1, 1])) == (15 + 0.5) / 6


@pytest.mark.parametrize(
    ("name", "error", "told"),
    [
        ("mea", NotFoundError, "mae"),
        ("", NotFoundError, "none of that name"),
        ("pinball(1.2)", ArgumentError, r"\(0, 1\), as in pinball\(0.5\)"),
        ("pinball(high)", ArgumentError, "must be a number"),
        ("mae(2)", ArgumentError, "write mae"),
        ("fbeta(-1)", ArgumentError, r"as in fbeta\(2\)"),
        ("cost(5)", ArgumentError, r"as in cost\(fp=1, fn=5\)"),
        ("cost(fp=1)", ArgumentError, r"as in cost\(fp=1, fn=5\)"),
        ("cost(fp=-1, fn=2)", ArgumentError, "both above zero"),
    ],
)
def test_a_name_that_is_none_is_met_with_a_mend(name, error, told):
    with pytest.raises(error, match=told):
        metric(name)


@pytest.mark.parametrize(
    "row", [each for each in OF_AMOUNTS if each.elicits in ELICITED], **by_name
)
def test_a_metric_of_amounts_is_best_at_what_it_elicits(row):
    row = metric("pinball(0.8)") if row.name == "pinball" else row
    judge, best = judge_for(row, "positive", 0, SKEWED), ELICITED[row.elicits]

    def at(value):
        return judge.score(Answer(value=np.full(len(SKEWED), value)), SKEWED)

    # 3 % is more than the gap between two of 4001 targets, and less than between functionals
    assert row.better(at(best), at(best * 1.03))
    assert row.better(at(best), at(best * 0.97))


def test_the_cross_entropy_of_shares_is_best_at_their_mean():
    shares, row = RANDOM.beta(2, 5, 500), metric("share_log_loss")
    mean = np.full(500, shares.mean())
    assert row.function(shares, mean, 0) < row.function(shares, mean * 1.03, 0)
    assert row.function(shares, mean, 0) < row.function(shares, mean * 0.97, 0)
    assert np.isfinite(row.function(np.array([0.0, 1.0]), np.array([1.0, 0.0]), 0))


def test_the_level_median_is_best_for_the_mean_number_of_levels_off():
    levels = RANDOM.choice(5, 501, p=[0.4, 0.05, 0.25, 0.2, 0.1])
    row = metric("level_mae")
    scores = [row.function(levels, np.full(501, each), 5) for each in range(5)]
    assert int(np.argmin(scores)) == int(np.median(levels))


@pytest.mark.parametrize(
    ("row", "k"),
    [
        pytest.param(row, 2 + ("multi" in kind), id=f"{row.name}-{kind}")
        for row in OF_CLASSES
        for kind in row.kinds
        if kind in ("binary", "multiclass")
    ],
)
def test_a_metric_of_classes_prefers_knowing_to_guessing(row, k):
    target = np.arange(60) % k
    right = np.where(np.eye(k)[target] > 0, 0.9, 0.1 / (k - 1))
    guess = np.roll(right, 7, axis=0)
    judge = judge_for(row, "binary" if k == 2 else "multiclass", k, target)

    def score(chance):
        return judge.score(Answer(score=_scores(chance, k), probability=chance), target)

    assert row.better(score(right), score(guess))


def _scores(chance, k):
    return np.log(chance[:, 1] / chance[:, 0]) if k == 2 else np.log(chance)


def _macro(function, **more):
    return lambda target, label, weight, k: function(
        target, label, average="binary" if k == 2 and target.ndim == 1 else "macro",
        zero_division=0.0, sample_weight=weight, **more,
    )  # fmt: skip


def _plainly(function, **more):
    return lambda target, given, weight, k: function(target, given, sample_weight=weight, **more)


THEIRS = {
    "accuracy": _plainly(sk.accuracy_score),
    "balanced_accuracy": _plainly(sk.balanced_accuracy_score),
    "f1": _macro(sk.f1_score),
    "fbeta(0.5)": _macro(sk.fbeta_score, beta=0.5),
    "jaccard": _macro(sk.jaccard_score),
    "precision": _macro(sk.precision_score),
    "recall": _macro(sk.recall_score),
    "mcc": _plainly(sk.matthews_corrcoef),
    "kappa": _plainly(sk.cohen_kappa_score),
    "qwk": lambda target, label, weight, k: sk.cohen_kappa_score(
        target, label, weights="quadratic", labels=np.arange(k), sample_weight=weight
    ),
    "hamming": _plainly(sk.hamming_loss),
    "subset_accuracy": _plainly(sk.accuracy_score),
    "f1_micro": _plainly(sk.f1_score, average="micro"),
    "log_loss": lambda target, given, weight, k: sk.log_loss(
        target, given, labels=np.arange(k), sample_weight=weight
    ),
    "roc_auc": lambda target, given, weight, k: sk.roc_auc_score(
        target, given, sample_weight=weight,
        multi_class="ovr", labels=np.arange(k) if k > 2 and target.ndim == 1 else None,
    ),
    "average_precision": _plainly(sk.average_precision_score),
}  # fmt: skip
SHAPE = {"binary": (2, ()), "multiclass": (4, ()), "ordinal": (4, ()), "multilabel": (3, (3,))}


@pytest.mark.parametrize("weighted", [False, True], ids=["plain", "weighted"])
@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name in THEIRS for kind in SHAPE
     if kind in metric(name).kinds and (name, kind) != ("log_loss", "multilabel")],
)  # fmt: skip
def test_a_metric_of_classes_is_scikit_learns(name, kind, weighted):
    random = np.random.default_rng(3)
    (k, more), row = SHAPE[kind], metric(name)
    target = random.integers(0, k if not more else 2, (50, *more))
    given = np.where(random.random((50, *more)) < 0.6, target, random.integers(0, 2, (50, *more)))
    if row.answer == "probability" or (row.answer == "ordering" and kind == "multiclass"):
        given = random.dirichlet(np.ones(k), 50)
    elif row.answer == "ordering":
        given = np.round(given + random.normal(size=given.shape), 1)  # with ties
    weight = random.integers(0, 4, 50).astype(float) if weighted else None
    theirs = THEIRS[name](target, given, weight, k)
    assert row.function(target, given, k, weight) == pytest.approx(theirs, rel=1e-12)


@pytest.mark.parametrize("name", ["f1", "precision", "recall", "balanced_accuracy"])
def test_a_class_that_neither_occurs_nor_is_said_does_not_count(name):
    random = np.random.default_rng(4)
    target, given = random.choice([0, 1, 3], 50), random.choice([0, 1, 3], 50)
    theirs = THEIRS[name](target, given, None, 5)
    assert metric(name).function(target, given, 5) == pytest.approx(theirs)


@pytest.mark.parametrize(
    "row", [each for each in METRICS if each.kinds[0] != "survival"], **by_name
)
def test_a_weight_of_two_is_a_row_written_twice_and_of_none_a_row_left_out(row):
    random = np.random.default_rng(5)
    kind = row.kinds[0]
    k, more = SHAPE.get(kind, (0, ()))
    target = random.integers(0, 2 if kind == "multilabel" else max(k, 2), (40, *more))
    given = random.integers(0, 2, (40, *more))
    if kind in AMOUNTS:
        target, given = random.uniform(0.1, 0.9, 40), random.uniform(0.1, 0.9, 40)
    elif row.answer == "probability":
        given = random.dirichlet(np.ones(k), 40)
    elif row.answer == "ordering":
        given = random.normal(size=(40, *more))
    weight = random.integers(0, 3, 40)
    if row.name == "medae":
        weight[:] = 2  # the middle of an even number of rows lies between two of them
    rows = np.repeat(np.arange(40), weight)
    assert row.function(target, given, k, weight.astype(float)) == pytest.approx(
        row.function(target[rows], given[rows], k)
    )


def test_labels_without_any_row_are_left_out_of_an_order():
    target = np.array([[1, 0], [0, 0], [1, 0]])
    score = np.array([[0.9, 0.3], [0.2, 0.1], [0.8, 0.5]])
    assert metric("roc_auc").function(target, score, 2) == 1.0
    assert np.isnan(metric("roc_auc").function(target[:, 1:], score[:, 1:], 1))


def test_recall_is_taken_where_precision_is_high_enough():
    target, score = np.array([1, 1, 0, 1, 0, 0]), np.array([6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
    assert metric("recall_at_precision(0.95)").function(target, score, 2) == pytest.approx(2 / 3)
    assert metric("recall_at_precision(0.7)").function(target, score, 2) == 1.0
    assert metric("precision_at_recall(0.9)").function(target, score, 2) == 0.75


def test_a_level_that_does_not_occur_keeps_its_place():
    target, level = np.array([0, 0, 3, 3]), np.array([0, 1, 3, 3])
    assert metric("qwk").function(target, level, 4) > metric("qwk").function(
        target, np.array([0, 2, 3, 3]), 4
    )


def test_the_ranked_probability_score_is_the_squared_gap_of_what_is_cumulated():
    target, chance = RANDOM.integers(0, 4, 30), RANDOM.dirichlet(np.ones(4), 30)
    slow = 0.0
    for seen, row in zip(target, chance, strict=True):
        slow += sum((row[: each + 1].sum() - (seen <= each)) ** 2 for each in range(3))
    assert metric("rps").function(target, chance, 4) == pytest.approx(slow / 30)


def test_the_log_loss_of_labels_is_the_mean_of_each():
    target, chance = RANDOM.integers(0, 2, (30, 3)), RANDOM.random((30, 3))
    each = [sk.log_loss(target[:, n], chance[:, n]) for n in range(3)]
    assert metric("log_loss").function(target, chance, 3) == pytest.approx(np.mean(each))
    assert metric("brier").function(target, chance, 3) == pytest.approx(
        np.mean(np.square(target - chance))
    )


def test_percentage_errors_are_shares_of_targets():
    target, value = np.array([1.0, 3.0, 0.0]), np.array([2.0, 3.0, 0.0])
    assert metric("wape").function(target, value, 0) == pytest.approx(1 / 4)
    assert metric("smape").function(target, value, 0) == pytest.approx(2 / 3 / 3)
