"""Models trained in Keras by our losses: as by Keras' own, to the same optimum, saved and loaded.

All of it holds on each backend; `test_keras_elsewhere` runs it again on JAX and PyTorch.
"""

import json
import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

import lossary
from lossary.adapters.keras import KerasLoss, KerasMetric, check
from lossary.domains import scores
from lossary.errors import DomainError, ShapeError, SuspicionWarning

pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # Keras' own
SAME = 2e-6
"""Weights near one after eight steps in single precision, each rounded a few times by 6e-8."""
CLOSE = 3e-6
"""Single precision, a dozen roundings and those of the sums."""
BATCH = 32
RNG = np.random.default_rng(0)
BACKEND = keras.backend.backend()


def table(load, rows=100):
    """Return standardised columns and the target of rows in random order; their end is ragged."""
    x, y = load(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))[:rows]
    return ((x - x.mean(0)) / x.std(0))[order].astype("float32"), y[order]


AMOUNTS, PATIENTS, WINES = table(load_diabetes), table(load_breast_cancer), table(load_wine)
WEIGHT = RNG.uniform(0, 2, 100)
HOT = np.eye(3)[WINES[1]]


def model(x, outputs=1, activation=None):
    keras.utils.set_random_seed(0)
    return keras.Sequential([keras.Input(x.shape[1:]), keras.layers.Dense(outputs, activation)])


def trained(net, x, y, loss, weight=WEIGHT, epochs=2, **settings):
    net.compile(keras.optimizers.SGD(0.1), loss=loss, **settings)
    net.fit(x, y, BATCH, epochs, verbose=0, shuffle=False, sample_weight=weight)
    return net


# ---- beside Keras' own ---------------------------------------------------------------------------

OWN = keras.losses
PAIRS = {
    "MeanSquaredError": (
        *AMOUNTS, 1, lossary.SquaredError(), lambda: OWN.MeanSquaredError(), lambda y: y / 100
    ),
    "Huber": (
        *AMOUNTS, 1, lossary.Huber(delta=0.5), lambda: OWN.Huber(delta=0.5), lambda y: y / 100
    ),
    "BinaryCrossentropy": (
        *PATIENTS, 1, lossary.BinaryCrossEntropy(),
        lambda: OWN.BinaryCrossentropy(from_logits=True), lambda y: y,
    ),
    "SparseCategoricalCrossentropy": (
        *WINES, 3, lossary.CrossEntropy(),
        lambda: OWN.SparseCategoricalCrossentropy(from_logits=True), lambda y: y,
    ),
    "CategoricalCrossentropy": (
        *WINES, 3, lossary.CrossEntropy(smoothing=0.1),
        lambda: OWN.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1),
        lambda y: np.eye(3)[y],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PAIRS)
def test_a_model_trains_as_with_keras_own_loss(name):
    x, y, outputs, ours, theirs, made = PAIRS[name]
    found = trained(model(x, outputs), x, made(y), KerasLoss(ours, "sum_over_batch_size"))
    expected = trained(model(x, outputs), x, made(y), theirs())
    start = model(x, outputs).get_weights()[0]
    for own, their in zip(found.get_weights(), expected.get_weights(), strict=True):
        np.testing.assert_allclose(own, their, 0, SAME)
    assert abs(start - found.get_weights()[0]).max() > 0.05  # it has moved


def test_a_model_of_log_rates_trains_as_one_of_rates_with_keras_poisson():
    x, y = AMOUNTS[0], AMOUNTS[1] / 100
    ours = trained(model(x), x, y, KerasLoss(lossary.PoissonNLL(), "sum_over_batch_size"))
    theirs = trained(model(x, 1, "exponential"), x, y, OWN.Poisson())
    for own, their in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(own, their, 0, 5 * SAME)  # Keras adds 1e-7 to each rate


def test_class_weights_of_fit_are_those_of_keras_own_loss():
    x, y = WINES
    found = []
    for loss in (
        KerasLoss(lossary.CrossEntropy(), "sum_over_batch_size"),
        OWN.SparseCategoricalCrossentropy(from_logits=True),
    ):
        net = model(x, 3)
        net.compile("sgd", loss=loss)
        net.fit(x, y, BATCH, verbose=0, shuffle=False, class_weight={0: 1.0, 1: 5.0, 2: 0.0})
        found.append(net.get_weights()[0])
    np.testing.assert_allclose(*found, 0, SAME)


def test_outputs_may_have_a_loss_each_by_object_or_name():
    x, y = WINES
    found = []
    for color, kind in (
        ("lossary>BinaryCrossEntropy", KerasLoss(lossary.CrossEntropy())),
        (OWN.BinaryCrossentropy(from_logits=True), OWN.CategoricalCrossentropy(from_logits=True)),
    ):
        keras.utils.set_random_seed(0)
        given = keras.Input(x.shape[1:])
        heads = {"color": keras.layers.Dense(1)(given), "kind": keras.layers.Dense(3)(given)}
        net = keras.Model(given, heads)
        net.compile("sgd", {"color": color, "kind": kind}, loss_weights={"color": 0.3, "kind": 2.0})
        log = net.fit(x, {"color": y == 0, "kind": HOT}, 50, verbose=0, shuffle=False).history
        found.append((net.get_weights(), [log[key][0] for key in sorted(log)]))
    for own, their in zip(*(weights for weights, _ in found), strict=True):
        np.testing.assert_allclose(own, their, 0, SAME)
    np.testing.assert_allclose(found[0][1], found[1][1], CLOSE)


# ---- the optimum ---------------------------------------------------------------------------------

RATES = AMOUNTS[1] / 100
OPTIMA = {
    "focal": (lossary.SigmoidFocal(alpha=0.4, gamma=1.5), PATIENTS[1].astype(float), 1),
    "tweedie": (lossary.TweedieDeviance(power=1.3), RATES, 1),
    "huber": (lossary.Huber(delta=0.3), RATES, 1),
    "quantile": (lossary.Quantile(level=0.9), RATES, 1),
    "gaussian": (lossary.GaussianNLL(), RATES, 2),
}


@pytest.mark.parametrize("name", OPTIMA)
def test_a_constant_is_trained_to_the_best_one_on_every_backend(name):
    loss, y, outputs = OPTIMA[name]

    def cost(constant):
        rows = np.broadcast_to(constant, (100, outputs))
        return float(loss(rows if outputs > 1 else rows[:, 0], y, weight=WEIGHT))

    best = minimize(cost, np.zeros(outputs), method="Nelder-Mead", tol=1e-9).fun
    net, steps = model(np.zeros((1, 1)), outputs), 250
    rate = keras.optimizers.schedules.CosineDecay(0.1, steps)
    net.compile(keras.optimizers.Adam(rate), loss=KerasLoss(loss))
    many = np.tile(y, steps), np.tile(WEIGHT, steps)
    nothing = np.zeros((len(many[0]), 1), "float32")  # so that only the bias learns
    net.fit(nothing, many[0], len(y), sample_weight=many[1], verbose=0, shuffle=False)
    found = cost(net.get_weights()[1].astype(float))
    # 250 steps, the last ones tiny; a tenth of a thousandth of the loss is left to go at most.
    assert best <= found + 1e-9
    assert found <= best + 1e-4 * max(1.0, abs(best))
    assert cost(np.zeros(outputs)) > best + 1e-3  # there was something to learn


# ---- what a run shows ----------------------------------------------------------------------------


def test_a_metric_over_an_epoch_is_the_loss_of_all_its_rows():
    x, y = WINES
    judges = [lossary.CrossEntropy(), lossary.Dice().reading(scores)]
    judges += [judges[1] + 0.5 * judges[0]]
    net = model(x, 3)
    net.compile(
        "sgd", KerasLoss(judges[2]), metrics=[KerasMetric(judges[1], name="unweighted")],
        weighted_metrics=[KerasMetric(each, name=str(i)) for i, each in enumerate(judges)],
    )  # fmt: skip
    said = net.evaluate(x, y, BATCH, 0, WEIGHT, return_dict=True)
    p = net.predict(x, verbose=0)
    for i, judge in enumerate(judges):
        np.testing.assert_allclose(said[f"{i}"], float(judge(p, y, weight=WEIGHT)), CLOSE)
    np.testing.assert_allclose(said["unweighted"], float(judges[1](p, y)), CLOSE)
    assert abs(said["loss"] - said["2"]) > 1e-4  # Keras averages batches, ragged ones too


def test_early_stopping_knows_that_less_is_better():
    x, y = AMOUNTS[0], AMOUNTS[1] / 100
    net = model(x)
    net.compile("sgd", "lossary>Quantile", metrics=["lossary>Huber"])
    patient = keras.callbacks.EarlyStopping("lossary>Huber", patience=0, min_delta=9.0)
    assert len(net.fit(x, y, epochs=3, verbose=0, callbacks=[patient]).epoch) == 2
    assert patient.monitor_op(1.0, 2.0)


def test_masked_steps_do_not_train():
    loss = lossary.Quantile(level=0.9)
    x, y = RNG.normal(size=(8, 5, 2)).astype("float32"), RNG.normal(size=(8, 5, 1))
    there = np.arange(5) < np.asarray([5, 3, 1, 0, 4, 2, 5, 1])[:, None]
    padded = np.where(there[..., None], x, 0.0)
    unknown = np.where(there[..., None], y, np.nan)
    found = []
    for given, target, weight in ((padded, unknown, None), (x, y, there.astype(float))):
        keras.utils.set_random_seed(0)
        masking = [keras.layers.Masking()] if weight is None else []
        net = keras.Sequential([keras.Input((5, 2)), *masking, keras.layers.Dense(1)])
        trained(net, given, target, KerasLoss(loss), weight)
        found.append((net.get_weights(), net.evaluate(given, target, 8, 0, weight)))
    np.testing.assert_allclose(found[0][0][0], found[1][0][0], 0, SAME)
    np.testing.assert_allclose(found[0][1], found[1][1], CLOSE)


def test_half_precision_trains_on_the_loss_in_single():
    x, y = WINES
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy("mixed_float16")
    try:
        net = trained(model(1e4 * x, 3), 1e4 * x, y, KerasLoss(lossary.CrossEntropy()), None, 1)
        p = net.predict(1e4 * x, verbose=0)
        assert p.dtype == "float16"
        found = net.evaluate(1e4 * x, y, verbose=0)
    finally:
        keras.config.set_dtype_policy(before)
    np.testing.assert_allclose(found, lossary.CrossEntropy()(p, y), 1e-3)  # scores of 11 bits
    assert np.isfinite(found)


@pytest.mark.skipif(BACKEND != "tensorflow", reason="on JAX every step is; PyTorch takes a minute")
def test_a_compiled_step_trains_as_one_that_is_not():
    x, y = WINES
    loss = KerasLoss(lossary.CrossEntropy(class_weight=(1.0, 2.0, 3.0)))
    judge = KerasMetric(lossary.Dice().reading(scores))
    nets = [
        trained(model(x, 3), x, y, loss, metrics=[judge], **how)
        for how in ({"jit_compile": True}, {"run_eagerly": True})
    ]
    np.testing.assert_allclose(*(net.get_weights()[0] for net in nets), 0, SAME)


# ---- saved, and loaded elsewhere -----------------------------------------------------------------

LOADED = """
import json, sys
import keras, numpy
import lossary.adapters.keras
data = numpy.load(sys.argv[1] + "/data.npz")
net = keras.models.load_model(sys.argv[1] + "/net.keras")
said = net.evaluate(data["x"], data["y"], 32, 0, data["w"])
net.fit(data["x"], data["y"], 32, verbose=0, shuffle=False, sample_weight=data["w"])
print(json.dumps([repr(net.loss), said, [w.tolist() for w in net.get_weights()]]))
"""


def test_a_saved_model_goes_on_in_a_fresh_interpreter(tmp_path):
    x, y = WINES
    loss = KerasLoss(lossary.Dice(smooth=1.0) + 0.5 * lossary.CrossEntropy(smoothing=0.1))
    net = model(x, 3)
    net.compile(
        keras.optimizers.Adam(0.1), loss, metrics=["lossary>CrossEntropy"],
        weighted_metrics=[KerasMetric(lossary.Tversky(alpha=0.2).reading(scores))],
    )  # fmt: skip
    net.fit(x, y, BATCH, verbose=0, shuffle=False, sample_weight=WEIGHT)
    np.savez(tmp_path / "data.npz", x=x, y=y, w=WEIGHT)
    net.save(tmp_path / "net.keras")
    said = net.evaluate(x, y, BATCH, 0, WEIGHT)
    net.fit(x, y, BATCH, verbose=0, shuffle=False, sample_weight=WEIGHT)
    command = [sys.executable, "-W", "error::UserWarning", "-c", LOADED, str(tmp_path)]
    env = os.environ | {"KERAS_BACKEND": BACKEND}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, env=env)
    assert ran.returncode == 0, ran.stderr
    written, found, weights = json.loads(ran.stdout)
    assert written == repr(loss)
    np.testing.assert_allclose(found, said, CLOSE)
    for own, there in zip(net.get_weights(), weights, strict=True):
        np.testing.assert_allclose(own, there, 0, 10 * SAME)  # Adam divides by small slopes


# ---- classic mistakes ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("loss", "activation", "target", "error", "told"),
    [
        ("LogLoss", None, PATIENTS[1], DomainError, "prediction must lie in .0, 1."),
        ("BinaryCrossEntropy", "sigmoid", PATIENTS[1], SuspicionWarning, "as after a sigmoid"),
        ("BinaryCrossEntropy", None, PATIENTS[1] * 255, DomainError, r"= 255"),
        ("CrossEntropy", "softmax", WINES[1], DomainError, "as after a softmax"),
        ("CrossEntropy", None, WINES[1] + 1, DomainError, "labels start at 0"),
        ("CrossEntropy", None, AMOUNTS[1] / 7, DomainError, "no integers, the first"),
    ],
)
def test_a_classic_mistake_is_found_before_training(loss, activation, target, error, told):
    x = PATIENTS[0] if "Binary" in loss or "Log" in loss else WINES[0]
    net = model(x, 3 if loss == "CrossEntropy" else 1, activation)
    net.compile("sgd", f"lossary>{loss}")
    with pytest.raises(error, match=told):
        check(net, x, target)


def test_a_model_that_is_as_its_losses_mean_passes_and_is_not_trained():
    x, y = WINES
    net = model(x, 3)
    net.compile("sgd", KerasLoss(lossary.CrossEntropy()))
    before = net.get_weights()
    check(net, x, y, WEIGHT)
    with pytest.raises(DomainError, match="weight"):
        check(net, x, y, -WEIGHT)
    np.testing.assert_array_equal(before[0], net.get_weights()[0])
    net.compile("sgd", OWN.SparseCategoricalCrossentropy(from_logits=True))
    with pytest.raises(lossary.errors.ArgumentError, match=r"KerasLoss\(.*says it"):
        check(net, x, y)


@pytest.mark.parametrize(
    ("loss", "outputs", "target"),
    [("LogLoss", 1, PATIENTS[1]), ("CrossEntropy", 3, WINES[1] + 1)],
    ids=["logits where probabilities are read", "labels that start at 1"],
)
def test_a_mistake_that_is_not_looked_for_shows_as_nan(loss, outputs, target):
    x = PATIENTS[0]
    net = model(x, outputs)
    net.compile("sgd", f"lossary>{loss}")
    assert np.isnan(net.fit(x, target, verbose=0).history["loss"][0])


def test_a_column_against_a_table_is_told_in_fit():
    net = model(WINES[0])
    net.compile("sgd", KerasLoss(lossary.Quantile()))
    with pytest.raises(ShapeError, match="Quantile cannot read these shapes together"):
        net.fit(WINES[0], HOT, verbose=0)
