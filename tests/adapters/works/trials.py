"""One trial for each host: a loss is trained there as a user would, and must fall."""

from types import SimpleNamespace
from typing import Any

import numpy as np

from lossary.backends import backend_named
from lossary.errors import AdditivityError, ArgumentError, GradientError
from tests.adapters.works.toys import amounts, classes, linked, targets

STEPS, RATE = 15, 0.05
_OF_CLASSES = ("logit", "margin", "probability", "scores", "log_probability")


def torch(loss: Any) -> tuple[float, float]:
    """Train free numbers by a module under an optimizer of PyTorch."""
    import torch

    from lossary.adapters.torch import module

    shape, others = targets(loss)
    xp = backend_named("torch").xp
    raw = torch.nn.Parameter(torch.from_numpy(_first(shape)))
    judge = module(loss, class_axis=-1)
    optimizer = torch.optim.SGD([raw], lr=RATE)
    values = []
    for _ in range(STEPS):
        value = judge(linked(xp, raw, loss.domains[0][0]), *map(torch.from_numpy, others))
        optimizer.zero_grad()
        if loss.trainable:  # otherwise PyTorch says that there is no graph
            value.backward()
            optimizer.step()
        values.append(float(value.detach()))
    return values[0], values[-1]


def jax(loss: Any) -> tuple[float, float]:
    """Train free numbers by optax under jit."""
    import jax
    import jax.numpy as jnp
    import optax

    shape, others = targets(loss)
    others = list(map(jnp.asarray, others))
    xp, optimizer = backend_named("jax").xp, optax.sgd(RATE)

    @jax.jit
    def step(raw, state):
        def judged(raw):
            return loss(linked(xp, raw, loss.domains[0][0]), *others)

        value, slope = jax.value_and_grad(judged)(raw)
        change, state = optimizer.update(slope, state)
        return optax.apply_updates(raw, change), state, value

    raw = jnp.asarray(_first(shape))
    state, values = optimizer.init(raw), []
    for _ in range(STEPS):
        raw, state, value = step(raw, state)
        values.append(float(value))
    return values[0], values[-1]


def tensorflow(loss: Any) -> tuple[float, float]:
    """Train a variable under a gradient tape."""
    import tensorflow as tf

    shape, others = targets(loss)
    others = list(map(tf.constant, others))
    xp, raw = backend_named("tensorflow").xp, tf.Variable(_first(shape))
    values = []
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            value = loss(linked(xp, tf.convert_to_tensor(raw), loss.domains[0][0]), *others)
        if loss.trainable:  # otherwise the tape finds nothing
            raw.assign_sub(RATE * tf.convert_to_tensor(tape.gradient(value, raw)))
        values.append(float(value))
    return values[0], values[-1]


def keras(loss: Any) -> tuple[float, float]:
    """Compile a model with the loss and train it."""
    import keras

    from lossary.adapters.keras import KerasLoss

    judge = KerasLoss(loss)
    shape, (target, *_) = targets(loss)
    rows = np.eye(len(target))
    keras.utils.set_random_seed(0)
    inner = shape[1:] or (1,)
    xp = backend_named("tensorflow").xp
    model = keras.Sequential(
        [
            keras.Input((len(target),)),
            keras.layers.Dense(int(np.prod(inner)), use_bias=False),
            keras.layers.Reshape(inner),
            keras.layers.Lambda(lambda raw: linked(xp, raw, loss.domains[0][0])),
        ]
    )
    model.compile(keras.optimizers.SGD(RATE), loss=judge, run_eagerly=True)
    values = [float(model.train_on_batch(rows, target)) for _ in range(STEPS)]
    return values[0], values[-1]


def keras_metric(loss: Any) -> tuple[float, float]:
    """Judge an epoch of two uneven batches; it must be the loss of all rows at once."""
    from lossary.adapters.keras import KerasMetric

    metric = KerasMetric(loss)
    shape, (target, *_) = targets(loss)
    raw = _first(shape)
    prediction = np.asarray(linked(backend_named("numpy").xp, raw, loss.domains[0][0]))
    for rows in (slice(0, 7), slice(7, None)):
        metric.update_state(target[rows], prediction[rows].astype(np.float32))
    whole = float(loss(prediction, target))
    np.testing.assert_allclose(float(metric.result()), whole, rtol=1e-5)  # in single precision
    return whole, whole


def lightgbm(loss: Any) -> tuple[float, float]:
    from lossary.adapters import lightgbm as host

    few = {"n_estimators": 5, "min_child_samples": 5, "verbose": -1, "n_jobs": 1}
    return _estimated(loss, host, few)


def xgboost(loss: Any) -> tuple[float, float]:
    from lossary.adapters import xgboost as host

    return _estimated(loss, host, {"n_estimators": 5, "min_child_weight": 0.0, "n_jobs": 1})


def catboost(loss: Any) -> tuple[float, float]:
    from lossary.adapters import catboost as host

    few = {"iterations": 5, "verbose": False, "thread_count": 1, "allow_writing_files": False}
    return _estimated(loss, host, few)


def sklearn(loss: Any) -> tuple[float, float]:
    from lossary.adapters import sklearn as host

    models = SimpleNamespace(Regressor=host.LossRegressor, Classifier=host.LossClassifier)
    return _estimated(loss, models, {})


def _estimated(loss: Any, host: Any, settings: dict[str, Any]) -> tuple[float, float]:
    """Fit an estimator; return the loss of its start and of its raw scores, on the same rows."""
    if loss.domains[0][0].name in _OF_CLASSES:
        features, target = classes(3 if "k" in loss.sentences[0].inputs[0].axes else 2)
        model = host.Classifier(loss, **settings)
    else:
        features, target = amounts()
        model = host.Regressor(loss, **settings)
    model.fit(features, target)
    objective = model.objective_
    encoded = objective.encoded(target)
    start = objective.start(encoded)
    shape = (len(target),) if objective.outputs == 1 else (len(target), objective.outputs)
    before = objective.value(np.broadcast_to(start, shape).copy(), encoded)
    return before, objective.value(np.asarray(model._raw(features), dtype=float), encoded)


def _first(shape: tuple[int, ...]) -> Any:
    return 0.3 * np.random.default_rng(2).normal(size=shape)


JUDGES = ("Keras metric",)
"""Hosts that only judge."""
HOSTS = {
    "PyTorch": torch, "Keras": keras, "Keras metric": keras_metric,
    "TensorFlow": tensorflow, "JAX": jax, "LightGBM": lightgbm,
    "XGBoost": xgboost, "CatBoost": catboost, "scikit-learn": sklearn,
}  # fmt: skip


def tried(loss: Any, host: str) -> str:
    """Train; say "trains" where the loss fell, "judges" where it has no slope, or the refusal.

    Raises:
        AssertionError: it trained and did not fall, or was felt though it has no slope.
    """
    try:
        before, after = HOSTS[host](loss)
    except (AdditivityError, ArgumentError, GradientError) as refusal:
        return str(refusal)
    if loss.trainable and host not in JUDGES:
        assert after < before, f"{loss!r} in {host}: {before} at first, {after} in the end"
        return "trains"
    assert before == after
    return "judges"
