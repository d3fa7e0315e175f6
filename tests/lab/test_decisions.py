"""The decision layer: what is tuned after training serves new rows, and does no harm with few."""

import json

import numpy as np
import pytest

from lossary.heads import Answer
from lossary.lab.decision.calibration import shrunk
from lossary.lab.decision.constants import best_constant
from lossary.lab.decision.curves import cox_slope
from lossary.lab.decision.judging import judge_for, judge_of
from lossary.lab.decision.rescaling import shrunk_factor
from lossary.lab.decision.thresholds import best_threshold
from lossary.lab.metrics.facts import AMOUNTS
from lossary.lab.metrics.named import METRICS, metric
from lossary.lab.metrics.survival import kaplan_meier
from lossary.lab.tasks.table import table
from lossary.lab.tasks.task import read_task
from tests.lab.frames import censored, graded, labelled, task_of


def _sigmoid(values):
    return 1 / (1 + np.exp(-values))


def _two(rows=2000, seed=0, prior=0.0):
    """Return logits that are right, and what came of them."""
    random = np.random.default_rng(seed)
    logit = random.normal(prior, 1.5, rows)
    return logit, (random.random(rows) < _sigmoid(logit)).astype(int)


def _binary(logit):
    yes = _sigmoid(logit)
    return Answer(score=logit, probability=np.stack([1 - yes, yes], axis=-1))


def _several(rows=2000, seed=0):
    """Return chances of four classes, one of them common, and what came of them."""
    random = np.random.default_rng(seed)
    score = random.normal([2.0, 1.0, 0.0, -1.0], 1.0, (rows, 4))
    chance = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    target = (random.random(rows)[:, None] > chance.cumsum(axis=1)).sum(axis=1)
    return chance, np.minimum(target, 3)


def _gain(judge, answer, target, first=400):
    """Return by how much a decision on the first rows is better on the others."""

    def part(rows):
        given = (None if each is None else each[rows]
                 for each in (answer.value, answer.score, answer.probability))  # fmt: skip
        return Answer(*given), target[rows]

    decision = judge.decide(*part(slice(0, first)))
    rest, seen = part(slice(first, None))
    gain = judge.score(rest, seen, None, decision) - judge.score(rest, seen)
    return gain if judge.metric.greater_is_better else -gain


@pytest.mark.parametrize("name", ["f1", "balanced_accuracy", "mcc", "cost(fp=1, fn=5)", "fbeta(2)"])
def test_a_tuned_threshold_is_better_on_new_rows(name):
    logit, target = _two(prior=-2.0)
    judge = judge_for(metric(name), "binary", 2, target)
    assert _gain(judge, _binary(logit), target) > 0
    assert _gain(judge, Answer(score=logit), target) > 0
    assert set(judge.decide(_binary(logit), target).numbers) == {"threshold"}


def test_the_threshold_of_a_cost_is_where_both_mistakes_cost_the_same():
    logit, target = _two(20_000)
    judge = judge_for(metric("cost(fp=1, fn=4)"), "binary", 2, target)
    cut = judge.decide(_binary(logit), target).numbers["threshold"]
    assert cut == pytest.approx(np.log(1 / 4), abs=0.15)  # a few of 20 000 rows decide


def test_a_threshold_cuts_where_the_metric_is_best_and_never_between_equal_scores():
    score, target = np.array([0.9, 0.5, 0.5, 0.5, 0.1]), np.array([1, 1, 1, 0, 0])
    counts = metric("f1").counts
    assert best_threshold(counts, score, target) == pytest.approx(0.3)
    # in whatever order the rows come
    assert best_threshold(counts, score[::-1], target[::-1]) == pytest.approx(0.3)


def test_to_say_yes_always_or_never_is_a_threshold_too():
    score, target = np.array([0.1, 0.2, 0.3]), np.array([1, 0, 0])
    assert best_threshold(metric("f1").counts, score, target) < 0.1
    dear = metric("cost(fp=9, fn=1)").counts
    assert best_threshold(dear, score, target, least=True) > 0.3


@pytest.mark.parametrize("seed", range(5))
def test_a_weight_moves_a_threshold_as_rows_written_twice_do(seed):
    logit, target = _two(100, seed)
    weight = np.random.default_rng(seed).integers(0, 9, 100)
    counts = metric("f1").counts
    cut = best_threshold(counts, logit, target, weight)
    again = best_threshold(counts, np.repeat(logit, weight), np.repeat(target, weight))
    assert ((logit > cut) == (logit > again))[weight > 0].all()


@pytest.mark.parametrize("name", ["f1", "jaccard", "f1_micro"])
def test_labels_get_thresholds_of_their_own_or_one_together(name):
    random = np.random.default_rng(0)
    score = random.normal([-3.0, -1.0, 0.0], 1.5, (2000, 3))
    target = (random.random((2000, 3)) < _sigmoid(score)).astype(int)
    judge = judge_for(metric(name), "multilabel", 3, target)
    answer = Answer(score=score, probability=_sigmoid(score))
    assert _gain(judge, answer, target) > 0
    numbers = judge.decide(answer, target).numbers
    assert np.size(next(iter(numbers.values()))) == (1 if name == "f1_micro" else 3)


@pytest.mark.parametrize("name", ["balanced_accuracy", "f1", "kappa", "mcc"])
def test_classes_get_offsets_that_serve_new_rows(name):
    chance, target = _several()
    judge = judge_for(metric(name), "multiclass", 4, target)
    assert _gain(judge, Answer(score=np.log(chance), probability=chance), target) > -0.002
    if name == "balanced_accuracy":
        assert _gain(judge, Answer(score=np.log(chance), probability=chance), target) > 0.05


def test_an_arm_that_weighs_its_classes_needs_no_offsets_for_a_balanced_metric():
    chance, target = _several()
    shares = np.bincount(target) / len(target)
    weighed = chance / shares / (chance / shares).sum(axis=1, keepdims=True)
    judge = judge_for(metric("balanced_accuracy"), "multiclass", 4, target)
    plain = judge.decide(Answer(probability=chance), target).numbers["offsets"]
    none = judge.decide(Answer(probability=weighed), target).numbers["offsets"]
    assert np.ptp(plain) > 1.5
    assert np.ptp(none) < 0.8


@pytest.mark.parametrize("name", ["log_loss", "brier"])
@pytest.mark.parametrize(("slope", "shift"), [(2.0, 0.0), (1.0, 1.0), (0.5, -1.0)])
def test_calibration_mends_what_is_too_sure_or_off(name, slope, shift):
    logit, target = _two()
    judge = judge_for(metric(name), "binary", 2, target)
    bent = _binary(slope * logit + shift)
    right = judge.score(_binary(logit), target)
    decision = judge.decide(bent, target)
    assert judge.score(bent, target) > right + 0.004
    # two numbers fitted on 2000 rows cannot be further off than this
    assert judge.score(bent, target, None, decision) < right + 0.001
    mended = judge.applied(bent, decision)
    assert mended.probability.mean(axis=0)[1] == pytest.approx(target.mean(), abs=0.01)


def test_calibration_undoes_the_weights_of_classes():
    chance, target = _several()
    shares = np.bincount(target) / len(target)
    weighed = chance / shares / (chance / shares).sum(axis=1, keepdims=True)
    judge = judge_for(metric("log_loss"), "multiclass", 4, target)
    right = judge.score(Answer(probability=chance), target)
    decision = judge.decide(Answer(probability=weighed), target)
    assert judge.score(Answer(probability=weighed), target) > right + 0.2
    assert judge.score(Answer(probability=weighed), target, None, decision) < right + 0.002
    assert decision.numbers["slope"] == pytest.approx(1, abs=0.1)
    assert decision.numbers["prior"] == pytest.approx(1, abs=0.1)


def test_calibration_does_next_to_no_harm_with_few_rows():
    harm = []
    for seed in range(60):
        logit, target = _two(540, seed)
        judge = judge_for(metric("log_loss"), "binary", 2, target)
        harm.append(-_gain(judge, _binary(logit), target, first=40))
    # without drawing back it is a fortieth: two numbers, each half over the rows
    assert np.mean(harm) < 1 / 80


def test_what_is_right_already_is_left_as_it_is():
    logit, target = np.array([-1.0, 1.0] * 50), np.array([0, 1] * 36 + [1, 0] * 14)
    design = np.zeros((2, 100, 2))
    design[0, :, 1], design[1, :, 1] = logit, 1.0
    assert shrunk(design, target, None).tolist() == [1.0, 0.0]


def test_certain_rows_do_not_run_away():
    logit = np.repeat([-2.0, 2.0], 20)
    target = (logit > 0).astype(int)
    judge = judge_for(metric("log_loss"), "binary", 2, target)
    assert 1 < judge.decide(_binary(logit), target).numbers["slope"] < 5


def test_labels_share_a_slope_and_a_shift():
    random = np.random.default_rng(0)
    score = random.normal([-2.0, 0.0], 1.5, (1000, 2))
    target = (random.random((1000, 2)) < _sigmoid(score)).astype(int)
    judge = judge_for(metric("log_loss"), "multilabel", 2, target)
    sure = Answer(score=3 * score, probability=_sigmoid(3 * score))
    decision = judge.decide(sure, target)
    assert decision.numbers["slope"] == pytest.approx(1 / 3, abs=0.04)
    assert judge.score(sure, target, None, decision) < judge.score(sure, target)


def _levels(rows=2000, seed=0):
    """Return expected levels, drawn together as they come from a model, and levels."""
    random = np.random.default_rng(seed)
    mean = random.normal(2.0, 0.8, rows)
    target = np.clip(np.round(mean + random.normal(0, 0.8, rows)), 0, 4).astype(int)
    return 2 + (mean - 2) * 0.6, target


@pytest.mark.parametrize(
    ("name", "least"), [("qwk", 0.1), ("level_mae", 0.01), ("accuracy", 0.005)]
)
def test_cuts_serve_new_rows_better_than_rounding(name, least):
    value, target = _levels()
    judge = judge_for(metric(name), "ordinal", 5, target)
    assert _gain(judge, Answer(value=value), target) > least
    assert len(judge.decide(Answer(value=value), target).numbers["cuts"]) == 4


def test_probabilities_of_levels_tell_the_best_level_by_themselves():
    chance = np.array([[0.45, 0.1, 0.1, 0.35], [0.1, 0.2, 0.3, 0.4]])
    target, answer = np.array([1, 2]), Answer(probability=chance)
    median = judge_for(metric("level_mae"), "ordinal", 4, target)
    likely = judge_for(metric("accuracy"), "ordinal", 4, target)
    assert median.layer.asked(answer, {}).tolist() == [1, 2]
    assert likely.layer.asked(answer, {}).tolist() == [0, 3]
    assert median.decide(answer, target).numbers == {}


def test_a_risk_becomes_curves_that_are_nearly_the_true_ones():
    random = np.random.default_rng(0)
    risk = random.normal(size=1500)
    time, end = random.exponential(np.exp(-risk)), random.exponential(2.0, 1500)
    target = np.where(time <= end, 1, -1) * np.minimum(time, end)
    judge = judge_for(metric("ibs"), "survival", 0, target)
    true = Answer(score=risk, survival=lambda at: np.exp(-at * np.exp(risk)[:, None]))
    alone = Answer(score=5 - 3 * -risk)  # any straight line through it will do
    decision = judge.decide(alone, target)
    assert decision.numbers["slope"] == pytest.approx(1 / 3, abs=0.05)
    assert judge.decide(true, target).numbers == {}
    best = judge.score(true, target)
    assert judge.score(alone, target, None, decision) < best + 0.002
    assert judge.score(alone, target) > best + 0.02  # one curve for all


def test_the_slope_of_cox_is_where_its_likelihood_is_highest():
    random = np.random.default_rng(0)
    target = random.integers(1, 9, 80) * random.choice([-1.0, 1.0], 80)
    risk, weight = random.normal(size=80), random.random(80)

    def slow(slope):
        total = -(slope**2) / 2
        for place in np.flatnonzero(target > 0):
            there = np.abs(target) >= np.abs(target[place])
            left = np.log((weight[there] * np.exp(slope * risk[there])).sum())
            total += weight[place] * (slope * risk[place] - left)
        return total

    found = cox_slope(risk, target, weight)
    assert slow(found) > max(slow(found - 1e-3), slow(found + 1e-3))


def test_amounts_are_brought_to_the_right_mean_only_where_it_is_asked_for():
    random = np.random.default_rng(0)
    mean = random.gamma(4.0, 2.0, 1000)
    target = mean * random.lognormal(0, 0.6, 1000)  # its logarithm has the mean of log(mean)
    answer = Answer(value=mean)
    judge = judge_for(metric("rmse"), "positive", 0, target, rescales=True)
    assert judge.decide(answer, target).numbers["factor"] == pytest.approx(np.exp(0.18), abs=0.06)
    assert _gain(judge, answer, target) > 0
    assert not judge_for(metric("rmse"), "positive", 0, target).tunes
    assert not judge_for(metric("mae"), "positive", 0, target, rescales=True).tunes


def test_a_factor_that_may_be_chance_is_none():
    random = np.random.default_rng(0)
    target = random.gamma(1.0, 5.0, 30)
    assert abs(shrunk_factor(np.full(30, target.mean() * 1.05), target, None) - 1) < 0.01


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_not_finite_has_no_score_and_no_decision(bad):
    logit, target = _two(20)
    logit[3] = bad
    for name in ("f1", "accuracy", "roc_auc"):
        judge = judge_for(metric(name), "binary", 2, target)
        answer = Answer(score=logit)
        assert judge.decide(answer, target).numbers == {}
        assert np.isnan(judge.score(answer, target)), name
    judge = judge_for(metric("mae"), "regression", 0, np.ones(2))
    assert np.isnan(judge.score(Answer(value=np.array([1.0, bad])), np.ones(2)))


def test_what_an_answer_does_not_tell_has_no_score():
    target = np.array([0, 1, 1, 0])
    judge = judge_for(metric("log_loss"), "binary", 2, target)
    assert np.isnan(judge.score(Answer(score=np.ones(4)), target))
    assert np.isnan(
        judge_for(metric("mae"), "regression", 0, np.ones(4)).score(Answer(), np.ones(4))
    )


def test_no_amount_below_the_floor_is_reported_where_the_metric_wants_more_than_zero():
    target = np.array([1.0, 2.0, 3.0])
    judge = judge_for(metric("poisson"), "positive", 0, target)
    assert judge.score(Answer(value=np.array([-1.0, 2.0, 3.0])), target) == judge.score(
        Answer(value=np.array([0.02, 2.0, 3.0])), target
    )
    assert "1 %" in judge.words


def test_no_share_outside_zero_and_one_is_reported():
    target = np.array([0.1, 0.5, 0.9])
    judge = judge_for(metric("rmse"), "proportion", 0, target)
    assert judge.score(Answer(value=np.array([-3.0, 0.5, 7.0])), target) == judge.score(
        Answer(value=np.array([0.0, 0.5, 1.0])), target
    )


def _tasks():
    yield "regression", lambda name: task_of(np.random.default_rng(0).gamma(2.0, 1.0, 90), name)
    yield (
        "proportion",
        lambda name: task_of(np.random.default_rng(0).beta(2.0, 3.0, 90), name, kind="proportion"),
    )
    yield "binary", lambda name: task_of([0, 1, 1] * 30, name)
    yield "multiclass", lambda name: task_of([0, 1, 2, 2] * 25, name)
    yield "ordinal", lambda name: read_task(table(graded(90)), "grade", name, kind="ordinal")
    yield "multilabel", lambda name: read_task(table(labelled(90)), "a,b,c", name)
    yield "survival", lambda name: read_task(table(censored(90)), "time", name, event="died")


EVERY = {
    f"{each.name}-{kind}": (each.name, make)
    for kind, make in _tasks()
    for each in METRICS
    if kind in each.kinds
}


@pytest.mark.parametrize(("name", "make"), EVERY.values(), ids=EVERY.keys())
def test_a_constant_answer_is_judged_by_every_metric_and_by_its_decision_alike(name, make):
    task = make(name)
    weight = np.random.default_rng(0).random(len(task.target))
    judge = judge_of(task, task.target, weight)
    answer, words = best_constant(task, judge, task.target, weight, len(task.target))
    assert words
    assert np.isfinite(judge.score(answer, task.target, weight))
    decision = judge.decide(answer, task.target, weight)
    assert np.isfinite(judge.score(answer, task.target, weight, decision))
    again = judge.decision(json.loads(json.dumps(decision.to_dict())))
    assert again == decision
    assert judge.tunes or not decision.numbers
    assert bool(decision.words) == bool(decision.numbers)


def _told(kind, target, k, seed=0):
    """Return an answer that knows something of a target."""
    random, rows = np.random.default_rng(seed), len(target)
    if kind == "survival":
        return Answer(score=random.normal(size=rows) - np.log(np.abs(target)))
    if kind in AMOUNTS:
        return Answer(value=target * random.lognormal(0, 0.3, rows))
    if kind == "multilabel":
        score = random.normal(size=target.shape) + 2 * target - 1
        return Answer(score=score, probability=_sigmoid(score))
    score = random.normal(size=(rows, k)) + 2 * np.eye(k)[target]
    chance = np.exp(score) / np.exp(score).sum(axis=1, keepdims=True)
    score = score[:, 1] - score[:, 0] if k == 2 else score
    return Answer(value=chance @ np.arange(k), score=score, probability=chance)


@pytest.mark.parametrize(("name", "make"), EVERY.values(), ids=EVERY.keys())
def test_a_row_of_no_weight_is_felt_nowhere(name, make):
    task = make(name)
    target, weight = task.target, np.random.default_rng(1).integers(0, 2, len(task.target))
    answer, kept = _told(task.kind, target, len(task.classes)), np.flatnonzero(weight)
    given = (answer.value, answer.score, answer.probability)
    fewer = Answer(*(None if each is None else each[kept] for each in given))
    one = judge_of(task, target, weight.astype(float))
    # the grid of times is of all rows: what is not counted was followed all the same
    two = one if task.kind == "survival" else judge_of(task, target[kept])
    decision, again = one.decide(answer, target, weight * 1.0), two.decide(fewer, target[kept])
    for key, numbers in decision.numbers.items():
        assert again.numbers[key] == pytest.approx(numbers)
    assert one.score(answer, target, weight * 1.0, decision) == pytest.approx(
        two.score(fewer, target[kept], None, again)
    )
    constant, _ = best_constant(task, one, target, weight * 1.0, len(target))
    other, _ = best_constant(task, two, target[kept], None, len(kept))
    assert one.score(constant, target, weight * 1.0) == pytest.approx(
        two.score(other, target[kept]),
        rel=1e-5,  # as near as the search for it comes
    )


def test_labels_are_said_that_are_likelier_than_not():
    judge = judge_for(metric("hamming"), "multilabel", 2, np.eye(2, dtype=int))
    chance = np.array([[0.6, 0.4], [0.1, 0.51]])
    assert judge.layer.asked(Answer(probability=chance), {}).tolist() == [[1, 0], [0, 1]]
    score = np.array([[0.6, -0.4], [-0.1, 0.51]])
    assert judge.layer.asked(Answer(score=score), {}).tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize(
    ("metric_name", "found"), [("rmse", np.mean), ("mae", np.median)], ids=["mean", "median"]
)
def test_the_best_constant_of_a_metric_is_what_it_elicits(metric_name, found):
    target = np.random.default_rng(0).gamma(2.0, 1.0, 401)
    task = task_of(target, metric_name)
    answer, _ = best_constant(task, judge_of(task, target), target, None, 3)
    assert answer.value.shape == (3,)
    assert answer.value == pytest.approx(found(target), abs=1e-4)


def test_the_best_constant_of_labels_is_tried_out():
    task = read_task(table(labelled(300)), "a,b,c", "f1")
    words = best_constant(task, judge_of(task, task.target), task.target, None, 2)[1]
    assert words == "always a, b, c"  # a label that is never said has an F1 of zero
    task = read_task(table(labelled(300)), "a,b,c", "hamming")
    assert best_constant(task, judge_of(task, task.target), task.target, None, 2)[1] == (
        "always a" if task.target[:, 0].mean() > 0.5 else "never any label"
    )


def test_the_best_constant_of_times_is_the_curve_of_all():
    task = read_task(table(censored()), "time", "ibs", event="died")
    answer, _ = best_constant(task, judge_of(task, task.target), task.target, None, 4)
    at = np.array([0.2, 0.7])
    known = kaplan_meier(np.abs(task.target), task.target > 0).at(at)
    assert np.array_equal(answer.survival(at), np.tile(known, (4, 1)))
