"""L-BFGS with a line search: Wolfe's conditions, few evaluations, and one path everywhere."""

from itertools import pairwise

import jax
import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from lossary.backends import backend_named
from lossary.errors import ArgumentError, DomainError
from lossary.optimizers import LBFGS
from tests.optimizers import problem
from tests.optimizers.walking import apart, walk

SEARCHING = LBFGS(line_search="strong_wolfe")
FRAMEWORKS = ("torch", "jax", "tensorflow")


@pytest.fixture(autouse=True)
def _double():
    with jax.enable_x64(True):
        yield


def _descended(optimizer, function, slope, start, steps):
    """Walk down a function of one row; return the places, and how many were looked at."""
    seen = {}

    def closure(weights):
        found = function(weights), slope(weights)
        seen[weights.tobytes()] = found
        return found

    weights, places = np.asarray(start), [np.asarray(start)]
    state = optimizer.init(weights)
    for _ in range(steps):
        loss, gradient = seen.get(weights.tobytes()) or closure(weights)
        if abs(gradient).max() < 1e-5:
            break
        change, state = optimizer.step(gradient, state, weights, loss=loss, closure=closure)
        weights = weights + change
        places.append(weights)
    return places, len(seen)


@pytest.mark.parametrize("start", [[-1.2, 1.0], [-1.2, 1.0, 2.0, -3.0, 0.5]], ids=len)
def test_it_reaches_the_end_of_rosenbrocks_valley_with_as_many_looks_as_scipy(start):
    places, looks = _descended(SEARCHING, rosen, rosen_der, start, 200)
    theirs = minimize(rosen, start, jac=rosen_der, method="L-BFGS-B", options={"gtol": 1e-5})
    assert np.abs(places[-1] - 1).max() < 1e-4
    assert looks < 1.3 * theirs.nfev


@pytest.mark.parametrize("flat", [0.9, 0.1])
def test_both_of_wolfes_conditions_hold_for_every_step(flat):
    optimizer = SEARCHING.replace(flat=flat)
    places, _ = _descended(optimizer, rosen, rosen_der, [-1.2, 1.0, 0.3], 60)
    assert len(places) > 10
    for before, after in pairwise(places):
        way = after - before
        falling = rosen_der(before) @ way
        assert falling < 0
        rounded = 1e-15 * (1 + rosen(before))
        assert rosen(after) <= rosen(before) + optimizer.fall * falling + rounded
        assert abs(rosen_der(after) @ way) <= -flat * falling * (1 + 1e-9)


@pytest.mark.parametrize("wall", [np.inf, np.nan])
def test_a_wall_is_kept_away_from(wall):
    places, _ = _descended(
        SEARCHING.replace(learning_rate=50.0),
        lambda w: float(np.where(w < 0, wall, w - np.log(np.abs(w))).sum()),
        lambda w: np.where(w < 0, np.nan, 1 - 1 / w),
        [3.0, 9.0],
        40,
    )
    assert np.abs(places[-1] - 1).max() < 1e-4


def test_where_no_step_is_good_the_lowest_that_was_met_is_taken():
    def slope(w):
        return np.ones_like(w)  # always wrong: the function is |w - 0.25|

    row = np.zeros(1)
    optimizer = SEARCHING.replace(evaluations=6)
    change, _ = optimizer.step(
        slope(row), optimizer.init(row), row, closure=lambda w: (abs(w[0] + 0.25), slope(w))
    )
    assert abs(row + change + 0.25)[0] < 0.25


@pytest.mark.parametrize("framework", FRAMEWORKS)
def test_the_search_walks_one_path_on_every_framework(framework):
    rule = SEARCHING.replace(history=3)
    here, there = (walk(rule, each, 8, compiled=False) for each in ("numpy", framework))
    assert apart(there, here) < 1e-9


def test_the_problem_is_solved_where_a_fixed_rate_is_not():
    last = walk(SEARCHING, steps=60)[-1]
    ends = [np.shape(each) for each in problem.listed(problem.START)]
    parts = np.split(last, np.cumsum([int(np.prod(each)) for each in ends])[:-1])
    arrays = [part.reshape(shape) for part, shape in zip(parts, ends, strict=True)]
    slopes = problem.slopes(backend_named("numpy").xp, arrays, np.asarray)
    assert max(abs(each).max() for each in slopes) < 1e-4


def test_what_cannot_be_searched_is_refused():
    row = np.ones(2)
    with pytest.raises(ArgumentError, match=r"needs step\(gradient, state, weights, closure=f\)"):
        SEARCHING.step(row, SEARCHING.init(row), row)
    with pytest.raises(DomainError, match="trials cannot share a line search"):
        SEARCHING.replace(learning_rate=(0.1, 0.2))
    with pytest.raises(DomainError, match="lies above flat"):
        SEARCHING.replace(fall=0.95)
    here = jax.numpy.ones(2)
    with pytest.raises(ArgumentError, match="cannot be compiled"):
        jax.jit(lambda w, s: SEARCHING.step(w, s, w, closure=lambda v: (v.sum(), v)))(
            here, SEARCHING.init(here)
        )
