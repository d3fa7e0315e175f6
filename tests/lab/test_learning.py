"""Where every loss starts, and how fairly the perceptron learns by it."""

from dataclasses import replace

import numpy as np
import pytest
import torch

import lossary
from lossary.lab.arms.fitting import head_for
from lossary.lab.learners.adamw import AdamW
from lossary.lab.learners.lesson import Budget, Lesson, Referee, one_thread
from lossary.lab.learners.network import Perceptrons
from lossary.lab.learners.perceptron import train
from lossary.lab.learners.start import start
from lossary.lab.protocol.trial import attempt
from tests.lab.tables import SMALL, first_bench, planned

RANDOM = np.random.default_rng(0)
AMOUNTS = RANDOM.gamma(1.5, 20.0, 1001) + 0.1
MEAN, MEDIAN = AMOUNTS.mean(), np.median(AMOUNTS)
STARTS = {
    "squared": (lossary.SquaredError(), MEAN),
    "root_mean_squared": (lossary.RootMeanSquaredError(), MEAN),
    "absolute": (lossary.AbsoluteError(), MEDIAN),
    "quantile": (lossary.Quantile(level=0.9), np.quantile(AMOUNTS, 0.9)),
    "poisson": (lossary.PoissonNLL(), MEAN),
    "tweedie": (lossary.TweedieDeviance(), MEAN),
    "gaussian": (lossary.GaussianNLL(), MEAN),
    "logarithmic": (lossary.SquaredLogarithmicError(), np.expm1(np.log1p(AMOUNTS).mean())),
}


def _head(name, metric, loss):
    return head_for(loss, planned(name, metric, [loss]).task)


@pytest.mark.parametrize(("loss", "constant"), STARTS.values(), ids=STARTS.keys())
def test_a_loss_of_amounts_starts_at_its_own_best_constant(loss, constant):
    head = _head("diabetes", "mae", loss)
    begin = start(loss, 1.0, head, AMOUNTS)
    # the search ends within a millionth of the range; quantiles lie between two targets
    assert head.answer(begin.centre).value == pytest.approx(constant, rel=2e-3)


@pytest.mark.parametrize(
    "name", ["BinaryCrossEntropy", "LogLoss", "Exponential", "SquaredHinge", "CrossEntropy"]
)
def test_a_loss_with_probabilities_starts_at_the_share_of_the_class(name):
    loss = getattr(lossary, name)()
    head = _head("breast_cancer", "brier", loss)
    target = (np.arange(1000) < 300).astype(int)
    chance = head.answer(start(loss, 1.0, head, target).centre).probability
    assert chance[1] == pytest.approx(0.3, abs=1e-4)  # the search ends within 2e-5 of a logit


@pytest.mark.parametrize(
    ("name", "metric", "kind"), [("diabetes", "rmse", ()), ("breast_cancer", "accuracy", ())]
)
def test_divided_by_its_start_every_loss_has_slopes_of_size_one(name, metric, kind):
    plan = planned(name, metric)
    bench = first_bench(plan)
    target = bench.target(bench.split.train)
    for arm in plan.arms:
        loss, unit = arm.made(bench.facts)
        head = head_for(loss, plan.task)
        begin = start(loss, unit, head, target)
        raw = torch.tensor(np.tile(begin.centre, (len(target), 1)), requires_grad=True)
        wanted = torch.from_numpy(head.target(target))
        prediction = head.prediction(torch, raw)
        (loss(prediction / unit, wanted / unit) * len(target)).backward()
        slopes = raw.grad.numpy() * begin.step / begin.slope
        assert np.sqrt((slopes**2).sum(axis=1).mean()) == pytest.approx(1.0, rel=1e-6)


def test_a_second_output_does_not_change_where_the_first_begins():
    one, two = Perceptrons(7, 1, 2, seed=3), Perceptrons(7, 2, 2, seed=3)
    features = torch.randn(5, 7, generator=torch.Generator().manual_seed(0))
    # the products of two outputs are added in another order than those of one
    assert torch.allclose(one(features)[..., 0], two(features)[..., 0], atol=1e-6)


@pytest.mark.parametrize("size", [1.0, 1e-8])  # the smaller one is felt by epsilon
def test_adamw_takes_the_steps_of_torch(size):
    weights = torch.linspace(-1, 1, 12)
    mine, theirs = weights.clone(), weights.clone().requires_grad_()
    rates = torch.full((12,), 0.05)
    ours = AdamW(mine, rates, torch.ones(12), steps=30)
    torchs = torch.optim.AdamW([theirs], lr=0.05, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(torchs, lambda step: _share(step, 30))
    for step in range(30):
        slopes = size * torch.sin(weights * (step + 1))
        ours.step(slopes)
        theirs.grad = slopes.clone()
        torchs.step()
        schedule.step()
    assert torch.allclose(mine, theirs.detach(), atol=1e-6)  # thirty roundings of single precision


def _share(step, steps):
    warm = steps // 20
    return (
        (step + 1) / warm
        if step < warm
        else 0.5 * (1 + np.cos(np.pi * (step - warm) / (steps - warm)))
    )


def _trained(budget, loss=None, seed=0):
    plan = planned("diabetes", "mae", [loss or lossary.AbsoluteError()])
    bench = first_bench(plan)
    return attempt(plan.arms[0], bench, budget, seed)[1]


def test_a_learning_rate_does_not_feel_the_ones_beside_it():
    together = _trained(SMALL)
    alone = [_trained(replace(SMALL, learning_rates=(rate,))) for rate in SMALL.learning_rates]
    scores = [each.trials[0].metric for each in alone]
    # batched products round in another order, and sixty steps carry that on
    assert [each.metric for each in together.trials] == pytest.approx(scores, rel=1e-4)


def test_a_factor_on_a_loss_changes_nothing():
    one, other = (
        _trained(SMALL, lossary.SquaredError()),
        _trained(SMALL, lossary.HalfSquaredError()),
    )
    assert one.trials == other.trials
    assert all(map(torch.equal, one.weights, other.weights))


def test_the_same_seed_gives_the_same_network_and_another_seed_another_one():
    one, again, other = _trained(SMALL), _trained(SMALL), _trained(SMALL, seed=1)
    assert one.trials == again.trials
    assert all(map(torch.equal, one.weights, again.weights))
    assert not torch.equal(one.weights[0], other.weights[0])


def test_training_leaves_threads_and_random_numbers_as_they_were():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        _trained(SMALL)
        assert torch.equal(torch.rand(3), expected)
        assert torch.get_num_threads() == 3
        with pytest.raises(KeyError), one_thread():
            raise KeyError
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_a_network_that_runs_away_is_never_kept():
    loss, head = lossary.PoissonNLL(), _head("diabetes", "mae", lossary.PoissonNLL())
    features = RANDOM.normal(size=(64, 3)).astype(np.float32)
    target = AMOUNTS[:64]
    lesson = Lesson(loss, 1.0, head, start(loss, 1.0, head, target), features, target, features)
    budget = Budget(learning_rates=(1e9, 0.01), steps=20, batch=16, checks=4)

    def score(raw):
        value = head.answer(raw).value
        return np.abs(value - target).mean() if np.isfinite(value).all() else np.nan

    trained = train(lesson, budget, 0, Referee(score, lambda one, other: one < other))
    assert np.isfinite(trained.trials[trained.best].metric)
    assert np.isfinite(head.answer(trained.raw(features)).value).all()
