"""Where every loss starts, and what networks learn that train in lockstep."""

from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import lossary
from lossary.errors import ArgumentError
from lossary.heads import head_for
from lossary.kernels.c.compiler import CompilerError
from lossary.lab.learners.learner import Effort, Lesson, Referee
from lossary.lab.learners.mlp import compiled
from lossary.lab.learners.mlp.adamw import AdamW
from lossary.lab.learners.mlp.average import MEMORY
from lossary.lab.learners.mlp.compiled import Compiled, stack
from lossary.lab.learners.mlp.encoding import Encoding, encoded
from lossary.lab.learners.mlp.layout import Layout
from lossary.lab.learners.mlp.rows import order
from lossary.lab.learners.mlp.schedule import share
from lossary.lab.learners.mlp.stack import PIECE, Stack
from lossary.lab.learners.perceptron import LAYERS, WIDTH, Perceptron, one_thread
from lossary.lab.learners.start import start
from lossary.lab.metrics.named import metric
from lossary.lab.tasks.bench import Parts
from lossary.lab.tasks.folds import Split
from lossary.optimizers import SGD, Adam, Lookahead, Momentum, Muon, Polyak

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
EFFORT = Effort(steps=30, batch=16, checks=3)


class Rows:
    """A fold of drawn rows, as a bench shows it: a wave to learn, of so many columns."""

    def __init__(self, columns=3, rows=60, target=None, weight=None, seed=0):
        random = np.random.default_rng(seed)
        features = random.normal(size=(rows + 40, columns)).astype(np.float32)
        first, second, third = np.split(np.arange(rows + 40), [rows, rows + 20])
        self.split = Split(0, 0, first, second, third)
        self.dense = Parts(features[first], features[second], features[third])
        self.task = SimpleNamespace(weight=weight)
        wave = 2 * features[:, 0] + np.sin(2 * features[:, 1]) + random.normal(0, 0.1, rows + 40)
        self.values = wave if target is None else target(wave)

    def target(self, rows):
        return self.values[rows]

    def weight(self, rows):
        return None if self.task.weight is None else self.task.weight[rows]


def lesson(bench, losses, rates, optimizer=None, kind="regression", k=0, seed=0):
    """Return a lesson that is judged by squares of what is missed, or of the raw numbers."""
    head, tuned = head_for(losses[0], kind, k), bench.target(bench.split.tune)

    def score(raw):
        value = head.answer(raw).value if kind == "regression" else None
        return float(np.mean((value - tuned) ** 2 if value is not None else raw**2))

    settings = tuple({"learning_rate": rate, "weight_decay": 0.01} for rate in rates)
    referee = Referee(score, lambda one, other: one < other)
    return Lesson(bench, head, 1.0, tuple(losses), settings, seed, referee, optimizer)


def learnt(*lessons, effort=EFFORT, tick=lambda share: None):
    return Perceptron().learn(lessons, effort, tick)


def only(whole, place):
    """Return a lesson with one of its trials."""
    at = slice(place, place + 1)
    return replace(whole, losses=whole.losses[at], settings=whole.settings[at])


def same(one, other):
    """Say whether two trials came to the same, to the last bit."""
    pairs = [(one.tune, other.tune), (one.judge, other.judge), (one.inner, other.inner)]
    return all(np.array_equal(*pair) for pair in pairs) and one.curve == other.curve


@pytest.mark.parametrize(("loss", "constant"), STARTS.values(), ids=STARTS.keys())
def test_a_loss_of_amounts_starts_at_its_own_best_constant(loss, constant):
    head = head_for(loss, "positive")
    begin = start(loss, 1.0, head, AMOUNTS)
    # the search ends within a millionth of the range; quantiles lie between two targets
    assert head.answer(begin.centre).value == pytest.approx(constant, rel=2e-3)


@pytest.mark.parametrize(
    "name", ["BinaryCrossEntropy", "LogLoss", "Exponential", "SquaredHinge", "CrossEntropy"]
)
def test_a_loss_with_probabilities_starts_at_the_share_of_the_class(name):
    loss = getattr(lossary, name)()
    head = head_for(loss, "binary", 2)
    target = (np.arange(1000) < 300).astype(int)
    chance = head.answer(start(loss, 1.0, head, target).centre).probability
    assert chance[1] == pytest.approx(0.3, abs=1e-4)  # the search ends within 2e-5 of a logit


@pytest.mark.parametrize(("loss", "_"), STARTS.values(), ids=STARTS.keys())
def test_divided_by_its_start_every_loss_has_slopes_of_size_one(loss, _):
    head = head_for(loss, "positive")
    begin = start(loss, 1.0, head, AMOUNTS)
    raw = torch.tensor(np.tile(begin.centre, (len(AMOUNTS), 1)), requires_grad=True)
    value = loss(head.prediction(torch, raw), torch.from_numpy(head.target(AMOUNTS)))
    (value * len(AMOUNTS)).backward()
    slopes = raw.grad.numpy() * begin.step / begin.slope
    assert np.sqrt((slopes**2).sum(axis=1).mean()) == pytest.approx(1.0, rel=1e-6)


@pytest.mark.parametrize("loss", [lossary.SquaredError(), lossary.RootMeanSquaredError()],
                         ids=["entries", "pooled"])  # fmt: skip
def test_a_weight_of_two_starts_a_loss_as_two_rows_do_and_one_of_zero_as_none(loss):
    head, few = head_for(loss, "regression"), AMOUNTS[:80]
    weight = np.array([0.0, 2.0, 1.0, 1.0] * 20)
    weighed = start(loss, 1.0, head, np.where(weight == 0, 1e9, few), weight)
    twice = start(loss, 1.0, head, np.repeat(few, weight.astype(int)))
    for name in ("centre", "step", "slope"):
        # the search ends within a millionth of the range
        assert getattr(weighed, name) == pytest.approx(getattr(twice, name), rel=1e-5)


def test_a_second_output_does_not_change_where_the_first_begins():
    one, two = Layout(7, 16, 2, 1), Layout(7, 16, 2, 2)
    first, second = (list(each.parts(each.begun(7, seed=3)[None]).values()) for each in (one, two))
    assert all(map(torch.equal, first[:-2], second[:-2]))
    assert torch.equal(first[-2][:, 0], second[-2][:, 0])


def test_a_column_is_told_piece_by_piece_where_it_has_many_different_numbers():
    random = np.random.default_rng(0)
    train = np.stack([random.gamma(1.0, 5.0, 500), random.integers(0, 5, 500)], 1).astype(
        np.float32
    )
    encode = Encoding.fitted(train)
    found, knots = encode(train), encode.knots[0]
    assert list(encode.knots) == [0]
    np.testing.assert_array_equal(found[:, :2], train)
    # the distances add up to one, and give the number back; what lies outside is told as the end
    last = 1 - found[:, 2:].sum(axis=1, keepdims=True)
    pieces = np.concatenate([found[:, 2:], last], axis=1)
    np.testing.assert_allclose(pieces @ knots, train[:, 0], rtol=1e-4, atol=1e-4)
    far = encode(np.array([[-9.0, 0.0], [999.0, 0.0]], np.float32))
    assert far[:, 2].tolist() == [1.0, 0.0]


@pytest.mark.parametrize("rows", [1, 6, 37])
@pytest.mark.parametrize(
    "layout",
    [Layout(3, 64, 2, 1), Layout(17, 16, 1, 3), Layout(1, 80, 3, 2)],
    ids=["two_layers", "one_layer", "three_layers"],
)
def test_the_kernel_goes_forward_and_back_as_autograd_does(layout, rows):
    random = torch.Generator().manual_seed(0)
    weights = torch.randn(3, layout.size, generator=random) * 0.3
    features = torch.randn(2, rows, layout.features, generator=random)
    told = torch.randn(3, rows, layout.outputs, generator=random)
    home = torch.tensor([0, 1, 1])
    free = weights.clone().requires_grad_()
    wanted = Stack(layout, free, home).forward(features)
    wanted.backward(told)
    for kind in (Stack, Compiled):
        found = kind(layout, weights, home)
        # single precision, some hundred sums, in another order
        torch.testing.assert_close(found.forward(features), wanted.detach(), rtol=1e-5, atol=1e-5)
        found.backward(features, told)
        torch.testing.assert_close(found.slopes, free.grad, rtol=1e-4, atol=1e-5)


def test_without_a_compiler_the_definition_serves_and_it_is_said_once(monkeypatch):
    said = []

    def refuse(*_):
        raise CompilerError("there is none")

    monkeypatch.setattr(compiled, "compiled_library", refuse)
    monkeypatch.setattr(compiled, "failed", said.append)
    monkeypatch.setattr(compiled, "library", cache(compiled.library.__wrapped__))
    home, layout = torch.zeros(1, dtype=torch.long), Layout(3, 16, 1, 1)
    for _ in range(2):
        nets = stack(layout, torch.zeros(1, layout.size), home)
        assert type(nets) is Stack
    assert len(said) == 1


def test_many_rows_go_through_in_pieces():
    random, layout = torch.Generator().manual_seed(0), Layout(3, 16, 2, 2)
    weights = torch.randn(4, layout.size, generator=random)
    features = torch.randn(2, 2 * PIECE + 5, 3, generator=random)
    home = torch.tensor([1, 0, 1, 1])
    wanted = Stack(layout, weights, home).forward(features)
    for kind in (Stack, Compiled):
        # single precision, some dozen sums, in another order
        torch.testing.assert_close(
            kind(layout, weights, home).outputs(features), wanted, rtol=1e-4, atol=1e-4
        )


@pytest.mark.parametrize("kernels", [True, False], ids=["kernel", "definition"])
@pytest.mark.parametrize("size", [1.0, 1e-8])  # the smaller one is felt by epsilon
def test_adamw_takes_the_steps_of_torch(size, kernels):
    layout = Layout(1, 16, 1, 1)
    weights = torch.linspace(-1, 1, layout.size)
    with lossary.use_kernels(kernels):
        nets = stack(layout, weights[None].clone(), torch.zeros(1, dtype=torch.long))
    ours = AdamW(nets, [{"learning_rate": 0.05, "weight_decay": 0.01}], steps=30)
    decayed, free = layout.decays.bool(), weights.clone()
    groups = [
        {"params": [free[decayed].requires_grad_()], "weight_decay": 0.01},
        {"params": [free[~decayed].requires_grad_()], "weight_decay": 0.0},
    ]
    theirs = torch.optim.AdamW(groups, lr=0.05)
    schedule = torch.optim.lr_scheduler.LambdaLR(theirs, lambda step: share(step, 30))
    for step in range(30):
        slopes = size * torch.sin(weights * (step + 1))
        nets.slopes[0] = slopes
        ours.step()
        for group, where in zip(theirs.param_groups, (decayed, ~decayed), strict=True):
            group["params"][0].grad = slopes[where]
        theirs.step()
        schedule.step()
    for group, where in zip(theirs.param_groups, (decayed, ~decayed), strict=True):
        # thirty roundings of single precision
        torch.testing.assert_close(
            nets.weights[0, where], group["params"][0].detach(), atol=2e-6, rtol=0
        )
    assert isinstance(nets, Compiled) is kernels


def plain_loop(whole, place, effort):
    """Train one trial as a textbook does; return outputs on the rows to judge."""
    bench, setting = whole.bench, whole.settings[place]
    seen = encoded(bench.dense)
    layout = Layout(seen.train.shape[1], WIDTH, LAYERS, 1)
    parts = layout.parts(layout.begun(layout.features, whole.seed)[None])
    weights = [each[0].clone().requires_grad_() for each in parts.values()]
    mean, deviation = bench.target(bench.split.train).mean(), bench.target(bench.split.train).std()

    def net(features, weights):
        first, shift, second, other, last, end = weights
        silu = torch.nn.functional.silu
        return silu(silu(features @ first + shift) @ second + other) @ last.T + end

    features = torch.from_numpy(seen.train)
    target = torch.from_numpy((bench.target(bench.split.train) - mean) / deviation).float()
    groups = [{"params": weights[0::2], "weight_decay": setting["weight_decay"]},
              {"params": weights[1::2], "weight_decay": 0.0}]  # fmt: skip
    optimizer = torch.optim.AdamW(groups, lr=setting["learning_rate"])
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: share(step, effort.steps))
    judged = [each.detach().clone() for each in weights]
    for count, rows in enumerate(order(len(features), effort.batch, effort.steps, whole.seed), 1):
        optimizer.zero_grad()
        # squares fall twice as steeply as far: at the start, slopes are two deviations long
        torch.mean((net(features[rows], weights)[:, 0] - target[rows]) ** 2 / 2).backward()
        optimizer.step()
        schedule.step()
        memory = min(MEMORY, (1 + count) / (10 + count))
        for each, after in zip(judged, weights, strict=True):
            each.lerp_(after.detach(), 1 - memory)
    return mean + deviation * net(torch.from_numpy(seen.judge), judged).double().numpy()


def test_lockstep_learns_what_the_plain_loop_learns():
    benches = [Rows(columns, seed=columns) for columns in (3, 5)]
    lessons = [lesson(each, [lossary.SquaredError()] * 3, (0.003, 0.01, 0.03)) for each in benches]
    effort = replace(EFFORT, checks=1)
    for whole, trials in zip(lessons, learnt(*lessons, effort=effort), strict=True):
        for place, trial in enumerate(trials):
            assert trial.step == effort.steps  # it did learn: the last check is the best
            # thirty steps carry the roundings of single precision on
            np.testing.assert_allclose(
                trial.judge, plain_loop(whole, place, effort), rtol=1e-3, atol=1e-3
            )


LOSSES = {
    "equal": [lossary.SquaredError()] * 3,
    "by_parameter": [lossary.Huber(delta=delta) for delta in (0.1, 1.0, 3.0)],
    "pooled": [lossary.RootMeanSquaredError()] * 3,
    "two_outputs": [lossary.GaussianNLL()] * 3,
}


@pytest.mark.parametrize("losses", LOSSES.values(), ids=LOSSES.keys())
def test_a_trial_learns_the_same_bits_whichever_others_run_beside_it(losses):
    wide = lesson(Rows(5, seed=1), losses, (0.003, 0.01, 0.1), seed=7)
    slim = lesson(Rows(2, rows=61), losses, (0.01, 0.02, 0.03))
    together = learnt(slim, wide)
    for place in range(3):
        assert same(together[1][place], learnt(only(wide, place))[0][0])


def test_a_lesson_may_be_given_twice():
    whole = lesson(Rows(), [lossary.SquaredError()] * 2, (0.003, 0.01))
    one, other = learnt(whole, whole)
    assert all(map(same, one, other))


def test_each_trial_learns_by_its_own_parameters_rate_and_decay():
    bench, flat = Rows(), {"learning_rate": 0.01, "weight_decay": 0.01}
    whole = lesson(bench, [lossary.Huber(delta=0.1), *[lossary.Huber(delta=3.0)] * 3], [0.01] * 4)
    settings = (flat, flat, flat | {"weight_decay": 50.0}, flat | {"learning_rate": 0.02})
    (trials,) = learnt(replace(whole, settings=settings))
    assert len({each.judge.tobytes() for each in trials}) == 4


def test_a_factor_on_a_loss_changes_nothing():
    one, other = (
        learnt(lesson(Rows(), [loss], [0.01]))[0][0]
        for loss in (lossary.SquaredError(), lossary.HalfSquaredError())
    )
    assert np.array_equal(one.judge, other.judge)


@pytest.mark.parametrize(
    "loss", [lossary.SquaredError(), lossary.RootMeanSquaredError()], ids=["entries", "pooled"]
)
def test_a_row_of_weight_zero_is_not_felt_and_one_of_weight_two_counts_twice(loss):
    weight = np.ones(90)
    weight[:5], weight[5:10] = 0.0, 2.0
    weighed, twice = Rows(rows=50, weight=weight), Rows(rows=50)
    weighed.values = np.where(weight == 0, 1e6, weighed.values)
    train = twice.split.train
    twice.split = replace(twice.split, train=np.concatenate([train[5:], train[5:10]]))
    places = np.concatenate([np.arange(5, 50), np.arange(5, 10)])
    twice.dense = replace(twice.dense, train=twice.dense.train[places])
    for each in (weighed, twice):  # knots stand where rows are, whatever they weigh: here are none
        each.dense = Parts(*map(np.round, vars(each.dense).values()))
    effort = replace(EFFORT, batch=0)
    one, other = (
        learnt(lesson(each, [loss], [0.01]), effort=effort)[0][0] for each in (weighed, twice)
    )
    np.testing.assert_allclose(
        one.judge, other.judge, rtol=1e-3, atol=1e-3
    )  # thirty steps' roundings


def test_halving_stops_the_worse_half_and_changes_nothing_for_the_better():
    bench, rates = Rows(), (1e-6, 0.03, 1e-7, 0.02, 0.01)
    whole = lesson(bench, [lossary.SquaredError()] * 5, rates)
    halved = learnt(whole, effort=replace(EFFORT, halvings=(0.3, 0.6)))[0]
    assert [each.stopped for each in halved] == ["halved", "", "halved", "", "halved"]
    assert [len(each.curve) for each in halved] == [2, 4, 2, 4, 3]
    full = learnt(whole)[0]
    assert same(halved[1], full[1])
    assert same(halved[3], full[3])


def test_two_trials_are_never_halved():
    whole = lesson(Rows(), [lossary.SquaredError()] * 2, (1e-6, 0.01))
    (trials,) = learnt(whole, effort=replace(EFFORT, halvings=(0.3, 0.6)))
    assert [each.stopped for each in trials] == ["", ""]


def test_a_trial_that_runs_away_is_recorded_and_the_others_do_not_feel_it():
    whole = lesson(Rows(), [lossary.SquaredError()] * 2, (1e30, 0.01))
    (trials,) = learnt(whole)
    assert trials[0].stopped.startswith("diverged: its outputs are not finite at step 10")
    assert trials[0].step == 0
    assert np.isfinite(trials[0].judge).all()
    assert same(trials[1], learnt(only(whole, 1))[0][0])


def test_a_trial_stops_when_its_seconds_are_spent():
    (trials,) = learnt(
        lesson(Rows(), [lossary.SquaredError()], [0.01]), effort=replace(EFFORT, cap=0.0)
    )
    assert trials[0].stopped == "capped"
    assert len(trials[0].curve) == 1


@pytest.mark.parametrize(
    "optimizer",
    [SGD(), Momentum(), Adam(), Muon(), Lookahead(of=Adam())],
    ids=["sgd", "momentum", "adam", "muon", "lookahead"],
)
def test_one_of_our_optimizers_moves_every_trial_at_its_own_rate(optimizer):
    space = Perceptron().space(None, optimizer)
    assert all(each.low < each.default < each.high for each in space)
    whole = lesson(Rows(), [lossary.SquaredError()] * 4, [1e-5, 0.002, 0.003, 1e-6], optimizer)
    (trials,) = learnt(whole, effort=replace(EFFORT, halvings=(0.5,)))
    assert [each.stopped for each in trials] == ["halved", "", "", "halved"]
    alone = learnt(only(whole, 2))[0][0]
    # products of matrices round otherwise where more of them are stacked
    np.testing.assert_allclose(trials[2].judge, alone.judge, rtol=1e-4, atol=1e-4)


def test_adam_given_learns_as_our_own_does_without_decay():
    whole = lesson(Rows(), [lossary.SquaredError()] * 2, (0.003, 0.01), Adam())
    settings = tuple({**each, "weight_decay": 0.0} for each in whole.settings)
    given = learnt(replace(whole, settings=settings))[0]
    own = learnt(replace(whole, settings=settings, optimizer=None))[0]
    for one, other in zip(given, own, strict=True):
        # thirty steps carry the roundings of single precision on
        np.testing.assert_allclose(one.judge, other.judge, rtol=1e-3, atol=1e-3)


def test_a_loss_for_which_there_is_no_head_is_refused_with_a_reason():
    target = {"kind": "regression", "classes": (), "name": "price", "amounts": True}
    task = SimpleNamespace(target=AMOUNTS, metric=metric("mae"), **target)
    assert Perceptron().refuses(lossary.SquaredError(), task) == ""
    assert "is for classes" in Perceptron().refuses(lossary.CrossEntropy(), task)


def test_an_optimizer_that_needs_the_loss_is_refused_with_a_reason():
    with pytest.raises(ArgumentError, match="Polyak needs more than gradients"):
        Perceptron().space(None, Polyak())


def _levels(wave):
    return np.digitize(wave, [0.5, 1.5])


def _labels(wave):
    return np.stack([wave > 0, wave > 1], axis=1).astype(int)


def _times(wave):
    return np.exp(wave) * np.where(wave > 2, -1, 1)


KINDS = {
    "classes": ("multiclass", 3, lossary.CrossEntropy(), _levels),
    "levels": ("ordinal", 3, lossary.BinaryCrossEntropy(), _levels),
    "labels": ("multilabel", 2, lossary.BinaryCrossEntropy(), _labels),
    "times": ("survival", 0, lossary.WeibullAFT(), _times),
    "overlap": ("binary", 2, lossary.Dice(), lambda wave: (wave > 1).astype(int)),
}


@pytest.mark.parametrize(("kind", "k", "loss", "target"), KINDS.values(), ids=KINDS.keys())
def test_every_kind_of_target_is_learnt(kind, k, loss, target):
    whole = lesson(Rows(target=target), [loss] * 2, (0.01, 0.01), kind=kind, k=k)
    for trial in learnt(whole, effort=replace(EFFORT, steps=60))[0]:
        assert trial.curve[-1].loss < 0.9 * trial.curve[0].loss


def test_the_same_seed_gives_the_same_networks_and_another_seed_others():
    whole = lesson(Rows(), [lossary.SquaredError()] * 2, (0.003, 0.01))
    one, again, other = learnt(whole)[0], learnt(whole)[0], learnt(replace(whole, seed=1))[0]
    assert all(map(same, one, again))
    assert not same(one[0], other[0])


def test_the_definition_learns_what_the_kernel_learns():
    whole = lesson(Rows(), [lossary.SquaredError()] * 2, (0.003, 0.01))
    with lossary.use_kernels(False):
        defined = learnt(whole)[0]
    for one, other in zip(learnt(whole)[0], defined, strict=True):
        # thirty steps carry the roundings of single precision on
        np.testing.assert_allclose(one.judge, other.judge, rtol=1e-3, atol=1e-3)


def test_ticks_climb_to_the_end_and_seconds_are_booked():
    heard = []
    lessons = [lesson(Rows(rows=rows), [lossary.SquaredError()], [0.01]) for rows in (60, 12)]
    trials = learnt(*lessons, tick=heard.append)
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert all(each.seconds > 0 for found in trials for each in found)


def test_training_leaves_threads_and_random_numbers_as_they_were():
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    before = torch.get_num_threads()
    torch.set_num_threads(3)
    try:
        learnt(lesson(Rows(), [lossary.SquaredError()], [0.01]))
        assert torch.equal(torch.rand(3), expected)
        assert torch.get_num_threads() == 3
        with pytest.raises(KeyError), one_thread():
            raise KeyError
        assert torch.get_num_threads() == 3
    finally:
        torch.set_num_threads(before)


def test_the_usual_effort_fits_the_rows():
    for rows in (5, 300, 5000, 100_000):
        effort = Perceptron().effort(None, rows)
        assert 0 < effort.batch <= rows
