"""Global search, on losses whose minima are known."""

from dataclasses import replace

import numpy as np
import pytest

from lossary.backends import backend_named
from lossary.errors import ArgumentError, GradientError, ShapeError
from lossary.optimizers import SGD, Adam
from lossary.records import SearchRecord
from lossary.search import METHODS, barrier, minimise
from tests.search import landscapes as land

RASTRIGIN = {
    "bounds": land.BOX, "gradient": land.rastrigin_slope, "budget": 20_000,
}  # fmt: skip
WELLS = {"gradient": land.wells_slope}


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("method", METHODS)
def test_every_method_finds_the_lowest_of_a_hundred_minima(method, seed):
    restarts = 256 if method == "multistart" else None
    found = minimise(land.rastrigin, method=method, seed=seed, restarts=restarts, **RASTRIGIN)
    assert found.loss < 1e-6
    assert np.abs(found.weights).max() < 1e-4
    assert found.evaluations <= 20_000
    assert len(found.basins) >= 2


@pytest.mark.parametrize("method", METHODS)
def test_the_same_seed_gives_the_same_record_and_another_another(method):
    records = [
        minimise(land.rastrigin, method=method, seed=seed, **RASTRIGIN | {"budget": 1500})
        for seed in (3, 3, 4)
    ]
    assert records[0] == records[1] != records[2]
    assert SearchRecord.from_json(records[0].to_json()) == records[0]


@pytest.mark.parametrize("method", METHODS)
def test_nobodys_random_state_is_touched(method):
    before = np.random.get_state()[1].copy()  # noqa: NPY002 (whether it is touched)
    minimise(land.rastrigin, method=method, **RASTRIGIN | {"budget": 500})
    assert (np.random.get_state()[1] == before).all()  # noqa: NPY002 (as above)


@pytest.mark.parametrize("budget", [40, 333, 2000])
@pytest.mark.parametrize("method", METHODS)
def test_evaluations_are_counted_alike_and_the_budget_is_kept(method, budget):
    made = {"losses": 0, "gradients": 0}

    def loss(w):
        made["losses"] += len(w)
        return land.rastrigin(w)

    def slope(w):
        made["gradients"] += len(w)
        return land.rastrigin_slope(w)

    heard = []
    found = minimise(
        loss, bounds=land.BOX, gradient=slope, method=method, budget=budget,
        restarts=4, progress=lambda *told: heard.append(told),
    )  # fmt: skip
    assert made == {"losses": found.losses, "gradients": found.gradients}
    assert found.evaluations <= budget
    assert sum(each.evaluations for each in found.restarts) <= found.evaluations
    assert heard[-1] == (found.evaluations, budget, method)


def test_four_equal_minima_are_told_apart_by_their_weights():
    found = minimise(land.himmelblau, bounds=land.BOX, like=np.zeros(()), **himmelblau_slope())
    ends = sorted(tuple(np.round(each.weights, 4)) for each in found.basins)
    assert ends == sorted(tuple(np.round(each, 4)) for each in land.HIMMELBLAU)
    assert sum(each.count for each in found.basins) == len(found.restarts)
    assert found.more.unseen == 0
    assert found.more.basins == 4


def rosenbrock(w):
    return (1 - w[:, 0]) ** 2 + 100 * (w[:, 1] - w[:, 0] ** 2) ** 2


def test_points_of_a_long_valley_are_no_basins():
    found = minimise(rosenbrock, bounds=([-3, -3], [3, 3]))
    assert [each.weights for each in found.basins] == [pytest.approx((1, 1), abs=1e-6)]
    settled = [each for each in found.restarts if each.ended == "settled"]
    assert found.basins[0].count == len(settled) > 30
    assert found.unsettled == len(found.restarts) - len(settled) > 0
    assert all(each.basin is None for each in found.restarts if each.ended == "under way")
    assert f"{found.unsettled} had not settled when their evaluations ended" in found.sentence
    assert found.more.unseen == 0


@pytest.mark.parametrize("method", METHODS)
def test_every_basin_is_the_bottom_of_one(method):
    found = minimise(land.rastrigin, method=method, **RASTRIGIN | {"budget": 1500})
    for basin in found.basins:
        assert np.abs(land.rastrigin_slope(np.array(basin.weights))).max() < 1e-3
    settled = sum(each.ended == "settled" for each in found.restarts)
    assert sum(each.count for each in found.basins) == settled
    assert settled + found.unsettled == len(found.restarts)


@pytest.mark.parametrize("method", METHODS)
def test_where_nothing_settles_there_is_no_basin_but_a_best_loss(method):
    settings = {"polish": False} if method == "multistart" else {}
    settings |= {"growth": 1} if method == "cma_es" else {}
    found = minimise(
        rosenbrock, bounds=([-3, -3], [3, 3]), budget=120, restarts=4, method=method, **settings
    )
    assert (found.basins, found.unsettled) == ((), len(found.restarts))
    assert np.isfinite(found.loss)
    assert "no restart settled" in found.sentence
    assert found.more is None or found.more.unseen is None


def test_a_loss_below_its_lower_bound_is_told_at_once():
    seen = []

    def loss(w):
        seen.append(len(w))
        return land.wells(w) - 1

    box = {"bounds": ([-2.0], [2.0]), "budget": 4000}
    with pytest.raises(ArgumentError, match=r"lower_bound=0: the loss fell to -"):
        minimise(loss, lower_bound=0.0, **box, **WELLS)
    assert sum(seen) < 2000
    for bound in (-1.0, -1.0 + 1e-9):  # rounding is no fall
        assert minimise(loss, lower_bound=bound, **box, **WELLS).more.gain_high < 1e-8


def himmelblau_slope():
    def slope(w):
        x, y = w[:, 0], w[:, 1]
        one, other = x * x + y - 11, x + y * y - 7
        return np.stack([4 * x * one + 2 * other, 2 * one + 4 * y * other], axis=1)

    return {"gradient": slope}


def test_restarts_end_in_a_basin_as_often_as_it_is_wide():
    found = minimise(land.wells, bounds=([-1.0], [3.0]), restarts=400, budget=40_000, **WELLS)
    left = next(each for each in found.basins if each.weights[0] < 0)
    assert len(found.basins) == 2
    assert abs(left.count / 400 - 0.25) < 4 * (0.25 * 0.75 / 400) ** 0.5  # four standard errors


def test_a_restart_begins_at_the_same_place_however_many_there_are():
    some, many = (
        minimise(land.wells, bounds=([-2.0], [2.0]), restarts=count, budget=20 * count, **WELLS)
        for count in (5, 50)
    )
    assert [each.first for each in some.restarts] == [each.first for each in many.restarts[:5]]


def test_exchanged_hidden_units_are_one_minimum_where_functions_are_compared():
    settings = {
        "start": lambda generator: generator.normal(size=6), "restarts": 24, "budget": 24_000,
        "gradient": land.network_slope,
    }  # fmt: skip
    by_weights = minimise(land.network_loss, **settings)
    by_function = minimise(land.network_loss, probe=land.network, **settings)
    assert by_function.loss == by_weights.loss < 1e-8
    assert by_function.basins[0].count >= 8
    best = sum(each.loss < 1e-6 for each in by_weights.basins)
    assert best >= 4
    assert sum(each.loss < 1e-6 for each in by_function.basins) == 1


@pytest.mark.parametrize("rungs", [1, 3])
def test_halving_keeps_the_better_half_and_gives_it_what_is_saved(rungs):
    found = minimise(land.rastrigin, restarts=32, rungs=rungs, polish=False, **RASTRIGIN)
    whole = [each for each in found.restarts if each.basin is not None]
    lost = [each for each in found.restarts if each.basin is None]
    assert (len(whole), found.dropped) == (32 >> rungs, 32 - (32 >> rungs))
    assert min(each.evaluations for each in whole) > max(each.evaluations for each in lost)
    assert found.loss == min(each.loss for each in whole)
    assert found.more.unseen is None  # the ends of the best half say nothing of all basins
    first = min(len(each.course) for each in found.restarts)
    at_first_rung = [each.course[first - 1].loss for each in found.restarts]
    dropped_first = [i for i, each in enumerate(found.restarts) if len(each.course) == first]
    kept = [loss for i, loss in enumerate(at_first_rung) if i not in dropped_first]
    assert np.median(kept) < np.median([at_first_rung[i] for i in dropped_first])


def test_trials_in_lockstep_are_the_same_as_each_by_itself():
    def second(*rates):
        count, optimizer = len(rates), Adam(learning_rate=rates)
        found = minimise(
            land.rastrigin, bounds=land.BOX, gradient=land.rastrigin_slope, optimizer=optimizer,
            restarts=count, budget=100 * count, polish=False,
        )  # fmt: skip
        return replace(found.restarts[1], basin=None)

    assert second(0.02, 0.02) == second(0.01, 0.02, 0.03, 0.04)


@pytest.mark.parametrize("framework", ["torch", "jax", "tensorflow"])
@pytest.mark.parametrize("method", METHODS)
def test_losses_of_other_frameworks_are_differentiated_by_them(method, framework):
    backend = backend_named(framework)
    like = backend.array(np.zeros(()), "float32")

    def tilted(w):
        return backend.xp.sum((w * w - 1) ** 2 + 0.1 * w, axis=-1)

    found = minimise(
        tilted, bounds=([-2.0, -2.0], [2.0, 2.0]), method=method, restarts=4, budget=240,
        like=like, **({"rungs": 1} if method == "multistart" else {}),
    )  # fmt: skip
    ends = np.abs(np.abs(found.weights) - 1)
    assert ends.max() < 0.05
    assert found.evaluations <= 240


def test_the_tape_differentiates_on_numpy_or_says_what_to_do():
    plain = lambda w: np.sum((w * w - 1) ** 2, axis=-1)  # noqa: E731
    box = {"bounds": ([-2.0], [2.0]), "budget": 1000}
    assert minimise(plain, **box).loss < 1e-12
    with pytest.raises(GradientError, match=r"gradient=f"):
        minimise(lambda w: np.sum(np.arctan(w), axis=-1), **box)
    with pytest.raises(GradientError, match=r"no \.prod.*\n.*np\.sum"):
        minimise(lambda w: w.prod(-1), **box)


def test_rastrigin_needs_no_gradient_by_hand():
    given, found = (
        minimise(land.rastrigin, bounds=land.BOX, budget=1500, **each)
        for each in ({"gradient": land.rastrigin_slope}, {})
    )
    assert found.loss == pytest.approx(given.loss)
    assert len(found.basins) == len(given.basins)


def test_first_weights_may_be_drawn_by_the_caller():
    found = minimise(land.wells, start=lambda g: g.normal(2.0, 0.1, 1), budget=600, **WELLS)
    assert [each.count for each in found.basins] == [len(found.restarts)]
    assert found.weights[0] == pytest.approx(1)


def test_the_bounds_are_kept():
    seen = []

    def loss(w):
        seen.append(np.array(w))
        return land.wells(w)

    for method, low in (("multistart", [0.2]), ("basin_hopping", [0.2]), ("cma_es", [0.2, 0.2])):
        high = [0.8] * len(low)
        found = minimise(loss, bounds=(low, high), method=method, budget=300, restarts=2, **WELLS)
        assert found.weights == pytest.approx(high, abs=1e-3)
    assert all((each >= 0.2).all() and (each <= 0.8).all() for each in seen)


def test_restarts_that_end_nowhere_do_not_count():
    hole = lambda w: np.where(w[:, 0] < 0, np.nan, land.wells(w))  # noqa: E731
    found = minimise(hole, bounds=([-3.0], [3.0]), restarts=16, budget=1600, **WELLS)
    assert found.loss < 1e-9
    assert found.more is None
    nowhere = [each for each in found.restarts if each.basin is None]
    assert 0 < len(nowhere) < 16
    assert all(np.isinf(each.loss) for each in nowhere)


def test_a_wall_between_two_minima_is_measured():
    assert barrier(land.wells, [-1.0], [1.0]) == pytest.approx(1.0)
    assert barrier(land.wells, [0.9], [1.0]) <= 0


@pytest.mark.parametrize(
    ("settings", "error", "told"),
    [
        ({"method": "multi_start"}, ArgumentError, "Did you mean multistart"),
        ({"method": "annealing"}, ArgumentError, "There are: basin_hopping, cma_es, multistart"),
        ({"budget": 0}, ArgumentError, "budget=0"),
        ({"budget": 30, "restarts": 8}, ArgumentError, "restarts=7"),
        ({"budget": 3, "method": "basin_hopping", "restarts": 2}, ArgumentError, "too small"),
        ({"budget": 3, "method": "cma_es"}, ArgumentError, "population=6"),
        ({"restarts": 0}, ArgumentError, "restarts=0"),
        ({"rungs": 9}, ArgumentError, "halved"),
        ({"tolerance": 0.0}, ArgumentError, "tolerance=0.0"),
        ({"seed": -1}, ArgumentError, "seed=-1"),
        ({"bounds": ([1.0, 1.0], [0.0, 2.0])}, ArgumentError, r"low\[0\]=1, high\[0\]=0"),
        ({"bounds": ([0.0], [1.0, 2.0, 3.0, 4.0])}, None, ""),
        ({"bounds": ([0.0, 0.0], [1.0, np.inf])}, ArgumentError, "finite"),
        ({"bounds": (0.0, 1.0)}, ArgumentError, "two vectors"),
        ({"bounds": [(-5, 5), (-4, 4)]}, ArgumentError, r"bounds=\(\[-5, -4\], \[5, 4\]\)"),
        ({"bounds": [(-5, 5)] * 3}, ArgumentError, r"bounds are \(lows, highs\)"),
        ({"bounds": None}, ArgumentError, "bounds=.low, high., or start"),
        ({"start": [0.0, 1.0]}, ArgumentError, "a function of a NumPy generator"),
        ({"start": lambda g: g.normal(size=(2, 2))}, ShapeError, r"shape \(2, 2\)"),
        ({"steps": 3}, ArgumentError, "no such option"),
        ({"growth": 3}, ArgumentError, "multistart has no such option"),
        ({"hop": -1.0, "method": "basin_hopping"}, ArgumentError, "hop > 0"),
        ({"growth": 0.5, "method": "cma_es"}, ArgumentError, "growth >= 1"),
        ({"method": "cma_es", "bounds": ([0.0], [1.0])}, ArgumentError, "two weights"),
        ({"optimizer": Adam(learning_rate=(0.1, 0.2))}, ArgumentError, "one for each restart"),
        ({"gradient": lambda w: w[:, 0]}, ShapeError, "gradient: expected the shape"),
        ({"probe": lambda w: 1.0}, ShapeError, "probe: expected predictions"),
    ],
)
def test_wrong_input_is_told(settings, error, told):
    given = {"bounds": ([-2.0, -2.0], [2.0, 2.0]), "budget": 300, **WELLS} | settings
    if error is None:
        assert minimise(land.wells, **given).evaluations <= 300
        return
    with pytest.raises(error, match=told):
        minimise(land.wells, **given)


@pytest.mark.parametrize(
    "wrong",
    [lambda w: land.wells(w).sum(), lambda w: w, lambda w: 1.0, lambda w: land.wells(w)[1:]],
)
@pytest.mark.parametrize("method", METHODS)
def test_a_loss_of_the_wrong_shape_is_told(wrong, method):
    with pytest.raises(ShapeError, match=r"objective: expected the shape .*one row|a row"):
        minimise(wrong, bounds=([-2.0, -2.0], [2.0, 2.0]), method=method, budget=300, **WELLS)


def test_an_optimizer_of_ones_own_descends():
    rule = SGD(learning_rate=0.05)
    found = minimise(land.wells, bounds=([-2.0], [2.0]), optimizer=rule, polish=False, **WELLS)
    assert found.loss < 1e-9
