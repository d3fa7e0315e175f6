"""One framework, one device; compiled, traced, mapped and mixed-precision calls."""

import subprocess
import sys

import jax
import numpy as np
import pytest
import tensorflow as tf
import torch

import lossary
from lossary.backends import backend_named
from lossary.errors import BackendError, DomainError, ShapeError

P, T = np.linspace(-2, 2, 6), np.asarray([0.0, 1, 0, 1, 1, 0])


def python(code: str) -> str:
    """Run code in a fresh interpreter."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("one", "other"),
    [(torch.tensor(P), T), (P, jax.numpy.asarray(T)), (tf.constant(P), torch.tensor(T))],
)
def test_two_frameworks_do_not_mix(one, other):
    with pytest.raises(BackendError, match="must come from one framework, but got"):
        lossary.Huber()(one, other)
    with pytest.raises(BackendError, match="one framework"):
        lossary.Huber()(one, one, weight=other)


def test_two_devices_do_not_mix():
    with pytest.raises(BackendError, match="one device, but they are on cpu, meta"):
        lossary.Huber()(torch.tensor(P), torch.tensor(T, device="meta"))


def test_two_devices_of_jax_do_not_mix():
    told = python(
        "import os; os.environ['XLA_FLAGS'] = '--xla_force_host_platform_device_count=2'\n"
        "import jax, lossary\n"
        "one, other = (jax.device_put(jax.numpy.ones(3), d) for d in jax.devices())\n"
        "try: lossary.Huber()(one, other)\n"
        "except lossary.errors.BackendError as error: print(error)"
    )
    assert "one device" in told


@pytest.mark.parametrize("wrong", [[1.0, 2.0], 3.0, None, "abc"])
def test_what_is_no_array_is_refused(wrong):
    with pytest.raises(BackendError, match="expected arrays of NumPy, PyTorch, JAX or TensorFlow"):
        lossary.Huber()(wrong, P)


def test_calling_with_numpy_imports_no_framework():
    told = python(
        "import sys, numpy as np, lossary\n"
        "lossary.CrossEntropy()(np.ones((2, 3)), np.asarray([0, 1]))\n"
        "lossary.CrossEntropy().gradient(np.ones((2, 3)), np.asarray([0, 1]))\n"
        "print(sorted({'torch', 'jax', 'tensorflow', 'keras', 'scipy'} & set(sys.modules)))"
    )
    assert told == "[]"


def test_the_first_call_of_a_process_may_be_a_compiled_one():
    told = python(
        "import torch, lossary\n"
        "whole = torch.compile(lambda p, t: lossary.CrossEntropy(smoothing=0.1)(p, t),\n"
        "                      fullgraph=True, backend='aot_eager')\n"
        "print(float(whole(torch.zeros(4, 3), torch.tensor([0, 1, 2, 0]))))"
    )
    assert float(told) == pytest.approx(np.log(3))


def test_one_compilation_serves_many_batch_sizes():
    whole = torch.compile(
        lambda p, t, m: lossary.BinaryCrossEntropy()(p, t, mask=m),
        fullgraph=True, dynamic=True, backend="aot_eager",
    )  # fmt: skip
    for size in (5, 9, 3):
        p, t = torch.tensor(P[:1]).repeat(size), torch.ones(size, dtype=torch.float64)
        found = whole(p, t, torch.ones(size, dtype=torch.bool))
        assert found.item() == pytest.approx(np.log1p(np.exp(2.0)))


@pytest.mark.filterwarnings("ignore::DeprecationWarning:torch")  # of its own code generator
def test_the_code_generator_of_torch_agrees():
    """All other laws stop before code is generated; here it is, for one loss of each kind."""
    for loss, arrays in (
        (lossary.Huber(), (torch.randn(8, 3), torch.randn(8, 3))),
        (lossary.CrossEntropy(smoothing=0.1), (torch.randn(8, 3), torch.randint(0, 3, (8,)))),
        (lossary.Dice(), (torch.rand(8, 3), torch.randint(0, 3, (8,)))),
        (lossary.InfoNCE(), (torch.randn(8, 3), torch.randn(8, 3))),
    ):
        whole = torch.compile(lambda *given, loss=loss: loss(*given), fullgraph=True)
        torch.testing.assert_close(whole(*arrays), loss(*arrays))


def test_autocast_does_not_reach_inside():
    rows = torch.randn(8, 16, generator=torch.Generator().manual_seed(0))
    outside = lossary.InfoNCE()(rows, rows)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert torch.equal(lossary.InfoNCE()(rows, rows), outside)


@pytest.mark.parametrize("loss", [lossary.Huber(), lossary.RootMeanSquaredError()], ids=repr)
def test_a_gradient_is_found_under_no_grad_too(loss):
    p, t = torch.tensor(P), torch.tensor(T)
    expected = loss.gradient(p, t)
    with torch.no_grad():
        assert torch.equal(loss.gradient(p, t), expected)


@pytest.mark.parametrize(
    "made",
    [
        lambda xp, x: xp.sum(xp.matmul(x, xp.matrix_transpose(x)) ** 2),
        lambda xp, x: xp.sum(xp.max(x * x, axis=-1)),
        lambda xp, x: xp.sum(x[..., 0] * x[..., 0] * x[..., 1]),
        lambda xp, x: xp.sum(xp.mean(x, axis=-1) ** 2) + xp.mean(x**3),
        lambda xp, x: xp.sum(xp.stack((x, x * x), axis=-1)[..., 1] * xp.logsumexp(x)[..., None]),
    ],
    ids=["matmul", "max", "entries", "mean", "stack"],
)
def test_the_tape_of_numpy_differentiates_as_torch_does(made):
    x = np.asarray([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])
    ours, theirs = backend_named("numpy"), backend_named("torch")
    found = ours.gradient(lambda x: made(ours.xp, x), x)
    expected = theirs.gradient(lambda x: made(theirs.xp, x), torch.tensor(x)).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-13)


def test_the_tape_of_numpy_adds_up_what_is_read_twice_and_shares_what_is_tied():
    numpy, x = backend_named("numpy"), np.asarray([2.0, 5.0, 5.0])
    assert numpy.gradient(lambda x: numpy.xp.sum(x[np.asarray([0, 0, 1])]), x).tolist() == [2, 1, 0]
    assert numpy.gradient(lambda x: numpy.xp.max(x), x).tolist() == [0, 0.5, 0.5]


@pytest.mark.parametrize(
    ("made", "slope"),
    [
        (lambda x: np.sum(np.cos(x) * np.sin(2 * x)), lambda x: _product_slope(x)),
        (lambda x: np.square(x).mean(), lambda x: 2 * x / 6),
        (lambda x: (x.mean(axis=(0, 1)) + x.sum(-1) ** 2).sum(), lambda x: _sums_slope(x)),
        (lambda x: (x.T * np.arange(6.0).reshape(3, 2)).sum(), lambda x: _turned(x)),
        (lambda x: x.mean(0, keepdims=True).sum(), lambda x: 0 * x + 0.5),
    ],
    ids=["cos_sin", "square", "sums", "turned", "kept"],
)
def test_the_tape_of_numpy_takes_callers_functions_and_methods(made, slope):
    x = np.asarray([[0.3, -1.2, 2.0], [0.7, 0.1, -0.4]])
    np.testing.assert_allclose(backend_named("numpy").gradient(made, x), slope(x), rtol=1e-12)


def _product_slope(x):
    return 2 * np.cos(x) * np.cos(2 * x) - np.sin(x) * np.sin(2 * x)


def _sums_slope(x):
    return 2 / 6 + 2 * x.sum(-1, keepdims=True) + 0 * x


def _turned(x):
    return np.arange(6.0).reshape(3, 2).T


def test_jax_maps_and_differentiates_twice():
    loss = lossary.SigmoidFocal()
    each = jax.vmap(lambda p, t: loss(p, t))(P[:, None], T[:, None])
    np.testing.assert_allclose(each, loss(P, T, reduction="none"), rtol=1e-12)
    second = jax.vmap(jax.grad(jax.grad(lambda p, t: loss(p, t))))(P, T)
    assert np.isfinite(second).all()


def test_torch_differentiates_twice_and_maps():
    loss = lossary.BinaryCrossEntropy()
    p, t = torch.tensor(P), torch.tensor(T)
    second = torch.func.vmap(torch.func.grad(torch.func.grad(lambda p, t: loss(p, t))))(p, t)
    torch.testing.assert_close(second, torch.sigmoid(p) * torch.sigmoid(-p))


def test_a_traced_tensorflow_function_may_not_know_its_sizes():
    @tf.function(input_signature=[tf.TensorSpec([None, 3]), tf.TensorSpec([None], tf.int64)])
    def whole(p, t):
        return lossary.CrossEntropy()(p, t)

    assert float(whole(tf.zeros([4, 3]), tf.constant([0, 1, 2, 0], tf.int64))) == pytest.approx(
        np.log(3), rel=1e-6
    )
    assert float(whole(tf.zeros([0, 3]), tf.zeros([0], tf.int64))) == 0


def test_a_traced_wrong_shape_is_refused_as_well():
    with pytest.raises(ShapeError, match="Nothing is broadcast silently"):
        jax.jit(lossary.Huber())(jax.numpy.ones(3), jax.numpy.ones((3, 1)))


def test_every_framework_answers_to_the_same_words():
    words = {name: set(backend_named(name).xp.__all__) for name in ("numpy", "torch", "jax")}
    words["tensorflow"] = set(backend_named("tensorflow").xp.__all__)
    assert len({frozenset(each) for each in words.values()}) == 1


EDGES = np.asarray([-800.0, -40.0, -25.0, -1.0, -0.0, 0.0, 1e-9, 1.0, 25.0, 40.0, 800.0])
UNARY = ("abs", "sign", "exp", "expm1", "tanh", "sigmoid", "softplus")


@pytest.mark.parametrize("name", ["torch", "jax", "tensorflow"])
@pytest.mark.parametrize("word", [*UNARY, "log", "log1p", "sqrt"])
def test_a_word_means_the_same_number_and_slope_everywhere(name, word):
    edges = EDGES if word in UNARY else abs(EDGES) + 1e-3
    backend, reference = backend_named(name), backend_named("numpy")
    with reference.quiet():
        expected = getattr(reference.xp, word)(edges)
        slope = reference.gradient(
            lambda x: reference.xp.sum(getattr(reference.xp, word)(x)), edges
        )
    x = backend.array(edges)
    found = backend.numpy(getattr(backend.xp, word)(x))
    np.testing.assert_allclose(found, expected, rtol=3e-15, atol=5e-324)
    theirs = backend.gradient(lambda x: backend.xp.sum(getattr(backend.xp, word)(x)), x)
    # Frameworks take the slopes of sigmoid and expm1 from their results, to a last bit of one.
    np.testing.assert_allclose(backend.numpy(theirs), slope, rtol=3e-15, atol=3e-16)


@pytest.mark.parametrize("name", ["torch", "jax", "tensorflow"])
@pytest.mark.parametrize("word", ["logaddexp", "maximum", "minimum"])
def test_a_word_of_two_numbers_means_the_same_everywhere(name, word):
    pairs = [each.ravel() for each in np.meshgrid(EDGES, EDGES)]
    backend, reference = backend_named(name), backend_named("numpy")
    expected = getattr(reference.xp, word)(*pairs)
    found = backend.numpy(getattr(backend.xp, word)(*map(backend.array, pairs)))
    # A sum of exponentials just above one keeps the place of its digits, not their number.
    np.testing.assert_allclose(found, expected, rtol=3e-15, atol=1e-15)


@pytest.mark.parametrize("name", ["numpy", "torch", "jax", "tensorflow"])
def test_a_tie_has_one_slope(name):
    backend = backend_named(name)
    xp, x = backend.xp, backend.array(np.asarray([0.0, 1.0, np.nan]))
    one = backend.array(np.ones(3))
    for function, expected in (
        (lambda x: xp.maximum(x, 0.0), [1, 1]),
        (lambda x: xp.minimum(x, one), [1, 1]),
        (lambda x: xp.clip(x, min=0.0, max=1.0), [1, 1]),
        (lambda x: xp.maximum(0.0 * x, x), [0, 1]),
    ):
        assert np.isnan(backend.numpy(function(x))[2])
        slope = backend.numpy(backend.gradient(lambda x, f=function: xp.sum(f(x)), x))
        np.testing.assert_array_equal(slope[:2], expected)


@pytest.mark.parametrize("dynamic", [None, True])
def test_a_new_batch_size_is_not_compiled_again_and_again(dynamic):
    counted = []

    def backend(graph, inputs):
        counted.append(graph)
        return graph.forward

    whole = torch.compile(
        lambda p, t: lossary.SquaredError()(p, t), fullgraph=True, dynamic=dynamic, backend=backend
    )
    for size in range(2, 16):
        p = torch.randn(size, 5)
        torch.testing.assert_close(whole(p, 0 * p), (p * p).mean())
    assert len(counted) <= 2


def test_jax_in_its_usual_single_precision_does_not_warn():
    told = python(
        "import os, warnings; os.environ['JAX_ENABLE_X64'] = '0'; warnings.simplefilter('error')\n"
        "import jax, lossary; import jax.numpy as jnp\n"
        "p, t, m = jnp.ones(3), jnp.asarray([1, 0, 1]), jnp.ones(3, bool)\n"
        "print(lossary.BinaryCrossEntropy()(p, t, mask=m))\n"
        "print(jax.jit(lossary.CrossEntropy())(jnp.ones((3, 2)), t))\n"
        "print(lossary.CrossEntropy().parts(jnp.ones((3, 2)), t, mask=m).value)"
    )
    assert len(told.splitlines()) == 3


def test_sizes_that_only_the_running_program_knows_are_held_against_each_other():
    spec = tf.TensorSpec([None])

    @tf.function(input_signature=[spec, spec, spec])
    def whole(p, t, w):
        return lossary.SquaredError()(p, t, weight=w)

    assert float(whole(tf.ones(8), tf.zeros(8), tf.ones(8))) == 1
    for t, w in ((tf.zeros(1), tf.ones(8)), (tf.zeros(8), tf.ones(1))):
        with pytest.raises(tf.errors.InvalidArgumentError, match="sizes that do not fit"):
            whole(tf.ones(8), t, w)


def test_a_variable_is_taken_for_its_value():
    labels = tf.Variable([0, 1])
    scores = tf.Variable([[1.0, 2.0], [0.0, 3.0]])
    found = lossary.CrossEntropy(smoothing=0.1)(scores, labels, weight=tf.Variable([1.0, 2.0]))
    assert np.isfinite(float(found))


@pytest.mark.parametrize("name", ["numpy", "torch", "jax", "tensorflow"])
def test_values_are_checked_on_every_framework(name):
    backend = backend_named(name)
    scores, weight = backend.array(np.zeros((4, 3))), backend.array(np.asarray([1, 0, 2, 1]))
    loss = lossary.CrossEntropy()
    loss.check(scores, backend.array(np.asarray([0, 1, 2, 0])), weight=weight)
    with pytest.raises(DomainError, match=r"target\[3\] = 3"):
        loss.check(scores, backend.array(np.asarray([0, 1, 2, 3])))
    logs = backend.array(np.log(np.full((9, 7), 1 / 7)), "bfloat16" if name == "torch" else None)
    lossary.NegativeLogLikelihood().check(logs, backend.array(np.arange(9) % 7))


def test_a_check_lets_mapped_arrays_through():
    def checked(p, t):
        return lossary.Huber()(p, t, check="always")

    assert torch.func.vmap(checked)(torch.ones(3), torch.zeros(3)).shape == (3,)
    assert torch.func.grad(checked)(torch.ones(()), torch.zeros(())) == 1
