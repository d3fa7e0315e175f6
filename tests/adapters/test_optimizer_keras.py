"""Optimizers in Keras: the losses of Keras' own, schedules, callbacks, saved and loaded, refusals.

All of it holds on each backend; the last test runs it again on JAX and PyTorch.
"""

import keras
import numpy as np
import pytest

from lossary.adapters.keras import KerasOptimizer, optimizer
from lossary.errors import ArgumentError, DomainError
from lossary.optimizers import (
    LBFGS,
    SGD,
    Adam,
    ClipByGlobalNorm,
    ExponentialMovingAverage,
    Momentum,
    Muon,
    NAdam,
    Polyak,
    Prodigy,
    RMSProp,
    ScheduleFreeAdamW,
    SophiaG,
)
from lossary.schedules import Cosine
from tests.adapters.test_keras_elsewhere import run

pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")  # Keras' own
CLOSE = 1e-5
"""Sixteen steps in single precision, in which Keras' own 1 - beta**step loses some digits."""
ELSEWHERE = {
    "torch": "not around_a_step",
    # Every operation that JAX has not met is compiled, so it is asked each thing once.
    "jax": "Adam or carries or schedules_of or weights_back or half or accumulated or Moving",
}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(48, 3)).astype("float32")
Y = np.sin(X.sum(1, keepdims=True))
OWN = keras.optimizers
PAIRS = {
    "SGD": (SGD(learning_rate=0.1), lambda **k: OWN.SGD(0.1, **k)),
    "Momentum": (Momentum(learning_rate=0.05), lambda **k: OWN.SGD(0.05, momentum=0.9, **k)),
    "Adam": (Adam(learning_rate=0.01, epsilon=1e-12), lambda **k: OWN.Adam(0.01, epsilon=1e-12)),
    "RMSProp": (
        RMSProp(learning_rate=0.01, epsilon=1e-12), lambda **k: OWN.RMSprop(0.01, epsilon=1e-12)
    ),
}  # fmt: skip


def model(dtype=None):
    keras.utils.set_random_seed(0)
    layers = keras.layers.Dense(5, "tanh", dtype=dtype), keras.layers.Dense(1, dtype=dtype)
    return keras.Sequential([keras.Input((3,)), *layers])


def trained(descent, epochs=4, net=None, compiled=False, rows=12, **given):
    """Train, and return the model and the losses of the epochs."""
    net = net or model()
    if descent is not None:  # TensorFlow takes seconds to compile what runs in milliseconds
        eager = keras.backend.backend() == "tensorflow" and not compiled
        net.compile(descent, loss="mse", run_eagerly=eager)
    shown = net.fit(X, Y, rows, epochs, verbose=0, shuffle=False, **given)
    return net, np.asarray(shown.history["loss"])


def close(one, other, bound=CLOSE):
    assert (np.abs(one - other) < bound * np.abs(other)).all()
    assert one[-1] < 0.97 * one[0]


@pytest.mark.parametrize("name", PAIRS)
def test_its_losses_are_those_of_keras(name):
    ours, theirs = PAIRS[name]
    compiled = name == "Adam"
    close(trained(optimizer(ours), compiled=compiled)[1], trained(theirs(), compiled=compiled)[1])


@pytest.mark.parametrize(
    "settings",
    [
        {"clipnorm": 0.1}, {"global_clipnorm": 0.1}, {"clipvalue": 0.01}, {"weight_decay": 0.1},
        {"gradient_accumulation_steps": 3}, {"loss_scale_factor": 8.0},
        {"use_ema": True, "ema_momentum": 0.9, "ema_overwrite_frequency": 2},
    ],
    ids=lambda settings: next(iter(settings)),
)  # fmt: skip
def test_what_keras_does_around_a_step_it_does_here_too(settings):
    ours, theirs = PAIRS["Momentum"]
    close(trained(optimizer(ours, **settings))[1], trained(theirs(**settings))[1])


def test_accumulated_gradients_are_one_step():
    net, _ = trained(optimizer(Adam(learning_rate=0.01), gradient_accumulation_steps=4), 1)
    other, _ = trained(optimizer(Adam(learning_rate=0.01)), 1, rows=48)
    for one, wanted in zip(net.get_weights(), other.get_weights(), strict=True):
        assert np.allclose(one, wanted, rtol=1e-4, atol=1e-5)
    trained(None, 1, net)
    trained(None, 1, other, rows=48)
    for one, wanted in zip(net.get_weights(), other.get_weights(), strict=True):
        assert np.allclose(one, wanted, rtol=1e-4, atol=1e-5)


def test_a_rule_that_carries_numbers_walks_as_it_does_by_itself():
    rule, net = NAdam(learning_rate=0.1), model()
    descent = optimizer(rule)
    descent.build(net.trainable_variables)
    places = net.get_weights()
    state = rule.init(places)
    for step in range(5):
        slopes = [np.cos(each + step).astype("float32") for each in places]
        descent.apply([keras.ops.convert_to_tensor(each) for each in slopes])
        change, state = rule.step(slopes, state, places)
        places = [place + each for place, each in zip(places, change, strict=True)]
    for one, wanted in zip(net.get_weights(), places, strict=True):
        assert np.allclose(one, wanted, rtol=1e-5, atol=1e-6)


def test_the_learning_rate_is_a_variable_that_callbacks_set():
    def slower(epoch, rate):
        return rate * 0.5

    ours, theirs = PAIRS["Adam"]
    found = []
    for descent in (optimizer(ours), theirs()):
        callback = keras.callbacks.LearningRateScheduler(slower)
        net, losses = trained(descent, callbacks=[callback])
        found.append(losses)
        assert float(net.optimizer.learning_rate) == pytest.approx(0.01 * 0.5**4)
    close(*found)


def test_schedules_of_keras_and_of_ours_are_followed():
    theirs = OWN.schedules.CosineDecay(0.1, 16)
    wanted = trained(OWN.SGD(theirs))[1]
    close(trained(optimizer(SGD(learning_rate=Cosine(peak=0.1, steps=16))))[1], wanted)
    close(trained(optimizer(SGD(), learning_rate=theirs))[1], wanted)


@pytest.mark.parametrize(
    "rule",
    [
        Adam(learning_rate=Cosine(peak=0.05, steps=60)), NAdam(), Muon(), Prodigy(),
        ScheduleFreeAdamW(learning_rate=0.05, warm_up=5),
        ExponentialMovingAverage(of=ClipByGlobalNorm(of=NAdam(), limit=0.1)),
    ],
    ids=lambda rule: rule.label,
)  # fmt: skip
def test_saved_and_loaded_goes_on_bit_for_bit(rule, tmp_path):
    net, _ = trained(optimizer(rule), 2, compiled=rule == NAdam())
    file = tmp_path / "model.keras"
    net.save(file)
    again = keras.models.load_model(file)
    assert isinstance(again.optimizer, KerasOptimizer)
    assert again.optimizer.rule == rule
    for one, other in zip(net.optimizer.variables, again.optimizer.variables, strict=True):
        assert np.array_equal(*map(keras.ops.convert_to_numpy, (one, other)))
    for each in (net, again):
        trained(None, 2, net=each)
    for one, other in zip(net.get_weights(), again.get_weights(), strict=True):
        assert np.array_equal(one, other)


def test_configuration_is_plain_data():
    descent = optimizer(Adam(beta1=0.8), clipnorm=2.0, name="slow")
    data = OWN.serialize(descent)
    assert data["registered_name"] == "lossary>KerasOptimizer"
    again = OWN.deserialize(data)
    assert again.get_config() == descent.get_config()
    assert (again.rule, again.clipnorm, again.name) == (descent.rule, 2.0, "slow")
    assert repr(again) == f"KerasOptimizer({descent.rule!r})"


def test_evaluating_swaps_the_averages_in_and_the_weights_back():
    rule = ScheduleFreeAdamW(learning_rate=0.05)
    net, _ = trained(optimizer(rule), 2)
    before = net.get_weights()
    bases = [keras.ops.convert_to_numpy(memory["base"][0]) for memory in net.optimizer._memory]
    wanted = [base + (each - base) / 0.9 for base, each in zip(bases, before, strict=True)]
    with net.optimizer.evaluating():
        for one, other in zip(net.get_weights(), wanted, strict=True):
            assert np.allclose(one, other, rtol=1e-5, atol=1e-7)
        assert not np.array_equal(net.get_weights()[0], before[0])
    for one, other in zip(net.get_weights(), before, strict=True):
        assert np.array_equal(one, other)


def test_half_precision_is_remembered_in_single():
    net, losses = trained(optimizer(Adam(learning_rate=0.02)), net=model("bfloat16"))
    memory = net.optimizer._memory[0]
    assert keras.backend.standardize_dtype(memory["mean"][0].dtype) == "float32"
    assert keras.backend.standardize_dtype(net.trainable_variables[0].dtype) == "bfloat16"
    assert losses[-1] < 0.9 * losses[0]


def test_rows_of_a_table_that_are_not_looked_up_move_as_with_zeros():
    found = []
    for descent in (optimizer(PAIRS["Adam"][0]), PAIRS["Adam"][1]()):
        keras.utils.set_random_seed(0)
        table = keras.layers.Embedding(4, 2)
        net = keras.Sequential([keras.Input((1,), dtype="int32"), table, keras.layers.Flatten()])
        net.compile(descent, loss="mse")
        net.fit(np.arange(12)[:, None] % 4, np.ones((12, 2)), 2, 4, verbose=0, shuffle=False)
        found.append(net.get_weights()[0])
    assert np.allclose(*found, rtol=1e-4)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: optimizer(Polyak()), "needs more than the gradient .loss."),
        (lambda: optimizer(LBFGS(line_search="strong_wolfe")), "needs more .*closure"),
        (lambda: optimizer(SophiaG()), "needs more .*curvature"),
        (lambda: optimizer(Adam), "call a class"),
        (lambda: optimizer(SGD(learning_rate=(0.1, 0.2))), "2 trials"),
    ],
)
def test_what_keras_cannot_hand_over_is_refused(make, told):
    with pytest.raises(ArgumentError, match=told):
        make()


def test_a_schedule_of_keras_is_sent_to_where_it_is_taken():
    hint = r"adapters\.keras\.optimizer\(Adam\(\), learning_rate=\.\.\.\)"
    with pytest.raises(DomainError, match=hint):
        Adam(learning_rate=OWN.schedules.CosineDecay(0.1, 16))


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="it is run from there")
@pytest.mark.parametrize("backend", ELSEWHERE)
def test_on_another_backend_it_passes_the_same_tests(backend):
    assert run(backend, [__file__, "-k", ELSEWHERE[backend]]) >= 8
