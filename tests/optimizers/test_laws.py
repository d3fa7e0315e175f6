"""What holds for every optimizer: many at once, scheduled, scaled, broken, half, compiled."""

import pickle

import numpy as np
import pytest

import lossary
import lossary.optimizers as shelf
from lossary.backends import backend_named
from lossary.core.descent.rule import Entrywise
from lossary.core.parameter import facts_of
from lossary.numerics import gathered
from lossary.optimizers import from_dict
from lossary.schedules import Constant, Cosine
from tests.optimizers import problem
from tests.optimizers.settings import firsts, walked
from tests.optimizers.walking import apart, flat, start, stepper, walk

ALL = tuple(walked())
FIRSTS, SINGLE = firsts(), firsts(Entrywise)
every = pytest.mark.parametrize("optimizer", FIRSTS.values(), ids=lambda each: each.label)
single = pytest.mark.parametrize("optimizer", SINGLE.values(), ids=lambda each: each.label)
FRAMEWORKS = ("numpy", "torch", "jax", "tensorflow")
NUMPY = backend_named("numpy")
COMPILED = ("ADOPT", "Adan", "NAdam", "RAdam", "ScheduleFreeAdamW")
"""Rules that choose by the step, or carry numbers: what a compiled function could freeze."""


@pytest.fixture(autouse=True)
def _double():
    import jax

    with jax.enable_x64(True):
        yield


def numbers(optimizer):
    """Return the parameters that may differ from trial to trial, and from step to step."""
    facts = facts_of(type(optimizer))
    return {
        name: value
        for name, value in optimizer.parameters().items()
        if isinstance(value, float) and not facts[name].choices
    }


@pytest.mark.parametrize("framework", FRAMEWORKS)
@single
def test_many_trials_in_one_step_are_each_of_them_alone(optimizer, framework):
    """In three trials: the settings, half the rate, and the defaults in all numbers."""
    plain = numbers(type(optimizer)()) | {"learning_rate": 0.02}
    slower = numbers(optimizer) | {"learning_rate": optimizer.learning_rate / 2}
    trials = [optimizer.replace(**each) for each in (numbers(optimizer), slower, plain)]
    together = optimizer.replace(
        **{name: [each.parameters()[name] for each in trials] for name in plain}
    )
    assert together.stacked == 3
    backend = backend_named(framework)
    alone = [_slopes_and_changes(each, backend, backend.array) for each in trials]

    def stacked(values):
        return backend.array(np.stack([values] * 3))

    found = _slopes_and_changes(together, backend, stacked)
    for place, steps in enumerate(alone):
        for mine, theirs in zip(found, steps, strict=True):
            # One trial is told as floats, three as an array: the last bits may differ.
            np.testing.assert_allclose(mine[place], theirs, rtol=1e-12, atol=1e-15)


def _slopes_and_changes(optimizer, backend, taken, steps=7):
    """Return the weights after each of a few steps along drawn gradients, and those to judge."""
    drawn = np.random.default_rng(4)
    weights = taken(drawn.normal(size=(2, 3)))
    state, found = optimizer.init(weights), []
    for _ in range(steps):
        slope = taken(drawn.normal(size=(2, 3)))
        given = {"curvature": slope * slope} if optimizer.curved else {}
        change, state = optimizer.step(slope, state, weights, **given)
        weights = weights + change
        found.append(backend.numpy(weights))
    return [*found, backend.numpy(optimizer.evaluation_weights(state, weights))]


@pytest.mark.parametrize("framework", ["numpy", "tensorflow"])
@single
def test_a_constant_schedule_is_the_number(optimizer, framework):
    """TensorFlow is the strictest about which numbers meet: there schedules are arrays."""
    tied = "beta1" if hasattr(optimizer, "step_power") else ""  # it ties the average to the weights
    changed = {name: Constant(peak=v) for name, v in numbers(optimizer).items() if name != tied}
    backend = backend_named(framework)
    one, other = (
        _slopes_and_changes(each, backend, backend.array)
        for each in (optimizer, optimizer.replace(**changed))
    )
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-12)  # powers in another library


UNITLESS = {
    "ADOPT": {"epsilon": 0.0},
    "AMSGrad": {"epsilon": 0.0},
    "AdEMAMix": {"epsilon": 0.0},
    "AdaBelief": {"epsilon": 0.0},
    "AdaGrad": {"epsilon": 0.0, "initial_square": 0.0},
    "AdaMax": {"epsilon": 0.0},
    "Adam": {"epsilon": 0.0},
    "AdamW": {"epsilon": 0.0},
    "Adan": {"epsilon": 0.0},
    "Lion": {},
    "NAdam": {"epsilon": 0.0},
    "RMSProp": {"epsilon": 0.0, "initial_square": 0.0},
    "Rprop": {},
    "ScheduleFreeAdamW": {"epsilon": 0.0},
    "Yogi": {"epsilon": 0.0, "initial_square": 0.0},
}
"""Rules that do not know the loss's unit, once epsilon does not tell it."""


@pytest.mark.parametrize("name", UNITLESS)
def test_a_loss_times_a_number_walks_the_same_path(name):
    """The number is 1024: a power of two is multiplied without rounding, so not a bit differs."""
    optimizer = FIRSTS[getattr(shelf, name)].replace(**UNITLESS[name])
    drawn = np.random.default_rng(2).normal(size=(9, 5))
    weights = [np.ones(5), np.ones(5)]
    states = [optimizer.init(each) for each in weights]
    for slope in drawn:
        for place, factor in enumerate((1.0, 1024.0)):
            change, states[place] = optimizer.step(factor * slope, states[place], weights[place])
            weights[place] = weights[place] + change
    np.testing.assert_array_equal(*weights)
    assert np.abs(weights[0] - 1).max() > 1e-3


@pytest.mark.parametrize("framework", FRAMEWORKS)
@single
def test_a_nan_in_the_gradient_is_a_nan_in_the_change_and_nowhere_else(optimizer, framework):
    backend = backend_named(framework)
    weights = backend.array(np.asarray([1.0, 2.0, 3.0]))
    slope = backend.array(np.asarray([0.5, -0.5, 2.0]))
    broken = backend.array(np.asarray([0.5, np.nan, 2.0]))
    state = optimizer.init(weights)
    for _ in range(2):  # ADOPT's first step moves nothing
        _, state = optimizer.step(slope, state, weights)
    change, _ = optimizer.step(broken, state, weights)
    np.testing.assert_array_equal(np.isnan(backend.numpy(change)), [False, True, False])


@single
def test_half_precision_is_lifted(optimizer):
    weights, slope = (np.asarray(each, np.float16) for each in ([1.0, 2.0], [0.5, -0.25]))
    state = optimizer.init(weights)
    wide = optimizer.init(weights.astype(np.float32))
    for _ in range(3):
        change, state = optimizer.step(slope, state, weights)
        expected, wide = optimizer.step(*_widened(slope), wide, *_widened(weights))
    assert change.dtype == np.float32
    assert all(state[name].dtype == np.float32 for name in optimizer.slots)
    np.testing.assert_allclose(change, expected, rtol=1e-6)  # a kernel or the formula: one bit


def _widened(array):
    return (array.astype(np.float32),)


@pytest.mark.parametrize("framework", ["jax", "tensorflow"])
@pytest.mark.parametrize("name", COMPILED)
def test_a_compiled_step_is_the_step(name, framework):
    backend, optimizer = backend_named(framework), FIRSTS[getattr(shelf, name)]
    step = stepper(optimizer, backend)
    whole = backend.whole(step)
    weights = start(backend)
    plain = made = (optimizer.init(weights), weights)
    for _ in range(8):
        plain, made = step(*plain), whole(*made)
    one, other = (
        flat([backend.numpy(each) for each in problem.listed(found[1])]) for found in (plain, made)
    )
    np.testing.assert_allclose(one, other, rtol=1e-12)  # a compiler may join roundings


@pytest.mark.parametrize("optimizer", ALL, ids=repr)
def test_it_is_a_value(optimizer):
    assert pickle.loads(pickle.dumps(optimizer)) == optimizer
    assert eval(repr(optimizer), vars(shelf)) == optimizer
    assert from_dict(optimizer.to_dict()) == optimizer
    assert hash(optimizer.replace()) == hash(optimizer)
    assert len({optimizer, optimizer.replace()}) == 1


@single
def test_a_scheduled_one_is_a_value_too(optimizer):
    scheduled = optimizer.replace(learning_rate=Cosine(peak=0.5, steps=10))
    assert pickle.loads(pickle.dumps(scheduled)) == scheduled != optimizer
    assert from_dict(scheduled.to_dict()) == scheduled


@single
def test_a_state_keeps_nothing_of_the_caller_s(optimizer):
    """A host clears its gradient in place, and moves its weights in place."""
    drawn = np.random.default_rng(6).normal(size=(5, 2, 4))
    found = []
    for clears in (False, True):
        weights = np.ones(4)
        state = optimizer.init(weights)
        for slope, moved in drawn:
            given = slope.copy(), moved.copy()
            with lossary.use_kernels(False):  # a kernel writes memory of its own
                change, state = optimizer.step(given[0], state, given[1])
            for each in given if clears else ():
                each[:] = 7.0
        found.append(change)
    np.testing.assert_array_equal(*found)


@every
def test_weights_that_are_no_average_are_judged_as_they_are(optimizer):
    weights = problem.START
    judged = optimizer.evaluation_weights(optimizer.init(weights), weights)
    for one, other in zip(problem.listed(judged), problem.listed(weights), strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_a_mean_has_gathered_is_right_in_single_precision():
    for step in (1, 10, 1000):
        found = gathered(NUMPY.xp, 0.9999, np.asarray(step, np.float32))
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, 1 - 0.9999**step, rtol=3e-7)  # a few units in the last


def test_a_kernel_or_the_formula_walks_the_same_path():
    for optimizer in SINGLE.values():
        with lossary.use_kernels(False):
            plain = walk(optimizer, steps=20)
        assert apart(walk(optimizer, steps=20), plain) < 1e-12  # joined roundings, twenty steps
