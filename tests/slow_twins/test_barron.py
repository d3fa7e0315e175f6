"""Barron's loss at and beside its singular values, far out and close by, and its normaliser."""

from math import inf

import mpmath
import numpy as np
import pytest

import lossary
from lossary import Barron
from lossary.backends import backend_named
from tests.slow_twins.barron import twin

ALPHAS = (
    -1e6, -4.0, -2.0, -1e-3, -1e-9, 0.0, 1e-300, 1e-9, 0.01, 0.5, 1 - 1e-9, 1.0, 1 + 1e-9, 1.5,
    1.99, 2 - 1e-6, 2 - 1e-12, 2.0, 2 + 1e-12, 2 + 1e-6, 3.0, 6.0,
)  # fmt: skip
ERRORS = np.asarray([0.0, 1e-12, 1e-8, 3e-4, 0.02, 0.3, 1.0, 1.9, 7.0, 250.0, 1e4, 3e7, 1e12])
LEARNED = (0.0, 1e-9, 1e-3, 0.1, 0.5, 1.0, 1.5, 1.9, 1.999, 2 - 1e-6, 2 - 1e-12, 2.0)

by_alpha = pytest.mark.parametrize("alpha", ALPHAS)
by_path = pytest.mark.parametrize("kernels", [True, False], ids=["kernel", "definition"])
by_precision = pytest.mark.parametrize("precision", ["float64", "float32"])


def _slope(alpha, error):
    """The derivative of equation 8, by hand: z' (z / b + 1)^(alpha / 2 - 1) / 2."""
    alpha, error = mpmath.mpf(alpha), mpmath.mpf(float(error))
    if alpha == 2:
        return error
    return error * (error**2 / abs(alpha - 2) + 1) ** (alpha / 2 - 1)


def _close(found, expected, units, precision):
    """Compare in roundings, relative to each number; what is too large or small is let go."""
    limits = np.finfo(precision)
    expected = np.asarray([float(each) for each in expected])
    told = abs(expected) < limits.max
    told &= (abs(expected) > 100 * limits.tiny) | (expected == 0)
    np.testing.assert_allclose(found[told], expected[told], rtol=units * limits.eps)


@by_precision
@by_path
@by_alpha
def test_it_is_equation_8_at_every_alpha(alpha, kernels, precision):
    alpha = float(np.asarray(alpha, precision))
    errors = ERRORS.astype(precision)
    with lossary.use_kernels(kernels), np.errstate(over="ignore"):
        found = Barron(alpha=alpha)(errors, np.zeros_like(errors), reduction="none")
    expected = [twin(mpmath.mpf(float(each)), 0, alpha=alpha, scale=1) for each in errors]
    # An exponential of an exponent x has x roundings; (1e24)^(alpha / 2) has one of 27 alpha.
    _close(found, expected, 20 + 30 * max(alpha, 0), precision)


@by_precision
@by_path
@by_alpha
def test_its_slope_is_that_of_equation_8_at_every_alpha(alpha, kernels, precision):
    alpha = float(np.asarray(alpha, precision))
    errors = ERRORS.astype(precision)
    with lossary.use_kernels(kernels), np.errstate(over="ignore"), mpmath.workdps(50):
        found = Barron(alpha=alpha).gradient(errors, np.zeros_like(errors))
        expected = [_slope(alpha, each) for each in errors]
    # As above; where alpha is far below zero, the exponent is log(1 + z / b) times half of it, and
    # what is rounded away of the logarithm counts as often.
    _close(found, expected, 20 + 30 * abs(alpha), precision)


@by_precision
def test_its_scale_divides_the_error(precision):
    p, t = np.asarray([3.0, -1.0, 20.0], precision), np.asarray([0.5, 0.25, -4.0], precision)
    found = Barron(alpha=0.5, scale=4.0)(p, t, reduction="none")
    assert (found == Barron(alpha=0.5)(p / 4, t / 4, reduction="none")).all()


def _exact(alpha):
    """Log ∫ exp(-equation 8), in closed form, or by mpmath's tanh-sinh rule piece by piece."""
    if alpha == 0:
        return mpmath.log(mpmath.pi * mpmath.sqrt(2))
    if alpha == 1:
        return mpmath.log(2 * mpmath.e * mpmath.besselk(1, 1))
    if alpha == 2:
        return mpmath.log(mpmath.sqrt(2 * mpmath.pi))
    alpha = mpmath.mpf(alpha)
    apart = abs(alpha - 2)
    root = mpmath.sqrt(apart)
    pieces = sorted({0, root, 10 * root, 100 * root, 1, 3, 10, 100, 10**4, mpmath.inf})
    half = mpmath.quad(
        lambda e: mpmath.exp(apart / alpha * (1 - (e * e / apart + 1) ** (alpha / 2))), pieces
    )
    return mpmath.log(2 * half)


@pytest.mark.parametrize("alpha", LEARNED)
def test_its_normaliser_is_the_logarithm_of_the_integral(alpha):
    with mpmath.workdps(40):
        exact = float(_exact(alpha) + mpmath.log(3))
    for precision, apart in (("float64", 2e-15), ("float32", 4e-7)):
        xp, like = backend_named("numpy").xp, np.zeros(2, precision)
        found = Barron(alpha=alpha, scale=3.0).normaliser(xp, like)
        # A few roundings of a number of about two: 641 of them in a sum mostly cancel.
        assert abs(found - exact) < apart, (precision, found, exact)


def test_its_normaliser_is_infinite_where_no_density_is():
    assert Barron(alpha=-0.01).normaliser(backend_named("numpy").xp, np.zeros(1)) == inf


def test_its_tail_is_what_alpha_says():
    """At -2 it is Geman and McClure's, at 0 Cauchy's, at 1 Charbonnier's: equations 3, 5 and 6."""
    e, zero = np.asarray([0.1, 1.0, 30.0]), np.zeros(3)
    told = {-2: 2 * e**2 / (e**2 + 4), 0: np.log(e**2 / 2 + 1), 1: np.sqrt(e**2 + 1) - 1}
    for alpha, expected in told.items():
        found = Barron(alpha=alpha)(e, zero, reduction="none")
        np.testing.assert_allclose(found, expected, rtol=1e-13)  # their own cancellations
