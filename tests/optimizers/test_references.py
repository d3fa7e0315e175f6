"""Every optimizer walks beside its reference: PyTorch's, optax's or its authors' own."""

from functools import partial

import numpy as np
import optax
import pytest
import schedulefree
import torch

import lossary.optimizers as ours
from lossary.schedules import StepDecay
from tests.optimizers import problem
from tests.optimizers.libraries import optax_walk, torch_walk
from tests.optimizers.walking import STEPS, apart, flat, walk

CLOSE = 1e-9
"""Of the way walked: a hundred steps of rounding in double precision, magnified by the valley."""
BETAS, EPS = (0.8, 0.95), 0.01
OURS = {"beta1": 0.8, "beta2": 0.95, "epsilon": EPS}

TORCH = (
    (ours.SGD(learning_rate=0.03), "SGD", {"lr": 0.03}),
    (
        ours.Momentum(learning_rate=0.02, momentum=0.7, dampening=0.4),
        "SGD",
        {"lr": 0.02, "momentum": 0.7, "dampening": 0.4},
    ),
    (
        ours.Nesterov(learning_rate=0.015, momentum=0.8),
        "SGD",
        {"lr": 0.015, "momentum": 0.8, "nesterov": True},
    ),
    (
        ours.AdaGrad(learning_rate=0.3, epsilon=0.05, initial_square=0.5),
        "Adagrad",
        {"lr": 0.3, "eps": 0.05, "initial_accumulator_value": 0.5},
    ),
    (
        ours.AdaDelta(learning_rate=0.3, decay=0.8, epsilon=1e-4),
        "Adadelta",
        {"lr": 0.3, "rho": 0.8, "eps": 1e-4},
    ),
    (
        ours.RMSProp(learning_rate=0.01, decay=0.9, epsilon=0.1),
        "RMSprop",
        {"lr": 0.01, "alpha": 0.9, "eps": 0.1},
    ),
    (
        ours.RMSProp(learning_rate=0.005, decay=0.9, epsilon=0.1, momentum=0.5, centred=True),
        "RMSprop",
        {"lr": 0.005, "alpha": 0.9, "eps": 0.1, "momentum": 0.5, "centered": True},
    ),
    (ours.Adam(learning_rate=0.05, **OURS), "Adam", {"lr": 0.05, "betas": BETAS, "eps": EPS}),
    (
        ours.AMSGrad(learning_rate=0.05, **OURS),
        "Adam",
        {"lr": 0.05, "betas": BETAS, "eps": EPS, "amsgrad": True},
    ),
    (ours.AdaMax(learning_rate=0.05, **OURS), "Adamax", {"lr": 0.05, "betas": BETAS, "eps": EPS}),
    (
        ours.NAdam(learning_rate=0.05, momentum_decay=0.3, **OURS),
        "NAdam",
        {"lr": 0.05, "betas": BETAS, "eps": EPS, "momentum_decay": 0.3},
    ),
    (ours.RAdam(learning_rate=0.01, **OURS), "RAdam", {"lr": 0.01, "betas": BETAS, "eps": EPS}),
    (
        ours.AdamW(learning_rate=0.05, weight_decay=0.3, **OURS),
        "AdamW",
        {"lr": 0.05, "betas": BETAS, "eps": EPS, "weight_decay": 0.3},
    ),
    (
        ours.Rprop(learning_rate=0.05, shrink=0.4, growth=1.3, smallest=1e-3, largest=0.2),
        "Rprop",
        {"lr": 0.05, "etas": (0.4, 1.3), "step_sizes": (1e-3, 0.2)},
    ),
)

OPTAX = (
    (
        ours.AdaGrad(learning_rate=0.3, epsilon=0.05, initial_square=0.5, inside_root=True),
        lambda: optax.adagrad(0.3, initial_accumulator_value=0.5, eps=0.05),
    ),
    (
        ours.RMSProp(learning_rate=0.01, epsilon=0.1, initial_square=0.3, inside_root=True),
        lambda: optax.rmsprop(0.01, decay=0.9, eps=0.1, initial_scale=0.3),
    ),
    (
        ours.AdaBelief(learning_rate=0.05, beta1=0.7, beta2=0.95, epsilon=1e-3),
        lambda: optax.adabelief(0.05, b1=0.7, b2=0.95, eps=1e-3, eps_root=1e-3),
    ),
    (
        ours.Lion(learning_rate=0.013, beta1=0.7, beta2=0.9, weight_decay=0.4),
        lambda: optax.lion(0.013, b1=0.7, b2=0.9, weight_decay=0.4),
    ),
    (  # optax starts the mean of gradients above zero too, and corrects both
        ours.Yogi(learning_rate=0.05, initial_square=0.0, bias_correction=True, **OURS),
        lambda: optax.chain(
            optax.scale_by_yogi(b1=0.8, b2=0.95, eps=EPS, initial_accumulator_value=0.0),
            optax.scale(-0.05),
        ),
    ),
    (  # where beta2 is 1 - beta2, optax's slip does not show
        ours.Adan(learning_rate=0.05, beta2=0.5, epsilon=EPS, weight_decay=0.2, proximal=False),
        lambda: optax.adan(0.05, b2=0.5, eps=EPS, eps_root=0.0, weight_decay=0.2),
    ),
    (
        ours.AdEMAMix(learning_rate=0.02, beta3=0.98, alpha=2.0, weight_decay=0.2, **OURS),
        lambda: optax.contrib.ademamix(
            0.02, b1=0.8, b2=0.95, b3=0.98, alpha=2.0, eps=EPS, weight_decay=0.2
        ),
    ),
    (
        ours.ADOPT(learning_rate=0.05, beta1=0.8, beta2=0.9, epsilon=0.3),
        lambda: optax.contrib.adopt(0.05, b1=0.8, b2=0.9, eps=0.3),
    ),
    (
        ours.ScheduleFreeAdamW(learning_rate=0.03, weight_decay=0.2, rate_power=1.0, **OURS),
        lambda: optax.contrib.schedule_free_adamw(
            0.03, b1=0.8, b2=0.95, eps=EPS, weight_decay=0.2, weight_lr_power=1.0
        ),
    ),
)

FREE = (
    (
        ours.ScheduleFreeSGD(
            learning_rate=0.03, beta1=0.7, weight_decay=0.2, warm_up=15.0, step_power=0.5
        ),
        partial(
            schedulefree.SGDScheduleFree,
            lr=0.03, momentum=0.7, weight_decay=0.2, warmup_steps=15, r=0.5,
        ),
    ),
    (
        ours.ScheduleFreeAdamW(
            learning_rate=0.1, weight_decay=0.2, warm_up=20.0, rate_power=1.0, **OURS
        ),
        partial(
            schedulefree.AdamWScheduleFree,
            lr=0.1, betas=BETAS, eps=EPS, weight_decay=0.2, warmup_steps=20, weight_lr_power=1.0,
        ),
    ),
)  # fmt: skip


def _named(case):
    return [type(each).__name__ for each, *_ in case]


@pytest.fixture
def double():
    """Let PyTorch keep numbers in double precision: NAdam's product is kept as they are."""
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


@pytest.mark.parametrize(("own", "name", "given"), TORCH, ids=_named(TORCH))
def test_it_walks_beside_pytorch(own, name, given, double):
    path, _ = torch_walk(partial(getattr(torch.optim, name), **given))
    assert apart(walk(own), path) < CLOSE


@pytest.mark.parametrize(("own", "theirs"), OPTAX, ids=_named(OPTAX))
def test_it_walks_beside_optax(own, theirs):
    import jax

    with jax.enable_x64(True):
        path = optax_walk(theirs())
    assert apart(walk(own), path) < CLOSE


@pytest.mark.parametrize(("own", "theirs"), FREE, ids=_named(FREE))
def test_it_walks_beside_its_authors_and_judges_the_same_average(own, theirs):
    path, optimizer = torch_walk(theirs)
    assert apart(walk(own), path) < CLOSE
    optimizer.eval()
    average = flat([each.detach().numpy() for each in optimizer.param_groups[0]["params"]])
    assert apart(_judged(own)[None], average[None]) < CLOSE
    assert apart(average[None], path[-1:]) > 0.01  # else the average would prove nothing


def _judged(optimizer):
    """Walk, and return the weights to judge."""
    weights = problem.START
    state = optimizer.init(weights)
    for _ in range(STEPS):
        slopes = problem.slopes(np, problem.listed(weights), np.asarray)
        change, state = optimizer.step(problem.treed(slopes), state, weights)
        pairs = zip(problem.listed(weights), problem.listed(change), strict=True)
        weights = problem.treed([w + c for w, c in pairs])
    return flat(problem.listed(optimizer.evaluation_weights(state, weights)))


def test_a_drop_of_the_rate_acts_at_once_as_in_pytorch():
    """The velocity is kept without the rate; Keras keeps it with the rate, and rolls on."""

    def make(weights):
        optimizer = torch.optim.SGD(weights, lr=0.02, momentum=0.8)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, 10)
        optimizer.register_step_post_hook(lambda *_: schedule.step())
        return optimizer

    rate = StepDecay(peak=0.02, every=10)
    path, _ = torch_walk(make, steps=30)
    assert apart(walk(ours.Momentum(learning_rate=rate, momentum=0.8), steps=30), path) < CLOSE


def test_a_step_counts_in_the_average_as_the_largest_rate_so_far():
    def make(weights):
        optimizer = schedulefree.SGDScheduleFree(weights, lr=0.02, momentum=0.8)
        schedule = torch.optim.lr_scheduler.StepLR(optimizer, 10)
        optimizer.register_step_post_hook(lambda *_: schedule.step())
        return optimizer

    rate = StepDecay(peak=0.02, every=10)
    path, _ = torch_walk(make, steps=30)
    assert apart(walk(ours.ScheduleFreeSGD(learning_rate=rate, beta1=0.8), steps=30), path) < CLOSE
