"""Plain TensorFlow: loops of one's own, replicas, and programs saved with a loss inside."""

import os
import subprocess
import sys

import numpy as np
import pytest
import tensorflow as tf

import lossary
from lossary.adapters.tensorflow import across
from tests.house.rooms import ROOT

RNG = np.random.default_rng(0)
P, T = RNG.normal(size=(12, 3)).astype("float32"), RNG.normal(size=(12, 3)).astype("float32")
REPLICAS = ("tests/adapters/tensorflow_replicas.py", "tests/adapters/keras_replicas.py")
LOADED = """
import sys, numpy, tensorflow as tf
judge = tf.saved_model.load(sys.argv[1])
data = numpy.load(sys.argv[2])
assert "lossary" not in sys.modules
p, t, w = (data[name] for name in "ptw")
print(judge.loss(p[:7], t[:7], w[:7]).numpy(), *judge.slope(p, t, w).numpy()[0])
"""


def test_two_replicas_pass_their_tests_with_keras_and_without():
    path = os.pathsep.join([str(ROOT / "src"), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "pytest", "-q", "--tb=short", "-p", "no:cacheprovider"]
    ran = subprocess.run(
        [*command, "-p", "no:xdist", *REPLICAS],
        capture_output=True, text=True, check=False, timeout=300, cwd=ROOT,
        env=os.environ | {"PYTHONPATH": path, "KERAS_BACKEND": "tensorflow"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]


@pytest.mark.parametrize(
    "loss", [lossary.Quantile(level=0.9), lossary.InfoNCE(), lossary.RootMeanSquaredError()]
)
def test_without_replicas_it_is_the_loss_itself(loss):
    p, t = tf.constant(P), tf.constant(T)
    assert float(tf.function(across)(loss, p, t)) == float(tf.function(loss)(p, t))
    assert float(across(loss, p, t)) == float(loss(p, t))


def test_a_loop_of_ones_own_trains_on_batches_of_any_size():
    loss = lossary.TweedieDeviance(power=1.3)
    y = np.exp(RNG.normal(size=100)).astype("float32")
    bias, rate = tf.Variable(0.0), tf.Variable(0.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def step(rows):
        with tf.GradientTape() as tape:
            value = loss(tf.fill(tf.shape(rows), bias), rows)
        bias.assign_sub(0.5 * tape.gradient(value, bias))
        rate.assign(value)

    for _ in range(60):
        step(y)
    step(y[:7])  # a ragged batch is not traced anew
    assert step.experimental_get_tracing_count() == 1
    for _ in range(30):
        step(y)
    np.testing.assert_allclose(np.exp(bias.numpy()), y.mean(), 1e-5)  # its best constant
    np.testing.assert_allclose(rate.numpy(), loss(np.full(100, bias.numpy()), y), 1e-5)


def test_a_saved_program_needs_no_lossary(tmp_path):
    loss = lossary.Quantile(level=0.9)
    signature = [tf.TensorSpec([None, 3], tf.float32)] * 2 + [tf.TensorSpec([None, 3], tf.float32)]
    judge = tf.Module()
    judge.loss = tf.function(lambda p, t, w: loss(p, t, weight=w), signature)

    def slope(p, t, w):
        with tf.GradientTape() as tape:
            tape.watch(p)
            value = loss(p, t, weight=w)
        return tape.gradient(value, p)

    judge.slope = tf.function(slope, signature)
    tf.saved_model.save(judge, tmp_path / "judge")
    w = RNG.uniform(0, 2, P.shape).astype("float32")
    np.savez(tmp_path / "data.npz", p=P, t=T, w=w)
    ran = subprocess.run(
        [sys.executable, "-c", LOADED, str(tmp_path / "judge"), str(tmp_path / "data.npz")],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    value, *slopes = map(float, ran.stdout.split())
    np.testing.assert_allclose(value, loss(P[:7], T[:7], weight=w[:7]), 1e-6)  # single precision
    np.testing.assert_allclose(slopes, loss.gradient(P, T, weight=w, reduction="mean")[0], 1e-6)


@pytest.mark.parametrize("loss", [lossary.Quantile(level=0.9), lossary.InfoNCE()], ids=str)
def test_a_loss_is_compiled_by_xla_in_one_piece(loss):
    found = tf.function(loss, jit_compile=True)(tf.constant(P), tf.constant(T))
    np.testing.assert_allclose(found, loss(P, T), 2e-6)  # single precision, in another order
