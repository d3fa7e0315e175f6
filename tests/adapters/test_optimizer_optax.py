"""Optimizers in optax: the paths of its own, compiled, chained, masked, accumulated, in flax."""

import warnings

import jax
import numpy as np
import optax
import pytest
from flax import nnx
from jax import numpy as jnp

from lossary.adapters.optax import transformation
from lossary.errors import ArgumentError, DomainError, DtypeError, FormatError, SuspicionWarning
from lossary.optimizers import (
    LBFGS,
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    ExponentialMovingAverage,
    Lion,
    Momentum,
    Polyak,
    RMSProp,
    ScheduleFreeAdamW,
    SharpnessAware,
    SophiaG,
)
from lossary.schedules import Cosine

CLOSE = 1e-11
"""Thirty steps in double precision."""
START = {"b": np.asarray([1.0, -2.0, 0.5]), "a": [np.asarray([[0.3, 1.2]]), None]}
PAIRS = {
    "SGD": (SGD(learning_rate=0.03), optax.sgd(0.03)),
    "Momentum": (Momentum(learning_rate=0.02), optax.sgd(0.02, momentum=0.9)),
    "Adam": (Adam(learning_rate=0.1, epsilon=0.01), optax.adam(0.1, eps=0.01)),
    "AdamW": (AdamW(learning_rate=0.1, weight_decay=0.1), optax.adamw(0.1, weight_decay=0.1)),
    "AdaGrad": (
        AdaGrad(learning_rate=0.1, initial_square=0.1, epsilon=1e-7, inside_root=True),
        optax.adagrad(0.1),
    ),
    "RMSProp": (
        RMSProp(learning_rate=0.05, epsilon=1e-3), optax.rmsprop(0.05, eps=1e-3, eps_in_sqrt=False)
    ),
    "Lion": (Lion(learning_rate=0.01), optax.lion(0.01, weight_decay=0.0)),
}  # fmt: skip


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def loss(weights):
    a, b = weights["a"][0], weights["b"]
    return ((a - 1) ** 4).sum() + (jnp.asarray([0.3, 1.0, 3.0]) * b**2).sum()


def walk(descent, steps=30, start=START, **extra):
    """Return where it stands after some compiled steps, and the state."""
    weights = jax.tree.map(jnp.asarray, start)
    state = descent.init(weights)
    passed = {name: each for name, each in (("value_fn", loss),) if name in extra}

    @jax.jit
    def step(weights, state):
        value, slope = jax.value_and_grad(loss)(weights)
        given = passed | ({"value": value, "grad": slope} if extra else {})
        update, state = descent.update(slope, state, weights, **given)
        return optax.apply_updates(weights, update), state

    for _ in range(steps):
        weights, state = step(weights, state)
    return weights, state


def close(one, other):
    one, other = (jax.tree.leaves(each[0]) for each in (one, other))
    for mine, theirs in zip(one, other, strict=True):
        assert np.allclose(mine, theirs, rtol=CLOSE, atol=CLOSE)
    assert not np.allclose(one[-1], START["b"])


@pytest.mark.parametrize("name", PAIRS)
def test_it_walks_the_path_of_optax(name):
    ours, theirs = PAIRS[name]
    close(walk(transformation(ours)), walk(theirs))


@pytest.mark.parametrize(
    "around",
    [
        lambda each: optax.chain(optax.clip_by_global_norm(0.5), each),
        lambda each: optax.masked(each, {"a": [True, None], "b": False}),
        lambda each: optax.MultiSteps(each, 3),
        lambda each: optax.apply_if_finite(each, 2),
    ],
    ids=["chain", "masked", "accumulated", "finite"],
)
def test_optax_wraps_it_as_its_own(around):
    ours, theirs = PAIRS["Adam"]
    close(walk(around(transformation(ours))), walk(around(theirs)))


def test_schedules_of_ours_and_of_optax_are_followed():
    rate = optax.cosine_decay_schedule(0.1, 20)
    wanted = walk(optax.adam(rate))
    injected = optax.inject_hyperparams(
        lambda learning_rate: transformation(Adam(), learning_rate=learning_rate)
    )
    for each in (
        transformation(Adam(learning_rate=Cosine(peak=0.1, steps=20))),
        transformation(Adam(), learning_rate=rate),
        injected(learning_rate=rate),
    ):
        close(walk(each), wanted)
    wrapped = ExponentialMovingAverage(of=Adam())
    close(walk(transformation(wrapped, learning_rate=rate)), wanted)


def test_its_state_is_a_tree_of_arrays_like_the_weights():
    _, state = walk(transformation(ExponentialMovingAverage(of=Adam())), 2)
    assert int(state["of"]["step"]) == 2
    like = jax.tree.structure(START)
    assert jax.tree.structure(state["of"]["mean"]) == like
    assert jax.tree.structure(state["average"]) == like
    assert all(isinstance(each, jax.Array) for each in jax.tree.leaves(state))


@pytest.mark.parametrize("rule", [Polyak(), LBFGS(), SharpnessAware(of=Momentum())], ids=repr)
def test_what_optax_passes_on_is_what_a_rule_needs(rule):
    weights, _ = walk(optax.chain(transformation(rule)), value_fn=True)
    assert loss(weights) < 0.1 * loss(jax.tree.map(jnp.asarray, START))


def test_a_line_search_is_handed_the_loss_as_a_function():
    descent = transformation(LBFGS(line_search="strong_wolfe"))
    weights = jax.tree.map(jnp.asarray, START)
    state = descent.init(weights)
    for _ in range(8):
        value, slope = jax.value_and_grad(loss)(weights)
        update, state = descent.update(slope, state, weights, value=value, value_fn=loss)
        weights = optax.apply_updates(weights, update)
    assert loss(weights) < 1e-3


def test_half_precision_is_remembered_in_single_and_rounded_once():
    start = jax.tree.map(lambda each: jnp.asarray(each, "bfloat16"), START)
    weights, state = walk(optax.MultiSteps(transformation(Adam(learning_rate=0.1)), 2), 6, start)
    assert weights["b"].dtype == jnp.bfloat16
    assert state.inner_opt_state["mean"]["b"].dtype == jnp.float32


def test_flax_trains_by_it():
    found = []
    for descent in (transformation(ScheduleFreeAdamW(learning_rate=0.1)), optax.adam(0.1)):
        model = nnx.Linear(2, 1, rngs=nnx.Rngs(0))
        trained = nnx.Optimizer(model, descent, wrt=nnx.Param)

        @nnx.jit
        def learn(model, trained):
            def judge(model):
                return ((model(jnp.ones((4, 2))) - 3) ** 2).mean()

            value, slope = nnx.value_and_grad(judge)(model)
            trained.update(model, slope)
            return value

        values = [float(learn(model, trained)) for _ in range(30)]
        assert values[-1] < 0.1 * values[0]
        found.append(values[0])
    assert found[0] == found[1]


def _updated(descent, state=None, **given):
    weights = jax.tree.map(jnp.asarray, START)
    state = descent.init(weights) if state is None else state
    return descent.update(weights, state, weights, **given)


@pytest.mark.parametrize("compiled", [True, False])
@pytest.mark.parametrize("given", [{}, {"curvature": jnp.ones(2)}], ids=["none", "once"])
def test_a_rule_that_divides_by_a_curvature_asks_for_it_once(given, compiled):
    descent, weights = transformation(SophiaG()), jnp.ones(2)
    update = jax.jit(descent.update) if compiled else descent.update
    state = descent.init(weights)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        _, state = update(weights, state, weights, **given)
        for _ in range(12):
            _, state = update(weights, state, weights)
    assert [each.category for each in found] == [SuspicionWarning] * (not given)


@pytest.mark.parametrize(
    ("ask", "error", "told"),
    [
        (lambda: transformation(Adam), ArgumentError, "expected an optimizer"),
        (lambda: transformation(Adam(), lr=0.1), ArgumentError, "here it is learning_rate"),
        (lambda: _updated(transformation(Polyak())), ArgumentError, r"weights, value=value\)\.$"),
        (
            lambda: _updated(transformation(Polyak()), loss=1.0),
            ArgumentError,
            r"value=value\)\.\nloss= is not read here",
        ),
        (
            lambda: _updated(transformation(LBFGS(line_search="strong_wolfe")), value=1.0),
            ArgumentError,
            r"value=value, value_fn=f\), where f\(weights\) gives the loss",
        ),
        (
            lambda: _updated(transformation(Adam()), optax.adam(0.1).init(START)),
            FormatError,
            "the state lacks step, mean, square, and is tuple",
        ),
        (
            lambda: _updated(transformation(Adam()), transformation(Momentum()).init(START)),
            FormatError,
            "the state lacks mean, square",
        ),
        (
            lambda: Adam(learning_rate=optax.cosine_decay_schedule(0.1, 20)),
            DomainError,
            r"adapters\.optax\.transformation\(Adam\(\), learning_rate=",
        ),
        (lambda: transformation(SGD(), momentum=0.9), ArgumentError, "SGD has no momentum"),
        (lambda: transformation(SGD()).update(START, {}), ArgumentError, "needs the weights"),
        (lambda: walk(transformation(Polyak())), ArgumentError, "Polyak needs the value"),
        (lambda: transformation(SGD()).init(jnp.ones(2, complex)), DtypeError, "complex"),
    ],
)
def test_what_cannot_be_meant_is_refused(ask, error, told):
    with pytest.raises(error, match=told):
        ask()
