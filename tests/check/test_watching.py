"""A watched loss gives what the loss gives, and tells what is wrong with what it is given."""

import warnings

import numpy as np
import pytest
import torch

import lossary
from lossary.errors import ArgumentError, NonFiniteError, NonFiniteWarning, SuspicionWarning

P = np.asarray([0.3, 0.4, 1.0, 0.2], dtype=np.float32)
Y = np.asarray([0.0, 1.0, 1.0, 0.0], dtype=np.float32)


def binary(p, y):
    return -(y * torch.log(p) + (1 - y) * torch.log(1 - p)).mean()


def rooted(p, t):
    return torch.sqrt(((p - t) ** 2).mean())


def trained(loss, model, rows, targets, steps=4):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(steps):
        optimizer.zero_grad()
        loss(model(rows), targets).backward()
        optimizer.step()


def warned(call, kind=SuspicionWarning):
    with pytest.warns(kind) as found:
        call()
    return "\n".join(str(each.message) for each in found if issubclass(each.category, kind))


def quiet(call):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SuspicionWarning)
        return call()


def leaf(values):
    return torch.tensor(values).requires_grad_()


def test_a_softmax_before_cross_entropy_is_told_with_the_floor_that_it_sets():
    torch.manual_seed(0)
    model = torch.nn.Sequential(torch.nn.Linear(8, 10), torch.nn.Softmax(dim=1))
    loss = lossary.watch(torch.nn.CrossEntropyLoss())
    said = warned(lambda: trained(loss, model, torch.randn(32, 8), torch.randint(0, 10, (32,))))
    assert "1.46 for 10 classes" in said
    assert said.count("sums to one") == 1, "three batches say it once"


def test_a_sound_run_is_silent_and_gives_the_same_numbers():
    torch.manual_seed(0)
    rows, targets = torch.randn(64, 8), torch.randint(0, 3, (64,))
    models = [torch.nn.Linear(8, 3) for _ in range(2)]
    models[1].load_state_dict(models[0].state_dict())
    watched = lossary.watch(torch.nn.CrossEntropyLoss())
    trained(torch.nn.CrossEntropyLoss(), models[0], rows, targets)
    trained(watched, models[1], rows, targets)
    assert torch.equal(models[0].weight, models[1].weight)
    assert watched.watcher.steps == 4
    assert not [each for each in watched.watcher.findings if each.severity != "INFO"]


@pytest.mark.parametrize(
    ("prediction", "target", "said"),
    [
        ((16, 1), (16,), "is spread over the other"),
        ((16,), (16,), None),
    ],
    ids=["column", "alike"],
)
def test_a_target_that_is_spread_over_the_batch_is_told(prediction, target, said):
    def squared(prediction, target):
        return ((prediction - target) ** 2).mean()

    loss = lossary.watch(squared)
    given = torch.randn(prediction, requires_grad=True), torch.randn(target)
    if said is None:
        loss(*given)
    else:
        assert said in warned(lambda: loss(*given))


def test_targets_of_0_and_255_are_told():
    loss = lossary.watch(torch.nn.BCEWithLogitsLoss())
    pixels = 255.0 * torch.randint(0, 2, (32,))
    assert "lie outside [0, 1]" in warned(lambda: loss(torch.randn(32, requires_grad=True), pixels))


def test_a_label_beyond_the_classes_is_told_before_it_harms():
    def picked(logits, target):
        return -torch.log_softmax(logits, -1).gather(1, target.clamp(max=2)[:, None]).mean()

    loss = lossary.watch(picked, prediction="scores", target="labels", shapes="n k, n")
    labels = torch.randint(0, 3, (32,))
    labels[3] = 7
    said = warned(lambda: loss(torch.randn(32, 3, requires_grad=True), labels))
    assert "not among 0 to 2; the first is 7" in said


def test_a_prediction_that_hangs_on_no_weight_is_told():
    loss = lossary.watch(torch.nn.MSELoss())
    assert "hang on any weight" in warned(lambda: loss(torch.randn(16), torch.randn(16)))
    loss = lossary.watch(torch.nn.MSELoss())
    with torch.no_grad():  # an evaluation is no mistake
        loss(torch.randn(16), torch.randn(16))


def test_a_term_that_moves_nothing_is_named():
    terms = lossary.SquaredError() + 1e-9 * lossary.AbsoluteError()
    loss = lossary.watch(terms)
    said = warned(lambda: loss(torch.randn(32, requires_grad=True), torch.randn(32)))
    assert "AbsoluteError" in said
    assert "moves nothing" in said


def test_a_few_rows_that_carry_the_gradient_are_told():
    loss = lossary.watch(torch.nn.MSELoss())
    target = torch.randn(200)
    target[7] = 1e6
    said = warned(lambda: loss(torch.randn(200, requires_grad=True), target))
    assert "top 1 % of the rows carry 100% of the gradient" in said


def test_a_lost_number_is_traced_to_its_operation_entry_and_line():
    loss = lossary.watch(binary)
    said = warned(lambda: quiet(lambda: loss(leaf(P), torch.tensor(Y))), NonFiniteWarning)
    assert "log(0) gives -inf at entry [2], in test_watching.py" in said
    assert "mul(0, -inf) gives nan at entry [2]" in said


def test_a_lost_gradient_is_traced_from_the_step_after():
    loss = lossary.watch(rooted)

    def steps():
        exact = leaf(P)
        loss(exact, exact.detach().clone())
        quiet(lambda: loss(exact * float("nan"), exact.detach()))

    said = warned(steps, NonFiniteWarning)
    assert "had no gradient on the batch before: the derivative of sqrt gives inf" in said
    assert "return torch.sqrt(" in said


def test_a_model_that_loses_a_number_itself_is_not_blamed_on_the_loss():
    loss = lossary.watch(rooted)

    def steps():
        loss(leaf(P), torch.tensor(Y))
        quiet(lambda: loss(leaf(P) * float("nan"), torch.tensor(Y)))

    assert "they come from the model" in warned(steps, NonFiniteWarning)


def test_on_nan_raise_stops_before_the_weights_are_spoilt():
    loss = lossary.watch(binary, on_nan="raise")
    with pytest.raises(NonFiniteError, match="log"):
        quiet(lambda: loss(leaf(P), torch.tensor(Y)))
    with pytest.raises(ArgumentError, match="expected one of warn, raise"):
        lossary.watch(binary, on_nan="stop")


def test_an_infinity_that_a_mask_means_is_no_lost_number():
    def masked(logits, target):
        open_ = logits.masked_fill(torch.arange(4) == 3, -torch.inf)
        return torch.nn.functional.cross_entropy(open_, target)

    loss = lossary.watch(masked)
    quiet(lambda: loss(torch.randn(8, 4, requires_grad=True), torch.zeros(8, dtype=torch.long)))
    assert loss.watcher.lost == 0


def test_no_step_keeps_the_graph_of_the_one_before():
    loss = lossary.watch(torch.nn.MSELoss())
    prediction = torch.randn(8, requires_grad=True) * 2
    loss(prediction, torch.randn(8))
    arrays, _, value = loss.watcher._last[1]
    assert not any(each.requires_grad for each in (*arrays, value))


def test_steps_that_are_compiled_after_the_first_are_let_pass():
    import jax
    import jax.numpy as jnp

    def squared(p, t):
        return ((p - t) ** 2).mean()

    loss = lossary.watch(squared)
    for _ in range(4):
        loss(jnp.asarray(P), jnp.asarray(Y))
    quiet(lambda: jax.jit(loss)(jnp.asarray(P), jnp.asarray(Y)))
    assert loss.watcher.steps == 4
    rows = torch.func.vmap(lossary.watch(torch.nn.L1Loss()))
    assert quiet(lambda: rows(torch.eye(3), torch.eye(3))).sum() == 0


def test_a_module_stays_a_module():
    loss = lossary.watch(torch.nn.CrossEntropyLoss(weight=torch.ones(3)))
    assert isinstance(loss, torch.nn.Module)
    assert loss.double().loss.weight.dtype is torch.float64


def test_numpy_says_the_line():
    def numpy_binary(p, y):
        return -(y * np.log(p) + (1 - y) * np.log(1 - p)).mean()

    def call():
        with np.errstate(all="ignore"):
            quiet(lambda: lossary.watch(numpy_binary)(P, Y))

    said = warned(call, NonFiniteWarning)
    assert "log gives inf at entry [2], in test_watching.py" in said


def test_jax_says_the_operation_also_within_a_compiled_program():
    import threading

    import jax
    import jax.numpy as jnp

    def jax_binary(p, y):
        return -(y * jnp.log(p) + (1 - y) * jnp.log(1 - p)).mean()

    loss = lossary.watch(jax_binary)
    step = jax.jit(jax.value_and_grad(loss))

    def call():
        quiet(lambda: jax.block_until_ready(step(jnp.asarray(P), jnp.asarray(Y))))
        jax.effects_barrier()
        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join(10)

    assert "log(0) gives -inf at entry [2]" in warned(call, NonFiniteWarning)


def test_tensorflow_says_the_operation():
    import tensorflow as tf

    def tf_binary(p, y):
        return -tf.reduce_mean(y * tf.math.log(p) + (1 - y) * tf.math.log(1 - p))

    loss = lossary.watch(tf_binary)
    said = warned(lambda: quiet(lambda: loss(tf.constant(P), tf.constant(Y))), NonFiniteWarning)
    assert "log gives -inf, in test_watching.py" in said


def test_keras_trains_with_a_watched_loss():
    import keras

    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.layers.Dense(4, activation="softmax")])
    loss = lossary.watch(keras.losses.CategoricalCrossentropy(from_logits=True))
    model.compile(optimizer="sgd", loss=loss, run_eagerly=True)
    rows = np.random.default_rng(0).normal(size=(32, 5)).astype("float32")
    targets = np.eye(4, dtype="float32")[np.arange(32) % 4]

    def fit():
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=".*received `from_logits=True`")
            model.fit(rows, targets, epochs=1, verbose=0)

    assert "as after a softmax" in warned(fit)
