"""Wrappers hand on what they do not use, mend what they promise, and refuse what they cannot do."""

import jax
import numpy as np
import pytest
import tensorflow as tf
import torch

from lossary.backends import backend_named
from lossary.core.descent.wrapper import Wrapper
from lossary.errors import ArgumentError, DomainError, FormatError
from lossary.optimizers import (
    SGD,
    Adam,
    AdamW,
    ClipByGlobalNorm,
    DecoupledWeightDecay,
    ExponentialMovingAverage,
    L2Penalty,
    Lookahead,
    MasterWeights,
    Polyak,
    SharpnessAware,
    SkipNonfinite,
    SophiaG,
    StochasticWeightAveraging,
    from_dict,
    listed,
    underflow,
)
from lossary.schedules import Cosine

WRAPPERS = tuple(
    cls for cls in listed() if issubclass(cls, Wrapper) and cls.__module__.startswith("lossary.")
)
FRAMEWORKS = ("numpy", "torch", "jax", "tensorflow")
every = pytest.mark.parametrize("wrapper", WRAPPERS, ids=lambda each: each.__name__)
everywhere = pytest.mark.parametrize("framework", FRAMEWORKS)


def _closure(weights):
    return (weights**2).sum() / 2, weights


def test_there_are_wrappers():
    assert len(WRAPPERS) >= 12


@every
def test_it_hands_on_what_the_optimizer_within_needs(wrapper):
    """The loss to Polyak's step, and a curvature to Sophia's, which differs without."""
    weights = np.asarray([1.0, -2.0])
    needy = wrapper(of=Polyak(maximum=0.1)) if wrapper is not DecoupledWeightDecay else None
    if needy is not None:
        assert "loss" in needy.needs
        needy.step(weights, needy.init(weights), weights, loss=2.5, closure=_closure)
        with pytest.raises(ArgumentError, match="loss=value"):
            needy.step(weights, needy.init(weights), weights, closure=_closure)
    curved, found = wrapper(of=SophiaG(gamma=100.0)), []  # clips nothing
    assert curved.curved
    for curvature in (np.asarray([1.0, 4.0]), np.asarray([3.0, 0.5])):
        given = {"curvature": curvature, "closure": _closure}
        change, state = curved.step(weights, curved.init(weights), weights, **given)
        again, _ = curved.step(weights, state, weights + change, **given)
        found.append(again)
    assert np.abs(found[0] - found[1]).max() > 0


@every
def test_it_is_written_down_and_read_again_and_wrappers_hold_wrappers(wrapper):
    optimizer = wrapper(of=SkipNonfinite(of=Adam(learning_rate=Cosine(steps=7))))
    assert from_dict(optimizer.to_dict()) == optimizer
    assert hash(optimizer) == hash(optimizer.replace())
    with pytest.raises(ArgumentError, match=r"expected an optimizer, as Adam\(\)"):
        wrapper(of=0.1)


@every
def test_one_compiled_step_serves_and_agrees(wrapper):
    optimizer = wrapper(of=Adam(learning_rate=Cosine(peak=0.1, steps=7)))
    weights = {"w": jax.numpy.asarray([1.0, -2.0]), "b": jax.numpy.asarray([0.5])}
    slope = {"w": jax.numpy.asarray([0.3, 5.0]), "b": jax.numpy.asarray([-2.0])}

    def step(state, weights):
        given = {"closure": lambda there: (0.0, slope)}
        return optimizer.step(slope, state, weights, **given)

    plain = compiled = optimizer.init(weights)
    whole = jax.jit(step)
    for _ in range(3):
        change, compiled = whole(compiled, weights)
        expected, plain = step(plain, weights)
        for found, known in zip(*map(jax.tree.leaves, (change, expected)), strict=True):
            np.testing.assert_allclose(found, known, rtol=1e-12)
    assert jax.tree.structure(plain) == jax.tree.structure(compiled)
    assert whole._cache_size() == 1


def test_a_state_of_another_optimizer_is_refused():
    averaged = ExponentialMovingAverage(of=SGD())
    with pytest.raises(FormatError, match="the state lacks average, of"):
        averaged.step(np.ones(2), SGD().init(np.ones(2)), np.ones(2))


def test_trials_of_two_numbers_do_not_mix():
    with pytest.raises(DomainError, match="numbers for 3 trials, but what it is made of, SGD"):
        L2Penalty(of=SGD(learning_rate=(0.1, 0.2)), weight=(1.0, 2.0, 3.0))


def test_decay_needs_a_learning_rate_and_finds_it_further_in():
    with pytest.raises(ArgumentError, match="no learning_rate"):
        DecoupledWeightDecay(of=Polyak())
    schedule = Cosine(peak=0.3, steps=4)
    inner = ClipByGlobalNorm(of=Adam(learning_rate=schedule), limit=10.0)
    ours, theirs = DecoupledWeightDecay(of=inner, weight_decay=0.5), AdamW(
        learning_rate=schedule, weight_decay=0.5
    )  # fmt: skip
    weights = np.asarray([1.0, -2.0])
    one, other = ours.init(weights), theirs.init(weights)
    for _ in range(4):
        change, one = ours.step(weights, one, weights)
        expected, other = theirs.step(weights, other, weights)
        np.testing.assert_allclose(change, expected, rtol=1e-12)
        weights = weights + change


def test_numbers_for_each_trial_reach_what_averages_and_looks_ahead():
    drawn = np.random.default_rng(2).normal(size=(9, 2, 3))
    for make in (
        lambda x: ExponentialMovingAverage(of=SGD(learning_rate=0.5), decay=x),
        lambda x: Lookahead(of=Adam(learning_rate=0.5), factor=x, period=2, reset=True),
        lambda x: DecoupledWeightDecay(of=SGD(learning_rate=0.5), weight_decay=x),
        lambda x: SharpnessAware(of=SGD(learning_rate=0.5), radius=x, adaptive=True),
        lambda x: StochasticWeightAveraging(of=SGD(learning_rate=x), period=2),
        lambda x: SkipNonfinite(of=L2Penalty(of=SGD(learning_rate=0.5), weight=x)),
    ):
        both, alone = make((0.3, 0.8)), (make(0.3), make(0.8))
        expected = [_judged(each, drawn[:, place]) for place, each in enumerate(alone)]
        np.testing.assert_allclose(_judged(both, drawn), np.stack(expected), rtol=1e-12)


def _judged(optimizer, drawn):
    """Walk with drawn gradients, and return what is judged at the end."""
    weights = np.ones(drawn.shape[1:])
    state = optimizer.init(weights)
    for slope in drawn:

        def closure(there, slope=slope):
            return 0.0, slope + there

        change, state = optimizer.step(slope + weights, state, weights, closure=closure)
        weights = weights + change
    return optimizer.evaluation_weights(state, weights)


@everywhere
def test_a_step_with_a_nan_is_as_if_it_had_not_been(framework):
    backend = backend_named(framework)
    optimizer = SkipNonfinite(of=ClipByGlobalNorm(of=Adam(learning_rate=0.1), relative=True))
    step = optimizer.step
    if framework in ("jax", "tensorflow"):
        step = backend.whole(step)
    slopes = [np.asarray([0.3, -2.0]), np.asarray([1.0, 0.5]), np.asarray([-1.0, 0.2])]
    found = []
    for bad in (None, np.nan, np.inf):
        weights = {"w": backend.array(np.ones(2)), "b": backend.array(np.asarray(1.0))}
        state = optimizer.init(weights)
        for slope in slopes:
            if bad is not None:
                broken = {"w": backend.array(slope), "b": backend.array(np.asarray(bad))}
                change, state = step(broken, state, weights)
                assert not any(backend.numpy(each).any() for each in change.values())
            good = {"w": backend.array(slope), "b": backend.array(slope[0])}
            change, state = step(good, state, weights)
            weights = {name: w + change[name] for name, w in weights.items()}
        found.append([backend.numpy(each) for each in weights.values()])
        assert int(state["skipped"]) == (0 if bad is None else 3)
        assert int(state["of"]["step"]) == 3
    for one, *others in zip(*found, strict=True):
        assert all(np.array_equal(one, other) for other in others)


@everywhere
def test_of_many_trials_only_that_with_a_nan_is_left_out(framework):
    backend = backend_named(framework)
    optimizer = SkipNonfinite(of=Adam(learning_rate=(0.1, 0.1, 0.1)))
    weights = backend.array(np.ones((3, 2)))
    slope = np.asarray([[1.0, 2.0], [1.0, np.nan], [3.0, 1.0]])
    change, state = optimizer.step(backend.array(slope), optimizer.init(weights), weights)
    moved = backend.numpy(change)
    assert np.isfinite(moved).all()
    assert (moved != 0).any(axis=1).tolist() == [True, False, True]
    assert backend.numpy(state["skipped"]).tolist() == [0, 1, 0]
    assert backend.numpy(state["of"]["mean"])[1].tolist() == [0, 0]


def test_a_change_or_a_loss_that_is_no_number_is_left_out_too():
    weights = np.asarray([1.0], "float32")
    overflowing = SkipNonfinite(of=SGD(learning_rate=1e30))
    change, state = overflowing.step(
        np.asarray([1e20], "float32"), overflowing.init(weights), weights
    )
    assert (change[0], state["skipped"]) == (0, 1)
    for loss in (float("nan"), np.asarray(np.inf)):
        optimizer = SkipNonfinite(of=Polyak())
        change, state = optimizer.step(weights, optimizer.init(weights), weights, loss=loss)
        assert (change[0], state["skipped"]) == (0, 1)


HALVES = {
    "torch": lambda values: torch.tensor(values, dtype=torch.bfloat16),
    "jax": lambda values: jax.numpy.asarray(values, dtype=jax.numpy.bfloat16),
    "tensorflow": lambda values: tf.constant(values, dtype=tf.bfloat16),
}


@pytest.mark.parametrize("framework", HALVES)
def test_steps_below_half_precision_add_up_in_master_weights(framework):
    backend, make = backend_named(framework), HALVES[framework]
    slope, start = make([1.0, -1.0]), make([1.0, 1.0])
    ends, lost = [], []
    for optimizer in (SGD(learning_rate=1e-3), MasterWeights(of=SGD(learning_rate=1e-3))):
        weights, state, shares = start, optimizer.init(start), []
        for _ in range(100):
            change, state = optimizer.step(slope, state, weights)
            shares.append(underflow(change, weights))
            weights = backend.cast(backend.cast(weights, change.dtype) + change, start.dtype)
        ends.append(backend.numpy(weights).tolist())
        lost.append(shares)
    assert ends[0] == [1.0, 1.0]
    assert lost[0] == [1.0] * 100
    assert ends[1] == pytest.approx([0.9, 1.1], abs=4e-3)  # half a unit in the last place
    assert set(lost[1]) == {0.0}  # what it hands over is a whole unit, or nothing
    master = backend.numpy(state["master"])
    assert master.tolist() == pytest.approx([0.9, 1.1], abs=1e-5)


def test_weights_that_something_else_has_changed_are_taken_as_they_are():
    optimizer = MasterWeights(of=SGD(learning_rate=1e-4))
    weights = np.ones(2, "float16")
    state = optimizer.init(weights)
    _, state = optimizer.step(weights, state, weights)
    loaded = np.asarray([1.0, 3.0], "float16")
    _, state = optimizer.step(weights, state, loaded)
    np.testing.assert_allclose(state["master"], [1 - 2e-4, 3 - 1e-4], rtol=1e-6)


def test_master_weights_hand_a_closure_the_precision_it_knows():
    seen = []

    def closure(weights):
        seen.append(weights.dtype)
        return weights.sum(), weights

    optimizer, weights = MasterWeights(of=SharpnessAware(of=SGD())), np.ones(2, "float16")
    optimizer.step(weights, optimizer.init(weights), weights, closure=closure)
    assert set(seen) == {np.dtype("float16")}


def test_averages_are_judged_in_the_weights_own_precision():
    weights = torch.ones(3, dtype=torch.bfloat16)
    for wrapper in (ExponentialMovingAverage, StochasticWeightAveraging, Lookahead, MasterWeights):
        optimizer = wrapper(of=SGD())
        state = optimizer.init(weights)
        assert torch.equal(optimizer.evaluation_weights(state, weights), weights)
        _, state = optimizer.step(weights, state, weights)
        assert optimizer.evaluation_weights(state, weights).dtype == torch.bfloat16


def test_where_nothing_is_uphill_nothing_moves():
    optimizer, weights = SharpnessAware(of=SGD()), np.asarray([0.0, 0.0])
    change, _ = optimizer.step(weights, optimizer.init(weights), weights, closure=_closure)
    assert change.tolist() == [0.0, 0.0]


class Spy(SGD):
    """Tells what it was given."""

    def _step(self, backend, gradient, state, weights, evidence):
        SEEN.update(evidence, gradient=gradient[0])
        return super()._step(backend, gradient, state, weights, evidence)


SEEN = {}


@pytest.mark.parametrize(
    ("make", "loss", "factor"),
    [
        (lambda spy: SharpnessAware(of=spy, radius=5.0), 50.0, 1.0),
        # A penalty of w²/4 on top, of the weights uphill; then a gradient of 15 shortened to 3.
        (lambda spy: L2Penalty(of=SharpnessAware(of=spy, radius=5.0), weight=0.5), 75.0, 1.5),
        (lambda spy: ClipByGlobalNorm(of=SharpnessAware(of=spy, radius=5.0), limit=3), 50.0, 0.3),
    ],
    ids=["sharpness", "penalty", "clipping"],
)
def test_an_optimizer_within_sees_one_function(make, loss, factor):
    """Loss, gradient and what a closure gives are altered alike."""
    optimizer, weights = make(Spy()), np.asarray([3.0, 4.0])
    state = optimizer.init(weights)
    optimizer.step(weights, state, weights, closure=_closure, loss=12.5)
    asked, slopes = SEEN["closure"]([weights])
    assert SEEN["loss"] == asked == pytest.approx(loss)
    expected = [6.0 * factor, 8.0 * factor]
    assert SEEN["gradient"].tolist() == slopes[0].tolist() == pytest.approx(expected)


def test_underflow_counts_what_should_move_alone():
    weights = {"w": np.ones(3, "float16"), "b": np.zeros(1, "float16")}
    change = {"w": np.asarray([0.5, 1e-6, 0.0], "float32"), "b": np.asarray([1e-9], "float32")}
    assert underflow(change, weights) == pytest.approx(2 / 3)
    assert underflow({name: 0 * each for name, each in change.items()}, weights) == 0
