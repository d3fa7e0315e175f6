"""Words that matrices and loops are written in mean the same on every framework."""

import jax
import numpy as np
import pytest

from lossary.backends import backend_named

FRAMEWORKS = ("numpy", "torch", "jax", "tensorflow")
everywhere = pytest.mark.parametrize("name", FRAMEWORKS)
SQUARE = np.asarray([[4.0, 1.0, 0.5], [1.0, 3.0, -0.2], [0.5, -0.2, 1.0]])


@everywhere
def test_eigenvalues_rise_and_their_vectors_make_the_matrix_again(name):
    backend = backend_named(name)
    stack = np.stack([SQUARE, 2 * SQUARE])
    values, vectors = map(backend.numpy, backend.xp.eigh(backend.array(stack)))
    assert (np.diff(values) > 0).all()
    made = (vectors * values[:, None, :]) @ np.swapaxes(vectors, 1, 2)
    np.testing.assert_allclose(made, stack, rtol=1e-13, atol=1e-14)


@everywhere
def test_a_matrix_is_orthogonal_columns_times_a_triangle(name):
    backend = backend_named(name)
    columns, triangle = map(backend.numpy, backend.xp.qr(backend.array(SQUARE)))
    np.testing.assert_allclose(columns.T @ columns, np.eye(3), atol=1e-14)
    np.testing.assert_allclose(columns @ triangle, SQUARE, atol=1e-14)
    np.testing.assert_allclose(np.tril(triangle, -1), 0, atol=1e-14)


@everywhere
@pytest.mark.parametrize("yes", [True, False])
def test_one_of_two_functions_is_asked(name, yes):
    backend = backend_named(name)
    xp, x = backend.xp, backend.array(np.asarray([1.0, 2.0]))

    def asked(x):
        condition = yes if name in ("numpy", "torch") else xp.sum(x) > (0.0 if yes else 9.0)
        return xp.either(condition, lambda: (x, 2 * x), lambda: (3 * x, 4 * x))

    found = asked(x)
    if name == "jax":
        np.testing.assert_array_equal(jax.jit(asked)(x)[1], found[1])
    np.testing.assert_array_equal(backend.numpy(found[1]), [2, 4] if yes else [4, 8])


@pytest.mark.parametrize("name", ["numpy", "torch"])
def test_the_function_that_is_not_asked_is_not_called(name):
    def never():
        raise AssertionError

    xp = backend_named(name).xp
    assert xp.either(True, lambda: 1, never) == xp.either(False, never, lambda: 1) == 1


@everywhere
@pytest.mark.parametrize("reverse", [False, True])
def test_a_sweep_goes_through_all_places_in_their_order(name, reverse):
    backend = backend_named(name)
    rows = backend.array(np.asarray([[1.0], [2.0], [5.0]]))

    def turn(total, place):
        total = 3 * total + rows[place]
        return total, (total, rows[place])

    def swept(begin):
        return backend.xp.swept(turn, begin, 3, reverse=reverse)

    total, (totals, seen) = (jax.jit(swept) if name == "jax" else swept)(0 * rows[0])
    assert backend.numpy(total) == ([5 * 9 + 2 * 3 + 1] if reverse else [1 * 9 + 2 * 3 + 5])
    assert [float(backend.numpy(seen[i])[0]) for i in range(3)] == [1, 2, 5]
    assert float(backend.numpy(totals[0 if reverse else 2])[0]) == float(backend.numpy(total)[0])
