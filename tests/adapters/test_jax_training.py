"""JAX: models trained with optax and flax reach the same weights, and the optimum there is."""

from functools import partial
from math import exp, log

import jax
import numpy as np
import optax
import pytest
from flax import nnx
from jax import numpy as jnp
from sklearn.datasets import load_diabetes, load_digits, load_iris

import lossary

STEPS = 60


def column(found):
    """Return a table scaled to unit variance, and its target."""
    x, t = found
    return jnp.asarray((x - x.mean(0)) / x.std(0)), jnp.asarray(t)


def amounts():
    x, t = column(load_diabetes(return_X_y=True))
    return x, (t - t.mean()) / t.std()


def yes_or_no():
    x, t = column(load_iris(return_X_y=True))
    return x, (t == 1).astype(float)


def kinds():
    return column(load_iris(return_X_y=True))


INTEGERS = optax.softmax_cross_entropy_with_integer_labels
TWINS = {
    "squared": (lossary.SquaredError(), optax.squared_error, amounts, 1),
    "half": (lossary.HalfSquaredError(), optax.l2_loss, amounts, 1),
    "huber": (lossary.Huber(delta=0.5), partial(optax.huber_loss, delta=0.5), amounts, 1),
    "binary": (lossary.BinaryCrossEntropy(), optax.sigmoid_binary_cross_entropy, yes_or_no, 1),
    "classes": (lossary.CrossEntropy(), INTEGERS, kinds, 3),
}


def begun(x, outputs):
    """Return the weights of a small network before it has learned."""
    first, second = jax.random.split(jax.random.key(0))
    return {
        "in": jax.random.normal(first, (x.shape[1], 8)) / 3,
        "out": jax.random.normal(second, (8, outputs)) / 3,
        "bias": jnp.zeros(outputs),
    }


def trained(judge, x, t, outputs):
    """Train the network with Adam, and return its weights."""

    def predicted(weights, x):
        found = jnp.tanh(x @ weights["in"]) @ weights["out"] + weights["bias"]
        return found if outputs > 1 else found[:, 0]

    optimizer = optax.adam(0.05)

    def step(carried, _):
        weights, state = carried
        slope = jax.grad(lambda weights: judge(predicted(weights, x), t))(weights)
        change, state = optimizer.update(slope, state, weights)
        return (optax.apply_updates(weights, change), state), None

    weights = begun(x, outputs)
    run = jax.jit(lambda start: jax.lax.scan(step, start, length=STEPS)[0][0])
    return run((weights, optimizer.init(weights)))


@pytest.mark.parametrize("name", TWINS)
def test_the_same_seed_gives_the_weights_that_optax_gives(name):
    loss, theirs, data, outputs = TWINS[name]
    x, t = data()
    mine = trained(loss, x, t, outputs)
    wanted = trained(lambda p, t: theirs(p, t).mean(), x, t, outputs)
    for name, weights in mine.items():
        # Roundings in double precision, which Adam carries through sixty steps.
        np.testing.assert_allclose(weights, wanted[name], 0, 1e-9)
    assert np.abs(mine["in"] - begun(x, outputs)["in"]).max() > 0.1, "nothing was learned"


# ---- the best constant, which is known without us ------------------------------------------------

T = np.concatenate([[0.0] * 20, np.random.default_rng(0).gamma(2.0, 1.5, size=181)])
YES = (np.arange(201) % 5 == 0).astype(float)


def best_huber(delta):
    """Find where the clipped errors sum to zero, by halving."""
    low, high = T.min(), T.max()
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if np.clip(middle - T, -delta, delta).sum() < 0 else (low, middle)
        )
    return low


def best_focal(alpha, gamma):
    """Find the lowest of the focal losses of many logits, twice."""
    low, high = -20.0, 20.0
    for _ in range(6):
        logits = np.linspace(low, high, 2001)
        q = 1 / (1 + np.exp(-logits))
        yes = YES.mean() * alpha * (1 - q) ** gamma * -np.log(q)
        best = np.argmin(yes + (1 - YES.mean()) * (1 - alpha) * q**gamma * -np.log1p(-q))
        low, high = logits[max(best - 1, 0)], logits[min(best + 1, 2000)]
    return (low + high) / 2


CONSTANTS = {
    "quantile": (lossary.Quantile(level=0.9), T, np.sort(T)[180]),
    "huber": (lossary.Huber(delta=0.5), T, best_huber(0.5)),
    "tweedie": (lossary.TweedieDeviance(power=1.3), T, log(T.mean())),
    "poisson": (lossary.PoissonNLL(), T, log(T.mean())),
    "focal": (lossary.SigmoidFocal(alpha=0.4, gamma=1.5), YES, best_focal(0.4, 1.5)),
    "normal": (lossary.GaussianNLL(), T, [T.mean(), log(T.var())]),
}


@pytest.mark.parametrize("name", CONSTANTS)
def test_a_bias_alone_becomes_the_best_constant(name):
    loss, target, best = CONSTANTS[name]
    bias, target = jnp.zeros_like(jnp.asarray(best)), jnp.asarray(target)

    def judged(bias):
        return loss(jnp.broadcast_to(bias, (*target.shape, *bias.shape)), target)

    optimizer = optax.adam(optax.cosine_decay_schedule(0.1, 1500))

    def step(carried, _):
        bias, state = carried
        change, state = optimizer.update(jax.grad(judged)(bias), state, bias)
        return (optax.apply_updates(bias, change), state), None

    start = bias, optimizer.init(bias)
    (found, _), _ = jax.jit(lambda start: jax.lax.scan(step, start, length=1500))(start)
    # A kinked loss leaves a step size that goes to zero as the cosine does.
    np.testing.assert_allclose(found, best, 0, 2e-4)


# ---- flax ----------------------------------------------------------------------------------------


class Reader(nnx.Module):
    """Reads digits, and knows by which loss."""

    def __init__(self, loss, rngs):
        self.loss = loss
        self.hidden = nnx.Linear(64, 32, rngs=rngs)
        self.scores = nnx.Linear(32, 10, rngs=rngs)

    def __call__(self, x):
        return self.scores(nnx.relu(self.hidden(x)))


def test_a_flax_model_carries_its_loss_and_learns_by_it():
    x, t = load_digits(return_X_y=True)
    x, t = jnp.asarray(x / 16, "float32"), jnp.asarray(t)
    model = Reader(lossary.CrossEntropy(smoothing=0.05), nnx.Rngs(0))
    optimizer = nnx.Optimizer(model, optax.adam(0.01), wrt=nnx.Param)

    @nnx.jit
    def step(model, optimizer, x, t):
        value, slope = nnx.value_and_grad(lambda model: model.loss(model(x), t))(model)
        optimizer.update(model, slope)
        return value

    losses = [float(step(model, optimizer, x[:1200], t[:1200])) for _ in range(60)]
    right = (model(x[1200:]).argmax(-1) == t[1200:]).mean()
    assert losses[0] == pytest.approx(log(10), abs=0.3)
    assert losses[-1] < 0.5
    assert right > 0.85
    _, state = nnx.split(model)
    assert len(jax.tree.leaves(state)) == 4, "the loss is no part of what is learned"


# ---- micro-batches -------------------------------------------------------------------------------

LOSSES = {
    "quantile": lossary.Quantile(level=0.9),
    "sum": lossary.RootMeanSquaredError() + 0.5 * lossary.Quantile(level=0.1),
}


@pytest.mark.parametrize("name", LOSSES)
def test_parts_of_micro_batches_add_up_in_a_loop_that_remembers_nothing(name):
    loss, (x, t) = LOSSES[name], amounts()
    x, t = x[:440], t[:440]
    mask = jnp.arange(440) % 110 < jnp.repeat(jnp.asarray([100, 3, 0, 50]), 110)
    weights = jnp.linspace(-1, 1, x.shape[1])

    def whole(weights):
        return loss(x @ weights, t, mask=mask)

    def piecewise(weights):
        @jax.checkpoint
        def piece(_, rows):
            x, t, mask = rows
            return None, loss.parts(x @ weights, t, mask=mask)

        pieces = jax.tree.map(lambda each: each.reshape(4, 110, *each.shape[1:]), (x, t, mask))
        return jax.lax.scan(piece, None, pieces)[1].map(lambda each: each.sum(0)).value

    def carried(weights):
        def piece(total, rows):
            x, t, mask = rows
            return total + loss.parts(x @ weights, t, mask=mask), None

        pieces = jax.tree.map(lambda each: each.reshape(4, 110, *each.shape[1:]), (x, t, mask))
        nothing = loss.parts(x @ weights, t, mask=mask & False)
        return jax.lax.scan(piece, nothing, pieces)[0].value

    wanted = jax.value_and_grad(whole)(weights)
    for function in (piecewise, carried):
        found = jax.jit(jax.value_and_grad(function))(weights)
        for mine, theirs in zip(found, wanted, strict=True):
            np.testing.assert_allclose(mine, theirs, 0, 1e-13)  # sums of hundreds, reordered


def test_optax_adds_pieces_up_exactly_if_each_is_divided_by_what_all_of_them_weigh():
    loss, (x, t) = lossary.Quantile(level=0.9), amounts()
    x, t = x[:440], t[:440]
    mask = jnp.arange(440) % 110 < jnp.repeat(jnp.asarray([100, 3, 0, 50]), 110)
    count, pieces = mask.sum(), [slice(110 * i, 110 * (i + 1)) for i in range(4)]

    def numerator(weights, rows):
        return loss.parts(x[rows] @ weights, t[rows], mask=mask[rows]).numerator

    optimizer = optax.MultiSteps(
        optax.sgd(1.0), every_k_schedule=4, use_grad_mean=False, accumulator_dtype=x.dtype
    )
    weights = jnp.linspace(-1, 1, x.shape[1])
    state = optimizer.init(weights)
    for rows in pieces:
        slope = jax.grad(lambda weights, rows: numerator(weights, rows) / count)(weights, rows)
        change, state = optimizer.update(slope, state, weights)
    wanted = jax.grad(lambda weights: loss(x @ weights, t, mask=mask))(weights)
    np.testing.assert_allclose(change, -wanted, 0, 1e-13)


# ---- transformations of the whole ----------------------------------------------------------------


def test_a_loss_may_be_a_static_argument():
    traced = []

    @partial(jax.jit, static_argnums=0)
    def judged(loss, p, t):
        traced.append(loss)
        return loss(p, t)

    p, t = jnp.asarray([0.5, 3.0]), jnp.zeros(2)
    for delta, value in ((1.0, 1.3125), (2.0, 2.0625), (1.0, 1.3125)):
        assert float(judged(lossary.Huber(delta=delta), p, t)) == value
    assert len(traced) == 2, "equal losses are traced once"


def test_many_models_are_judged_at_once():
    x, t = amounts()
    models = jnp.asarray(np.random.default_rng(0).normal(size=(7, x.shape[1])))
    loss = lossary.Quantile(level=0.9)
    judge = jax.value_and_grad(lambda weights: loss(x @ weights, t))
    values, slopes = jax.jit(jax.vmap(judge))(models)
    for model, value, slope in zip(models, values, slopes, strict=True):
        error = np.asarray(t - x @ model)
        rate = np.where(error < 0, 0.1, -0.9)
        np.testing.assert_allclose(value, -(rate * np.abs(error) * np.sign(error)).mean(), 1e-12)
        np.testing.assert_allclose(
            slope, np.where(error < 0, 0.1, -0.9) @ np.asarray(x) / len(t), 1e-10
        )


def test_each_row_has_its_own_gradient_of_the_weights():
    x, t = kinds()
    loss, weights = lossary.CrossEntropy(), jnp.linspace(-1, 1, 12).reshape(4, 3)
    slope = jax.grad(lambda weights, x, t: loss(x @ weights, t))
    each = jax.jit(jax.vmap(slope, (None, 0, 0)))(weights, x, t)
    assert each.shape == (150, 4, 3)
    np.testing.assert_allclose(each.mean(0), slope(weights, x, t), 0, 1e-14)


def test_the_gradient_of_a_gradient_is_the_curvature():
    loss, p, t = lossary.TweedieDeviance(power=1.3), jnp.linspace(-1, 1, 5), jnp.arange(5.0)
    steep = jax.grad(lambda p: loss.gradient(p, t).sum())
    twice = jax.grad(lambda p: jax.grad(lambda p: loss(p, t, reduction="sum"))(p).sum())
    # By hand: 2 (t (p - 1) e^((1-p) s) + (2 - p) e^((2-p) s)) for a score s and a power p of 1.3.
    wanted = [2 * (0.3 * y * exp(-0.3 * s) + 0.7 * exp(0.7 * s)) for s, y in zip(p, t, strict=True)]
    for function in (steep, twice, lambda p: loss.curvature(p, t)):
        np.testing.assert_allclose(jax.jit(function)(p), wanted, 1e-12)
