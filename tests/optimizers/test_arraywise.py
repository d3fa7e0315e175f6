"""Rules of whole arrays and of all weights: trials at once, zeros, NaN, and what is refused."""

import jax
import numpy as np
import pytest

import lossary.optimizers as shelf
from lossary.backends import backend_named
from lossary.errors import ArgumentError, DomainError
from lossary.optimizers import LAMB, LBFGS, SOAP, Adafactor, Adam, Muon, Polyak, Shampoo
from tests.optimizers import problem
from tests.optimizers.settings_arraywise import ARRAYWISE
from tests.optimizers.walking import apart, flat

WALKED = [getattr(shelf, name)(**given) for name, each in ARRAYWISE.items() for given in each]
FIRSTS = [getattr(shelf, name)(**each[0]) for name, each in ARRAYWISE.items()]
every = pytest.mark.parametrize("optimizer", WALKED, ids=repr)
one_of_each = pytest.mark.parametrize("optimizer", FIRSTS, ids=lambda each: each.label)
MATRIX = np.asarray([[1.0, -2.0, 0.5], [0.3, 0.0, 4.0]])
BOTH = {"matrix": MATRIX, "row": MATRIX[0]}


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def _walk(optimizer, starts, framework, steps=9):
    """Walk one trial from its arrays, or several that are stacked; return where they were."""
    backend = backend_named(framework)
    xp, stacked = backend.xp, optimizer.stacked

    def judged(weights):
        return (
            problem.slopes(xp, weights, backend.array),
            problem.loss(xp, weights, backend.array),
        )

    weights = [backend.array(each, "float64") for each in starts]
    state, places = optimizer.init(weights), []
    for _ in range(steps):
        if stacked:
            found = [judged([each[trial] for each in weights]) for trial in range(stacked)]
            slopes, losses = zip(*found, strict=True)
            slopes = [xp.stack(list(each)) for each in zip(*slopes, strict=True)]
            loss = xp.stack(list(losses))
        else:
            slopes, loss = judged(weights)
        change, state = optimizer.step(slopes, state, weights, loss=loss)
        weights = [w + c for w, c in zip(weights, change, strict=True)]
        places.append([backend.numpy(each) for each in weights])
    return places


BY_FRAMEWORK = [(each, "numpy") for each in (*WALKED, Muon(otherwise=LAMB()))]
BY_FRAMEWORK += [(each, "tensorflow") for each in FIRSTS]


@pytest.mark.parametrize(("optimizer", "framework"), BY_FRAMEWORK, ids=repr)
def test_trials_at_once_walk_as_each_by_itself(optimizer, framework):
    name, rates = "learning_rate", (0.01, 0.02)
    if name not in optimizer.own:
        name, rates = "maximum", (0.5, 0.9)  # Polyak's own steps are shorter
    begun = problem.listed(problem.START)
    together = _walk(
        optimizer.replace(**{name: rates}), [np.stack([w, 1.2 * w]) for w in begun], framework
    )
    for trial, factor in enumerate((1, 1.2)):
        alone = _walk(
            optimizer.replace(**{name: rates[trial]}), [factor * w for w in begun], framework
        )
        ours = np.stack([flat([each[trial] for each in place]) for place in together])
        assert apart(ours, np.stack([flat(each) for each in alone])) < 1e-12  # roundings of sums


@every
def test_a_slope_of_zero_moves_nothing_but_by_decay(optimizer):
    zeros = {name: np.zeros_like(each) for name, each in BOTH.items()}
    change, state = optimizer.step(zeros, optimizer.init(zeros), zeros, loss=3.0)
    assert not any(each.any() for each in change.values())
    change, _ = optimizer.step(BOTH, state, zeros, loss=3.0)
    assert all(np.isfinite(each).all() for each in change.values())


@pytest.mark.parametrize("framework", ["numpy", "torch"])
@one_of_each
def test_nan_in_the_gradient_is_nan_in_the_change(optimizer, framework):
    backend = backend_named(framework)
    weights = backend.array(MATRIX)
    slopes = backend.array(np.where(MATRIX == 4, np.nan, MATRIX))
    state = optimizer.init(weights)
    for _ in range(5):  # SOAP looks for axes in the fourth step
        change, state = optimizer.step(slopes, state, weights, loss=3.0)
    found = backend.numpy(change)
    assert np.isnan(found[1, 2])


def test_a_nan_stays_in_the_sums_of_shampoo():
    optimizer = Shampoo()
    _, state = optimizer.step(np.nan * MATRIX, optimizer.init(MATRIX), MATRIX)
    change, _ = optimizer.step(MATRIX, state, MATRIX)
    assert np.isnan(change).all()


@one_of_each
def test_half_precision_is_lifted(optimizer):
    import torch

    weights = torch.tensor(MATRIX, dtype=torch.bfloat16)
    state = optimizer.init(weights)
    for _ in range(2):
        change, state = optimizer.step(weights, state, weights, loss=torch.tensor(3.0))
    assert change.dtype == torch.float32
    assert torch.isfinite(change).all()


MATRIXWISE = (Muon(), Shampoo(), SOAP())
matrixwise = pytest.mark.parametrize("optimizer", MATRIXWISE, ids=lambda each: each.label)


@matrixwise
def test_arrays_that_are_no_matrices_follow_the_other_optimizer(optimizer):
    other = Adam(learning_rate=0.3)
    optimizer = optimizer.replace(otherwise=other)
    state = optimizer.init(BOTH)
    change, state = optimizer.step(BOTH, state, BOTH)
    alone, _ = other.step(BOTH["row"], other.init(BOTH["row"]), BOTH["row"])
    np.testing.assert_array_equal(change["row"], alone)
    own, _ = optimizer.step(MATRIX, optimizer.init(MATRIX), MATRIX)
    np.testing.assert_array_equal(change["matrix"], own)
    kept = [state[name]["row"].size for name in optimizer.slots]
    assert (sum(kept), state["otherwise"]["mean"]["matrix"].size) == (0, 0)


@pytest.mark.parametrize("optimizer", [Shampoo(largest=2), SOAP(largest=2)], ids=repr)
def test_a_matrix_with_a_long_side_follows_the_other_optimizer(optimizer):
    other = optimizer.otherwise
    found, _ = optimizer.step(MATRIX, optimizer.init(MATRIX), MATRIX)
    expected, _ = other.step(MATRIX, other.init(MATRIX), MATRIX)
    np.testing.assert_array_equal(found, expected)


@matrixwise
def test_an_optimizer_that_cannot_stand_beside_is_refused(optimizer):
    with pytest.raises(ArgumentError, match="expected an optimizer that needs no closure"):
        optimizer.replace(otherwise=LBFGS(line_search="strong_wolfe"))
    with pytest.raises(ArgumentError, match="expected an optimizer"):
        optimizer.replace(otherwise=0.1)
    with pytest.raises(DomainError, match="2 trials"):
        optimizer.replace(learning_rate=(0.1, 0.2), otherwise=Adam(beta1=(0.1, 0.2, 0.3)))


def test_one_number_of_iterations_serves_all_trials():
    with pytest.raises(DomainError, match="one number serves all trials and steps"):
        Muon(iterations=(3, 4))
    assert Muon(coefficients=(2.0, -1.5, 0.5)).stacked == 0


def test_a_tree_that_only_jax_knows_keeps_every_array_of_the_state():
    @jax.tree_util.register_pytree_node_class
    class Model:
        def __init__(self, *arrays):
            self.arrays = arrays

        def tree_flatten(self):
            return self.arrays, None

        @classmethod
        def tree_unflatten(cls, _, arrays):
            return cls(*arrays)

    weights = Model(jax.numpy.asarray(MATRIX), jax.numpy.asarray(MATRIX[0]))
    optimizer = Muon()
    state = optimizer.init(weights)
    for _ in range(2):
        change, state = jax.jit(optimizer.step)(weights, state, weights)
    assert [each.shape for each in change.arrays] == [(2, 3), (3,)]


def test_a_step_of_orthogonal_rows_has_equal_singular_values():
    """The classic coefficients converge; Jordan's stay between about 0.7 and 1.2."""
    slope = np.diag([1.0, 0.4, 0.1])
    for given, low, high in (
        ({"coefficients": (1.875, -1.25, 0.375), "iterations": 25}, 0.999999, 1.000001),
        ({}, 0.65, 1.25),
    ):
        optimizer = Muon(learning_rate=1.0, weight_decay=0.0, **given)
        change, _ = optimizer.step(slope, optimizer.init(slope), slope)
        values = np.linalg.svd(change)[1]
        assert low < values.min() <= values.max() < high


def test_adafactor_keeps_rows_and_columns_of_every_matrix_in_a_stack():
    stack = np.stack([MATRIX, 2 * MATRIX, 7 * MATRIX])
    optimizer = Adafactor(relative=False, clipping=100.0)
    state = optimizer.init(stack)
    assert (state["row"].shape, state["column"].shape) == ((3, 2, 1), (3, 1, 3))
    change, _ = optimizer.step(stack, state, stack)
    np.testing.assert_allclose(change[0], change[2], rtol=1e-12)  # the scale is divided out


def test_a_move_along_which_the_slope_fell_is_not_learned_from():
    optimizer, row = LBFGS(learning_rate=0.1), MATRIX[0]
    _, state = optimizer.step(row, optimizer.init(row), row)
    change, state = optimizer.step(3 * row, state, 0.9 * row)  # a smaller weight, a steeper slope
    np.testing.assert_allclose(change, -0.3 * row, rtol=1e-12)
    assert not state["moves"].any()
    change, state = optimizer.step(row, state, 0.7 * row)
    np.testing.assert_allclose(change, -0.01 * row, rtol=1e-12)  # a tenth of what 2 of slope took
    assert state["moves"][0].any()


def test_polyak_needs_a_loss_and_a_bound():
    row = MATRIX[0]
    with pytest.raises(ArgumentError, match="Polyak needs the value of the loss"):
        Polyak().step(row, Polyak().init(row), row)
    with pytest.raises(DomainError, match="without a lower bound"):
        Polyak(bound=float("-inf"))


def test_polyak_reaches_the_bound_of_a_straight_slope_in_one_step():
    row = MATRIX[0]
    for bound, loss in ((1.0, 3.0), (3.0, 1.0)):
        optimizer = Polyak(bound=bound)
        change, _ = optimizer.step(row, optimizer.init(row), row, loss=loss)
        assert loss + change @ row == pytest.approx(min(loss, bound))
