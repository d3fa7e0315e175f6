"""Schedules give the numbers of PyTorch's and optax's, those of the papers at every corner."""

import math
import warnings

import numpy as np
import optax
import pytest
import torch
from torch.optim import lr_scheduler as theirs

from lossary.backends import backend_named
from lossary.errors import ArgumentError, DomainError
from lossary.optimizers import SGD, Adam, from_dict
from lossary.schedules import (
    Constant,
    Cosine,
    Exponential,
    InverseSquareRoot,
    LinearWarmUp,
    OneCycle,
    Schedule,
    StepDecay,
    WarmupStableDecay,
    find,
    listed,
)

STEPS = 400
SAME = {"rtol": 1e-12, "atol": 1e-15}
"""Rounding in double precision; PyTorch's go from step to step, and gather some."""


def _of_torch(make, peak):
    """Return the learning rates that a scheduler of PyTorch sets, from its first step on."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=peak)
    scheduler, found = make(optimizer), []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SequentialLR calls its own parts in a way of old
        for _ in range(STEPS):
            found.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()
    return np.asarray(found)


def _sequence(optimizer):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parts = [
            theirs.LinearLR(optimizer, start_factor=0.2, total_iters=60),
            theirs.CosineAnnealingLR(optimizer, T_max=340, eta_min=0.01),
        ]
        return theirs.SequentialLR(optimizer, parts, milestones=[60])


def _told(value):
    """Name a schedule; what makes its witness has no name that two processes would share."""
    return repr(value)[:60] if isinstance(value, Schedule) else ""


PYTORCH = [
    (Constant(peak=0.3), lambda o: theirs.ConstantLR(o, factor=1.0)),
    (StepDecay(peak=0.3, factor=0.7, every=30), lambda o: theirs.StepLR(o, 30, gamma=0.7)),
    (
        StepDecay(peak=0.3, factor=0.2, milestones=(50, 51, 300)),
        lambda o: theirs.MultiStepLR(o, [50, 51, 300], gamma=0.2),
    ),
    (
        Exponential(peak=0.3, factor=0.98, steps=1),
        lambda o: theirs.ExponentialLR(o, gamma=0.98),
    ),
    (
        Cosine(peak=0.3, floor=0.02, steps=STEPS),
        lambda o: theirs.CosineAnnealingLR(o, T_max=STEPS, eta_min=0.02),
    ),
    (
        Cosine(peak=0.3, floor=0.02, steps=13, restarts=True),
        lambda o: theirs.CosineAnnealingWarmRestarts(o, 13, 1, eta_min=0.02),
    ),
    (
        Cosine(peak=0.3, floor=0.02, steps=7, restarts=True, growth=3),
        lambda o: theirs.CosineAnnealingWarmRestarts(o, 7, 3, eta_min=0.02),
    ),
    (
        LinearWarmUp(start=0.06, steps=60, then=Cosine(peak=0.3, floor=0.01, steps=340)),
        _sequence,
    ),
    *(
        (
            OneCycle(peak=0.3, steps=STEPS, rise=0.27, divisor=9, final_divisor=70, annealing=line),
            lambda o, line=line: theirs.OneCycleLR(
                o, 0.3, total_steps=STEPS, pct_start=0.27, anneal_strategy=line.removesuffix("ine"),
                cycle_momentum=False, div_factor=9, final_div_factor=70,
            ),
        )
        for line in ("cosine", "linear")  # "cos" and "linear" there
    ),
]  # fmt: skip


@pytest.mark.parametrize(("schedule", "make"), PYTORCH, ids=_told)
def test_it_gives_the_numbers_of_pytorch(schedule, make):
    found = [schedule(step) for step in range(STEPS)]
    np.testing.assert_allclose(found, _of_torch(make, 0.3), **SAME)


OPTAX = [
    (Constant(peak=0.3), optax.constant_schedule(0.3)),
    (
        StepDecay(peak=0.3, factor=0.5, milestones=(50, 120)),
        optax.piecewise_constant_schedule(0.3, {50: 0.5, 120: 0.5}),
    ),
    (
        StepDecay(peak=0.3, factor=0.5, every=30),
        optax.exponential_decay(0.3, 30, 0.5, staircase=True),
    ),
    (Exponential(peak=0.3, factor=0.5, steps=70), optax.exponential_decay(0.3, 70, 0.5)),
    (Cosine(peak=0.3, floor=0.03, steps=300), optax.cosine_decay_schedule(0.3, 300, 0.1)),
    (
        LinearWarmUp(steps=50, then=Cosine(peak=0.3, floor=0.06, steps=250)),
        optax.warmup_cosine_decay_schedule(0.0, 0.3, 50, 300, 0.06),
    ),
    (LinearWarmUp(start=0.1, steps=50, then=0.3), optax.linear_schedule(0.1, 0.3, 50)),
    (
        WarmupStableDecay(peak=0.3, floor=0.03, steps=350, warmup=40, decay=90),
        optax.join_schedules(
            [
                optax.linear_schedule(0.0, 0.3, 40),
                optax.constant_schedule(0.3),
                optax.linear_schedule(0.3, 0.03, 90),
            ],
            [40, 260],
        ),
    ),
]


@pytest.mark.parametrize(("schedule", "other"), OPTAX, ids=_told)
def test_it_gives_the_numbers_of_optax(schedule, other):
    found = [schedule(step) for step in range(STEPS)]
    np.testing.assert_allclose(found, [float(other(step)) for step in range(STEPS)], **SAME)


ROOT = math.sqrt(0.5)
CORNERS = [
    (Constant(peak=0.2), {0: 0.2, 10**9: 0.2}),
    (StepDecay(peak=1.0, factor=0.5, every=10), {0: 1, 9: 1, 10: 0.5, 100: 0.5**10}),
    (Exponential(peak=1.0, factor=0.25, steps=10), {0: 1, 5: 0.5, 10: 0.25, 20: 1 / 16}),
    (Cosine(peak=2.0, floor=1.0, steps=4), {0: 2, 1: 1.5 + ROOT / 2, 2: 1.5, 4: 1, 5: 1, 99: 1}),
    (
        Cosine(peak=2.0, floor=0.0, steps=4, restarts=True, growth=2),
        {0: 2, 2: 1, 4: 2, 8: 1, 12: 2, 20: 1, 28: 2, 4 * (2**30 - 1): 2},
    ),
    (Cosine(peak=2.0, steps=2, restarts=True, growth=3), {8: 2, 80: 2, 242: 2, 485: 1}),
    (Cosine(peak=2.0, steps=4, restarts=True), {2: 1, 4: 2, 6: 1, 4 * 10**9: 2}),
    (LinearWarmUp(start=0.5, steps=4, then=1.5), {0: 0.5, 1: 0.75, 4: 1.5, 10**9: 1.5}),
    (
        LinearWarmUp(steps=4, then=Cosine(peak=2.0, steps=4)),
        {0: 0, 2: 1, 3: 1.5, 4: 2, 6: 1, 8: 0, 9: 0},
    ),
    (
        OneCycle(peak=1.0, steps=11, rise=0.5, divisor=4, final_divisor=5),
        {0: 0.25, 10: 0.05, 11: 0.05, 10**6: 0.05},
    ),
    (OneCycle(peak=1.0, steps=10, rise=0.5, annealing="linear"), {4: 1, 9: 4e-6}),
    (InverseSquareRoot(peak=1.0, warmup=4), {0: 0.25, 2: 0.75, 3: 1, 15: 0.5, 399: 0.1}),
    (
        WarmupStableDecay(peak=1.0, floor=0.2, steps=10, warmup=2, decay=4),
        {0: 0, 1: 0.5, 2: 1, 6: 1, 8: 0.6, 10: 0.2, 11: 0.2, 99: 0.2},
    ),
    (
        WarmupStableDecay(peak=1.0, steps=10, warmup=0, decay=4, shape="root"),
        {0: 1, 6: 1, 7: 0.5, 8: 1 - ROOT, 10: 0},
    ),
    (WarmupStableDecay(peak=1.0, steps=10, warmup=0, decay=4, shape="cosine"), {7: 0.5 + ROOT / 2}),
    (WarmupStableDecay(peak=1.0, steps=10, warmup=10, decay=0), {5: 0.5, 9: 0.9, 10: 0}),
]


@pytest.mark.parametrize(("schedule", "known"), CORNERS, ids=lambda each: repr(each)[:70])
def test_its_corners_are_those_computed_by_hand(schedule, known):
    found = {step: schedule(step) for step in known}
    assert found == pytest.approx(known, rel=1e-12, abs=1e-15)
    assert all(type(each) is float for each in found.values())


def test_the_paper_of_the_inverse_square_root_is_met():
    model, warmup = 512, 40
    ours = InverseSquareRoot(peak=(model * warmup) ** -0.5, warmup=warmup)
    for step in range(1, 200):
        assert ours(step - 1) == pytest.approx(model**-0.5 * min(step**-0.5, step * warmup**-1.5))


SEVERAL = [
    Cosine(peak=(0.3, 0.1), floor=0.01, steps=(7, 9), restarts=True, growth=(1, 3)),
    Cosine(peak=(0.3, 0.1), steps=20),
    LinearWarmUp(steps=5, then=Cosine(peak=(0.1, 0.2), steps=20)),
    LinearWarmUp(start=0.05, steps=(5, 6), then=(0.1, 0.2)),
    OneCycle(peak=(0.1, 0.2), steps=20, rise=(0.2, 0.4)),
    InverseSquareRoot(peak=0.1, warmup=(3, 8)),
    WarmupStableDecay(peak=(0.1, 0.2), steps=20, warmup=(0, 4), decay=(5, 0), shape="root"),
    StepDecay(peak=0.1, factor=(0.5, 0.1), every=4),
    StepDecay(peak=(0.1, 0.2), milestones=(3, 9)),
    Exponential(peak=0.1, factor=(0.5, 0.1), steps=4),
    Constant(peak=(0.1, 0.2)),
]


@pytest.mark.parametrize("framework", ["numpy", "torch", "jax", "tensorflow"])
def test_arrays_of_steps_give_what_numbers_give_and_each_trial_its_own(framework):
    backend = backend_named(framework)
    for schedule in SEVERAL:
        single = [
            schedule.replace(**{name: _one(each, place) for name, each in _own(schedule)})
            for place in range(2)
        ]
        for step in (0, 3, 8, 30):
            found = schedule(backend.array(np.asarray(float(step)), "float64"))
            expected = [each(step) for each in single]
            np.testing.assert_allclose(backend.numpy(found), expected, **SAME)
            np.testing.assert_allclose(schedule(step), expected, **SAME)


def _own(schedule):
    kept = ("milestones",)
    return [each for each in schedule.parameters().items() if each[0] not in kept]


def _one(value, place):
    if hasattr(value, "parameters"):
        return value.replace(**{name: _one(each, place) for name, each in _own(value)})
    return value[place] if isinstance(value, tuple) else value


def test_single_precision_meets_every_restart():
    jax = backend_named("jax")
    schedule = Cosine(peak=1.0, steps=10, restarts=True, growth=3)
    starts = [5 * (3**number - 1) for number in range(12)]
    found = [schedule(jax.array(np.asarray(float(step)), "float32")) for step in starts]
    assert np.asarray(found).tolist() == [1.0] * 12


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
def test_an_optimizer_takes_the_number_of_the_step(framework):
    backend, schedule = backend_named(framework), Cosine(peak=0.3, steps=5)
    optimizer, weights = SGD(learning_rate=schedule), backend.array(np.ones(2), "float64")
    state, moved = optimizer.init(weights), []
    step = optimizer.step if framework == "torch" else backend.whole(optimizer.step)
    for _ in range(6):
        change, state = step(weights, state, weights)
        moved.append(-backend.numpy(change)[0])
    np.testing.assert_allclose(moved, [schedule(each) for each in range(6)], **SAME)


@pytest.mark.parametrize("framework", ["numpy", "torch", "jax", "tensorflow"])
def test_a_schedule_of_many_trials_gives_each_its_own_rate(framework):
    backend, schedule = backend_named(framework), Cosine(peak=(0.3, 0.1), steps=(5, 3))
    optimizer = Adam(learning_rate=LinearWarmUp(steps=2, then=schedule), beta1=(0.5, 0.9))
    weights = backend.array(np.ones((2, 3)), "float64")
    state, step = optimizer.init(weights), optimizer.step
    step = backend.whole(step) if framework in ("jax", "tensorflow") else step
    alone = [
        Adam(learning_rate=LinearWarmUp(steps=2, then=Cosine(peak=p, steps=s)), beta1=b)
        for p, s, b in ((0.3, 5, 0.5), (0.1, 3, 0.9))
    ]
    apart = [(each, each.init(np.ones(3)), np.ones(3)) for each in alone]
    for _ in range(5):
        change, state = step(weights, state, weights)
        for place, (each, kept, there) in enumerate(apart):
            move, kept = each.step(there, kept, there)
            np.testing.assert_allclose(backend.numpy(change)[place], move, rtol=1e-12, atol=1e-15)
            apart[place] = (each, kept, there + move)
        weights = weights + change


def test_schedules_are_written_down_and_read_again_within_optimizers():
    for schedule in (*SEVERAL, *(each for each, _ in CORNERS)):
        optimizer = Adam(learning_rate=schedule)
        assert from_dict(optimizer.to_dict()) == optimizer
        assert optimizer.stacked == schedule.stacked


def test_schedules_are_listed_and_found():
    found = {each.__name__ for each in listed()}
    assert {"Constant", "Cosine", "OneCycle", "WarmupStableDecay"} <= found
    assert find("warm restarts") is Cosine
    assert find("WSD") is WarmupStableDecay


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Cosine(steps=-5), "steps=-5.*whole numbers from 1 on"),
        (lambda: Cosine(steps=2.5), r"Cosine\(steps=2.5\): steps must lie in the whole numbers"),
        (lambda: Cosine(steps=float("nan")), "must lie in"),
        (lambda: Cosine(peak=-1.0), "peak=-1.0"),
        (lambda: Cosine(peak=0.1, floor=0.2), "floor=0.2 lies above peak=0.1"),
        (lambda: Cosine(peak=(0.3, 0.1), floor=0.2), "floor=0.2 lies above peak=0.1"),
        (lambda: Cosine(peak=(0.3, 0.1), steps=(1, 2, 3)), "peak has 2, steps has 3"),
        (lambda: WarmupStableDecay(steps=100, warmup=80, decay=30), "more than the steps=100"),
        (lambda: WarmupStableDecay(peak=0.1, floor=1.0), "floor=1 lies above"),
        (lambda: LinearWarmUp(start=1.0, then=Cosine(peak=0.1)), "start=1 lies above peak=0.1"),
        (lambda: LinearWarmUp(then=-0.1), "then=-0.1"),
        (lambda: OneCycle(steps=3, rise=0.3), "must be more than one"),
        (lambda: OneCycle(divisor=0.5), "divisor=0.5"),
        (lambda: Exponential(factor=0.0), "factor=0.0"),
        (lambda: StepDecay(milestones=(5, -1)), "milestones"),
    ],
)
def test_wrong_settings_are_told(make, told):
    with pytest.raises(DomainError, match=told):
        make()


def test_what_contradicts_itself_is_told():
    with pytest.raises(ArgumentError, match=r"either every=… or milestones=…"):
        StepDecay()
    with pytest.raises(ArgumentError, match=r"either every=… or milestones=…"):
        StepDecay(every=3, milestones=(4,))
    with pytest.raises(ArgumentError, match="expected a number"):
        Cosine(peak=Constant())
