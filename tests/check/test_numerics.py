"""Numerical slopes that know what they do not know, and formulas followed in many digits."""

import jax.numpy as jnp
import numpy as np
import pytest
import torch
import torch.nn.functional as F  # noqa: N812

from lossary.adapters.foreign.hosts import host_named
from lossary.verifier.differing import difference
from lossary.verifier.numeric import directional, line_slope, numeric_slope
from lossary.verifier.numerics.reading import rounding
from lossary.verifier.oracle.exact import Oracle
from lossary.verifier.oracle.words import numbers, words

CURVES = {
    "exp": (np.exp, np.exp, 1.0),
    "log near zero": (np.log, lambda x: 1 / x, 0.05),
    "a far line": (lambda x: 3 * x, lambda x: 3.0, 1e4),
    "steep": (lambda x: np.tanh(20 * x), lambda x: 20 / np.cosh(20 * x) ** 2, 0.1),
}


@pytest.mark.parametrize("name", CURVES)
def test_the_error_bound_holds(name):
    function, slope, at = CURVES[name]
    found = line_slope(lambda step: float(function(at + step)))
    assert abs(found.value - slope(at)) <= found.error < 1e-3 * abs(slope(at))
    assert not found.kink
    assert not found.jump


def test_a_kink_has_two_sides_and_a_bend_has_one():
    kink = line_slope(lambda x: abs(x) + x**2)
    assert kink.kink
    assert (kink.left, kink.right) == pytest.approx((-1, 1), abs=1e-6)
    assert not line_slope(lambda x: x**2).kink


def test_a_jump_is_no_slope():
    assert line_slope(lambda x: float(x >= 0)).jump


@pytest.mark.parametrize("at", [0.0, 1e-9, 0.5, 1.0])
def test_the_domain_is_never_left(at):
    met = []

    def curve(array):
        met.append(float(array[0]))
        return float(array[0] ** 2)

    found = numeric_slope(curve, np.array([at]), 0.0, 1.0)
    assert min(met) >= 0
    assert max(met) <= 1
    assert found.value[0] == pytest.approx(2 * at, abs=1e-7)


def test_values_in_single_precision_widen_the_bound():
    def single(x):
        return float(np.float32(np.float32(1.3 + x) ** 2))

    found = line_slope(single)
    assert abs(found.value - 2.6) <= found.error < 0.1


@pytest.mark.parametrize("at", [1.3, 1.3007, 40.0])
def test_values_in_half_precision_are_not_trusted(at):
    assert line_slope(lambda x: float(np.float16((at + x) ** 2))).error == np.inf


def test_a_flat_place_has_a_slope_of_zero():
    found = line_slope(lambda x: max(x - 0.5, 0.0))
    assert found.value == 0
    assert found.error < 1e-9


def test_a_direction_sees_all_entries_at_once():
    point = np.linspace(-1, 1, 1000)
    found = directional(lambda a: float((a**2).sum()), point, np.ones(1000))
    assert found.value == pytest.approx(0.0, abs=1e-6)


POINT = np.array([[0.3, -1.0], [2.0, 0.5]])
SLOPE = np.array([[1.0, -2.0], [0.5, 3.0]])
DIFFERENCES = {
    "its sign is wrong": -SLOPE,
    "2 times": 2 * SLOPE,
    "1/3 times": SLOPE / 3,
    "4 times the slope, the number of entries": 4 * SLOPE,
    "1/4 of the slope": SLOPE / 4,
    "transposed": SLOPE.T,
    "reverse order": SLOPE[::-1],
    "only where the slope is positive": np.where(SLOPE > 0, 5 * SLOPE**2, SLOPE),
    "zero": 0 * SLOPE,
    "not the slope": SLOPE**3,
}


@pytest.mark.parametrize("says", DIFFERENCES)
def test_a_difference_gets_its_name(says):
    found = difference(DIFFERENCES[says], SLOPE, POINT, np.ones((2, 2), dtype=bool))
    assert says in found.says


def followed(host, function, *arrays, digits=60):
    host = host_named(host)
    given = [host.array(each) for each in arrays]
    formula = host.followed(function, given, words())
    names = tuple("abc"[: len(arrays)])
    return Oracle(formula, names, tuple(map(numbers, arrays)), digits)


def in_place(p, t):
    loss = (p - t) ** 2
    loss[t < 0] = 0
    loss[1:] *= 2
    return loss.sum() / (t > 0).sum()


def by_rows(p, t):
    return sum(-torch.log_softmax(row, 0)[label] for row, label in zip(p, t, strict=True))


LOGITS = np.random.default_rng(0).normal(size=(4, 3))
LABELS = np.array([0, 2, 1, 1])
REAL = np.array([0.3, -1.2, 2.0, 0.7])
OTHER = np.array([0.1, -1.0, -2.0, 0.9])
TORCH = {
    "cross_entropy": (F.cross_entropy, LOGITS, LABELS),
    "huber": (F.huber_loss, REAL, OTHER),
    "bce_with_logits": (F.binary_cross_entropy_with_logits, REAL, abs(OTHER) / 2),
    "written in place": (in_place, REAL, OTHER),
    "sorted": (lambda p, t: torch.sort((p - t).abs()).values[-2:].mean(), REAL, OTHER),
    "a loop": (by_rows, LOGITS, LABELS),
    "a clip": (lambda p, t: (p.clamp(-1, 1) - t.clamp(min=0)).pow(2).mean(), REAL, OTHER),
    "sums of rows": (lambda p, t: (p.exp().sum(1) * p.mean(1)).mean() + t[0], LOGITS, LABELS),
    "cosine": (lambda p, t: 1 - F.cosine_similarity(p, t, dim=0), REAL, OTHER),
}


@pytest.mark.parametrize("name", TORCH)
def test_a_torch_formula_is_followed(name):
    function, *arrays = TORCH[name]
    own = [torch.from_numpy(each) for each in arrays]
    own[0].requires_grad_()
    value = function(*own)
    value.backward()
    found = followed("torch", function, *arrays)
    assert found.value() == pytest.approx(value.item(), rel=1e-12)
    place = (1,) * arrays[0].ndim
    assert found.slope("a", place) == pytest.approx(own[0].grad[place].item(), rel=1e-9, abs=1e-12)
    own[0].requires_grad_(False)


JAX = {
    "a pick": (lambda p, t: -jnp.log(jnp.exp(p)[jnp.arange(4), t]).mean(), LOGITS, LABELS),
    "a product": (lambda p, t: jnp.tanh(p @ t.T).sum(), LOGITS, LOGITS[::-1] + 1),
    "a branch": (lambda p, t: jnp.where(p > t, p**2, jnp.abs(t)).mean(), REAL, OTHER),
}


@pytest.mark.parametrize("name", JAX)
def test_a_jax_formula_is_followed(name):
    function, *arrays = JAX[name]
    host = host_named("jax")
    given = [host.array(each) for each in arrays]
    with host.scope(given):
        own = float(function(*given))
    assert followed("jax", function, *arrays).value() == pytest.approx(own, rel=1e-6)


NUMPY = {
    "rounded last": lambda p, t: float(np.mean((p - t) ** 2)),
    "a norm": lambda p, t: np.linalg.norm(p - t) / np.sqrt(len(p)),
    "a clip": lambda p, t: np.where(t > 0, np.clip(p, -1, 1), np.logaddexp(0, p)).sum(),
    "a loop": lambda p, t: sum(np.exp(a) * b for a, b in zip(p, t, strict=True)),
}


@pytest.mark.parametrize("name", NUMPY)
def test_a_numpy_formula_is_followed(name):
    own = NUMPY[name](REAL, OTHER)
    assert followed("numpy", NUMPY[name], REAL, OTHER).value() == pytest.approx(own, rel=1e-12)


FAR = np.array([-1000.0])
UNDERFLOWS = {
    "torch": lambda x: torch.log(torch.sigmoid(x)),
    "jax": lambda x: jnp.log(1 / (1 + jnp.exp(-x))),
    "numpy": lambda x: np.log(1 / (1 + np.exp(-x))),
}


@pytest.mark.parametrize("host", UNDERFLOWS)
def test_many_digits_neither_overflow_nor_underflow(host):
    assert followed(host, UNDERFLOWS[host], FAR).value() == pytest.approx(-1000.0)


def test_what_numpy_makes_floats_of_is_not_believed():
    found = followed("numpy", lambda p: np.log(np.asarray(p, dtype=float)).sum(), abs(REAL))
    with pytest.raises(TypeError, match="digits were lost"):
        found.value()


def test_rounding_is_that_of_the_precision():
    array = np.random.default_rng(0).normal(size=50) * 10.0 ** np.arange(-25, 25)
    for name in ("bfloat16", "float32"):
        own = torch.from_numpy(array).to(getattr(torch, name)).double().numpy()
        np.testing.assert_array_equal(rounding(array, name), own)
