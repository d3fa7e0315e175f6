"""Clipping: what a limit means, in the gradient's unit, in the usual one, and for many trials."""

import numpy as np
import pytest

from lossary.backends import backend_named
from lossary.optimizers import (
    SGD,
    Adam,
    AdaptiveClip,
    ClipByGlobalNorm,
    ClipByNorm,
    ClipByValue,
)

CLIPS = (ClipByValue, ClipByNorm, ClipByGlobalNorm)
PLAIN = SGD(learning_rate=1.0)
every = pytest.mark.parametrize("clip", CLIPS, ids=lambda each: each.__name__)


def _clipped(optimizer, gradient, weights=None):
    """Return what an optimizer of rate one makes of a gradient, in its first step."""
    weights = gradient if weights is None else weights
    change, _ = optimizer.step(gradient, optimizer.init(weights), weights)
    return -change


def _path(optimizer, scale, steps=40):
    """Walk down a bowl with noise whose loss is multiplied by a number."""
    drawn = np.random.default_rng(3)
    weights = {"w": np.asarray([[2.0, -1.0], [0.5, 3.0]]), "b": np.asarray([1.0, -4.0])}
    state, places = optimizer.init(weights), []
    for _ in range(steps):
        noise = {name: drawn.standard_t(2, each.shape) for name, each in weights.items()}
        slope = {name: scale * (w + noise[name]) for name, w in weights.items()}
        change, state = optimizer.step(slope, state, weights)
        weights = {name: w + change[name] for name, w in weights.items()}
        places.append(np.concatenate([each.ravel() for each in weights.values()]))
    return np.stack(places)


@every
def test_a_relative_limit_makes_the_path_free_of_the_unit_of_the_loss(clip):
    within = Adam(learning_rate=0.1, epsilon=0.0)
    relative = clip(of=within, limit=0.8, relative=True)
    once = _path(relative, 1.0)
    np.testing.assert_allclose(_path(relative, 1000.0), once, rtol=1e-9)
    np.testing.assert_allclose(_path(relative, 1e-150), once, rtol=1e-9)
    assert np.abs(once - _path(within, 1.0)).max() > 0.01  # it does clip
    absolute = clip(of=within, limit=0.8)
    assert np.abs(_path(absolute, 1e-3) - _path(absolute, 1.0)).max() > 0.01


def test_the_first_step_is_its_own_unit_and_later_ones_are_measured_by_those_before():
    optimizer = ClipByGlobalNorm(of=PLAIN, limit=2.0, relative=True, decay=0.75)
    weights = np.zeros(1)
    state, found = optimizer.init(weights), []
    for slope in (4.0, 100.0, 4.0, 0.0):
        change, state = optimizer.step(np.asarray([slope]), state, weights)
        found.append((-change[0], float(state["usual"])))
    # 8 is twice the first norm; the spike enters the mean as it was, with a quarter.
    assert found == [(4.0, 4.0), (8.0, 28.0), (4.0, 22.0), (0.0, 16.5)]


def test_what_is_not_finite_or_zero_does_not_become_the_unit():
    optimizer = ClipByGlobalNorm(of=PLAIN, limit=1.0, relative=True)
    state, weights = optimizer.init(np.zeros(2)), np.zeros(2)
    for slope in (0.0, np.nan, np.inf, 3.0, np.nan):
        _, state = optimizer.step(np.full(2, slope), state, weights)
    assert float(state["usual"]) == pytest.approx(3.0 * 2**0.5)


@every
def test_a_number_that_is_none_stays_visible(clip):
    found = _clipped(clip(of=PLAIN, limit=1.0), np.asarray([np.nan, 5.0]))
    assert np.isnan(found[0])
    if clip is not ClipByValue:  # an array without a length has no direction either
        assert np.isnan(found[1])
        assert np.isnan(_clipped(clip(of=PLAIN), np.asarray([np.inf, 5.0]))).all()


@every
def test_huge_and_tiny_gradients_keep_their_direction_in_single_precision(clip):
    for size in (1e30, 1e-30):
        gradient = np.asarray([3 * size, 4 * size], "float32")
        found = _clipped(clip(of=PLAIN, limit=size), gradient)
        expected = [0.6 * size, 0.8 * size] if clip is not ClipByValue else [size, size]
        np.testing.assert_allclose(found, expected, rtol=1e-6)


@every
def test_half_precision_is_measured_in_single(clip):
    gradient = np.full(100, 300.0, "float16")  # its squares are infinite in half precision
    found = _clipped(clip(of=PLAIN, limit=30.0), gradient)
    expected = 30.0 if clip is ClipByValue else 3.0
    np.testing.assert_allclose(found, np.full(100, expected), rtol=1e-6)


@pytest.mark.parametrize("framework", ["numpy", "torch", "jax", "tensorflow"])
@pytest.mark.parametrize("relative", [False, True])
@every
def test_each_of_many_trials_is_clipped_by_itself(clip, relative, framework):
    backend = backend_named(framework)
    drawn = np.random.default_rng(0).normal(size=(4, 3, 2, 2))
    limits = (0.5, 1.0, 2.0)
    both = clip(of=PLAIN, limit=limits, relative=relative, decay=0.5)
    assert both.stacked == both.within.stacked == 3
    weights = {"w": np.ones((3, 2, 2)), "b": np.ones((3, 2))}
    converted = {name: backend.array(each) for name, each in weights.items()}
    alone = [clip(of=PLAIN, limit=each, relative=relative, decay=0.5) for each in limits]
    states = [each.init({k: w[0] for k, w in weights.items()}) for each in alone]
    state = both.init(converted)
    for step in drawn:
        slope = {"w": step, "b": step[:, 0]}
        change, state = both.step({k: backend.array(g) for k, g in slope.items()}, state, converted)
        for place, each in enumerate(alone):
            own = {k: g[place] for k, g in slope.items()}
            move, states[place] = each.step(own, states[place], own)
            for name, expected in move.items():
                found = backend.numpy(change[name])[place]
                np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_a_rule_within_that_is_for_many_trials_has_norms_of_its_own_for_each():
    optimizer = ClipByGlobalNorm(of=SGD(learning_rate=(1.0, 1.0)), limit=1.0)
    found = _clipped(optimizer, np.asarray([[3.0, 4.0], [0.3, 0.4]]))
    np.testing.assert_allclose(found, [[0.6, 0.8], [0.3, 0.4]])


def test_adaptive_clipping_of_many_trials_is_that_of_each():
    drawn = np.random.default_rng(1)
    gradient, weights = drawn.normal(size=(2, 3, 4)), drawn.normal(size=(2, 3, 4))
    for units in ("last", "first"):
        both = AdaptiveClip(of=PLAIN, limit=(0.1, 0.5), units=units)
        found = _clipped(both, gradient, weights)
        for place, limit in enumerate((0.1, 0.5)):
            alone = AdaptiveClip(of=PLAIN, limit=limit, units=units)
            expected = _clipped(alone, gradient[place], weights[place])
            np.testing.assert_allclose(found[place], expected, rtol=1e-12)


def test_units_are_columns_or_rows_and_a_vector_is_one():
    gradient, weights = np.asarray([[3.0, 0.1], [4.0, 0.1]]), np.ones((2, 2))
    columns = _clipped(AdaptiveClip(of=PLAIN, limit=0.5), gradient, weights)
    rows = _clipped(AdaptiveClip(of=PLAIN, limit=0.5, units="first"), gradient, weights)
    reach = 0.5 * 2**0.5
    np.testing.assert_allclose(columns, [[0.6 * reach, 0.1], [0.8 * reach, 0.1]])
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), reach)
    single = _clipped(AdaptiveClip(of=PLAIN, limit=0.5), gradient[:, :1], weights[:, :1])
    np.testing.assert_allclose(np.linalg.norm(single), reach)
