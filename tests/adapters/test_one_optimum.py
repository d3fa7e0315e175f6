"""The same loss on the same rows ends at the same answer in every host.

Two groups of rows, one feature that tells them apart: a table of two numbers, a line and a tree can
all say one thing for each group, so all hosts have one optimum, which a search over the definition
finds without any of them.
"""

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.optimize import minimize

import lossary
from lossary.backends import backend_named

RNG = np.random.default_rng(0)
GROUP = np.repeat([0, 1], 55)  # of 55 rows, exactly one is the 0.9 quantile
SPREAD = RNG.gamma(4.0, size=110)
AMOUNT = np.where(GROUP, 2.0, 0.5) * SPREAD / SPREAD.mean()
YES = (RNG.random(110) < np.where(GROUP, 0.7, 0.2)).astype(int)
LOSSES = {
    "Huber": (lossary.Huber(delta=0.2), AMOUNT, 1),
    "Quantile": (lossary.Quantile(level=0.9), AMOUNT, 1),
    "Tweedie": (lossary.TweedieDeviance(power=1.5), AMOUNT, 1),
    "Gaussian": (lossary.GaussianNLL(), AMOUNT, 2),
    "focal": (lossary.SigmoidFocal(), YES.astype(float), 1),
}
STEPS = 1500
FIRST, LAST = 0.2, 1e-4
"""Learning rates of Adam; where a loss has kinks, the last one is how near it ends."""


@pytest.fixture(scope="module", params=LOSSES)
def problem(request):
    """Return a loss, its targets, and the best raw scores of both groups: shape (2, outputs)."""
    loss, target, outputs = LOSSES[request.param]
    best = [_searched(loss, target[group == GROUP], outputs) for group in (0, 1)]
    return SimpleNamespace(loss=loss, target=target, outputs=outputs, best=np.stack(best))


def _searched(loss, target, outputs):
    """Minimise the definition from several starts, without a slope."""

    def at(raw):
        rows = np.tile(raw, (len(target), 1))
        with lossary.use_kernels(False):
            return float(loss(rows if outputs > 1 else rows[:, 0], target))

    options = {"xatol": 1e-10, "fatol": 1e-14, "maxiter": 4000, "maxfev": 4000}
    found = [
        minimize(at, np.full(outputs, s), method="Nelder-Mead", options=options) for s in (0, 1)
    ]
    return min(found, key=lambda each: each.fun).x


def _close(found, problem, off=2e-3):
    """Adam ends a few of its last steps away; the rates above make that some 1e-3."""
    np.testing.assert_allclose(np.reshape(found, problem.best.shape), problem.best, atol=off)


def _decay(step):
    return FIRST * (LAST / FIRST) ** (step / STEPS)


def test_pytorch(problem):
    import torch

    from lossary.adapters.torch import module

    judge, target = module(problem.loss, class_axis=-1), torch.from_numpy(problem.target)
    table = torch.nn.Parameter(torch.zeros(2, problem.outputs, dtype=torch.float64))
    optimizer = torch.optim.Adam([table], lr=1.0)
    rates = torch.optim.lr_scheduler.LambdaLR(optimizer, _decay)
    for _ in range(STEPS):
        optimizer.zero_grad()
        rows = table[GROUP]
        judge(rows if problem.outputs > 1 else rows[:, 0], target).backward()
        optimizer.step()
        rates.step()
    _close(table.detach().numpy(), problem)


def test_jax(problem):
    import jax
    import jax.numpy as jnp
    import optax

    target, optimizer = jnp.asarray(problem.target), optax.adam(lambda step: _decay(step))

    def judged(table):
        rows = table[GROUP]
        return problem.loss(rows if problem.outputs > 1 else rows[:, 0], target)

    def step(carry, _):
        table, state = carry
        change, state = optimizer.update(jax.grad(judged)(table), state)
        return (optax.apply_updates(table, change), state), None

    table = jnp.zeros((2, problem.outputs))
    (table, _), _ = jax.lax.scan(step, (table, optimizer.init(table)), length=STEPS)
    _close(np.asarray(table), problem, 5e-3)  # in single precision


def test_tensorflow(problem):
    import tensorflow as tf

    target, xp = tf.constant(problem.target), backend_named("tensorflow").xp
    table = tf.Variable(tf.zeros((2, problem.outputs), tf.float64))

    @tf.function
    def slope():
        with tf.GradientTape() as tape:
            rows = tf.gather(table, GROUP)
            value = problem.loss(rows if problem.outputs > 1 else xp.sum(rows, axis=1), target)
        return tf.convert_to_tensor(tape.gradient(value, table))

    first, second = np.zeros(problem.best.shape), np.zeros(problem.best.shape)
    for step in range(STEPS):  # Adam by hand: its betas and its bias correction
        found = slope().numpy()
        first, second = 0.9 * first + 0.1 * found, 0.999 * second + 0.001 * found**2
        mean, square = first / (1 - 0.9 ** (step + 1)), second / (1 - 0.999 ** (step + 1))
        table.assign_sub(_decay(step) * mean / (np.sqrt(square) + 1e-8))
    _close(table.numpy(), problem)


def test_keras(problem):
    import keras

    from lossary.adapters.keras import KerasLoss

    table = keras.layers.Dense(problem.outputs, use_bias=False, kernel_initializer="zeros")
    model = keras.Sequential([keras.Input((2,)), table])
    rate = keras.optimizers.schedules.ExponentialDecay(FIRST, STEPS, LAST / FIRST)
    model.compile(keras.optimizers.Adam(rate), loss=KerasLoss(problem.loss), steps_per_execution=50)
    rows = np.tile(np.eye(2, dtype=np.float32)[GROUP], (50, 1))
    target = np.tile(problem.target.astype(np.float32), 50)
    for _ in range(STEPS // 50):
        model.fit(rows, target, batch_size=110, shuffle=False, verbose=0)
    _close(table.kernel.numpy(), problem, 5e-3)  # in single precision


def test_scikit_learn(problem):
    from lossary.adapters.sklearn import LossClassifier, LossRegressor

    kind = (
        LossClassifier if problem.target.max() == 1 and problem.target.min() == 0 else LossRegressor
    )
    model = kind(problem.loss, l2=0.0).fit(GROUP[:, None].astype(float), problem.target)
    _close(model._raw(np.array([[0.0], [1.0]])), problem, 1e-5)  # where its steps end


@pytest.mark.parametrize("host", ["lightgbm", "xgboost", "catboost"])
def test_boosters(problem, host):
    from importlib import import_module

    settings = {
        "lightgbm": {"n_estimators": 60, "learning_rate": 0.5, "min_child_samples": 1,
                     "min_child_weight": 0.0, "verbose": -1, "n_jobs": 1},
        "xgboost": {"n_estimators": 60, "learning_rate": 0.5, "min_child_weight": 0.0,
                    "reg_lambda": 0.0, "n_jobs": 1},
        "catboost": {"iterations": 60, "learning_rate": 0.5, "l2_leaf_reg": 0.0, "thread_count": 1,
                     "verbose": False, "allow_writing_files": False, "random_strength": 0.0},
    }[host]  # fmt: skip
    room = import_module(f"lossary.adapters.{host}")
    binary = problem.target.max() == 1 and problem.target.min() == 0
    kind = room.Classifier if binary else room.Regressor
    model = kind(problem.loss, **settings).fit(GROUP[:, None].astype(float), problem.target)
    # Half of what is missing is added by each tree, in single precision; but XGBoost does not split
    # for a gain of less than 1e-6, which is a root of that from the best.
    _close(model._raw(np.array([[0.0], [1.0]])), problem, 1e-3)
