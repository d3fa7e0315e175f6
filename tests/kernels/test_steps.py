"""Steps of optimizers in one pass: into fresh memory the same as by the formula, digit by digit."""

import numpy as np
import pytest
import torch

import lossary
from lossary.errors import NotFoundError
from lossary.kernels.rules import shown_rule
from lossary.optimizers import SGD, Adam, Momentum, SophiaG
from lossary.schedules import Exponential
from tests.kernels.stepping import ONE_EACH, RULES, STEPS, arrays, both, drawn, runs, walk

__all__ = ["runs"]


def _agree(mine, formula, rule, dtype):
    for one, other in zip(arrays(mine, rule), arrays(formula, rule), strict=True):
        assert one.dtype == other.dtype == dtype
        assert one.shape == other.shape
        assert np.isfinite(other).all()
        np.testing.assert_array_equal(one, other)  # operations and their order are the formula's


@pytest.mark.parametrize(
    ("rule", "precision"),
    [(rule, "float32") for rule in RULES] + [(rule, "float64") for rule in ONE_EACH],
    ids=repr,
)
def test_a_kernel_moves_as_the_formula_does(rule, precision, runs):
    gradients = [drawn(precision, seed=seed) for seed in range(1, 1 + STEPS)]
    mine, formula = both(rule, drawn(precision), gradients)
    _agree(mine, formula, rule, np.dtype(precision))
    assert runs.count == (0 if isinstance(rule, SGD) else STEPS)


def test_all_rules_of_single_entries_are_held_to_it():
    assert len(ONE_EACH) > 20


def test_tensors_move_as_arrays_do(runs):
    rule, weights, gradients = Adam(), drawn(), [drawn(seed=seed) for seed in (1, 2)]
    mine = walk(rule, weights, gradients)
    tensors = [[torch.from_numpy(np.asarray(e)) for e in each] for each in (weights, *gradients)]
    theirs = walk(rule, tensors[0], tensors[1:])
    assert runs.count == 4
    for one, other in zip(arrays(mine, rule), arrays(theirs, rule), strict=True):
        assert isinstance(other, torch.Tensor)
        assert (one == other.numpy()).all()


def test_half_precision_is_lifted_and_mixed_trees_move(runs):
    weights = [*drawn(np.float16), *drawn(np.float32), *drawn(np.float64)]
    gradients = [[*drawn(np.float16), *drawn(np.float16), *drawn(np.float32, seed=1)]]
    rule = Adam()
    mine, formula = both(rule, weights, gradients)
    assert runs.count == 3
    for one, other in zip(arrays(mine, rule), arrays(formula, rule), strict=True):
        assert one.dtype == other.dtype != np.float16
        assert (one == other).all()


def test_a_schedule_is_asked(runs):
    rule = Adam(learning_rate=Exponential(peak=0.1, factor=0.5, steps=1))
    mine, formula = both(rule, drawn(), [drawn(seed=seed) for seed in range(1, 1 + STEPS)])
    _agree(mine, formula, rule, np.float64)
    assert runs.count == STEPS
    assert np.abs(mine[0][2][-1]).max() < np.abs(mine[0][0][-1]).max()


def test_nothing_given_is_written(runs):
    weights, gradient = drawn(), drawn(seed=1)
    state = Momentum().init(weights)
    kept = [each.copy() for each in (*weights, *gradient, *state["velocity"])]
    Momentum().step(gradient, state, weights)
    assert runs.count == 1
    for one, other in zip((*weights, *gradient, *state["velocity"]), kept, strict=True):
        assert (one == other).all()


def test_a_nan_stays_with_its_entry(runs):
    gradient = drawn(seed=1)
    gradient[-1][[5, 6]] = np.nan, np.inf
    mine, formula = both(Adam(), drawn(), [gradient])
    assert runs.count == 1
    assert np.isnan(mine[0][0][-1]).sum() == np.isnan(formula[0][0][-1]).sum() == 2


def test_what_has_gaps_is_the_formulas(runs):
    weights = [np.ones((500, 300))]
    gradient = [np.asfortranarray(np.random.default_rng(0).normal(size=(500, 300)))]
    mine, formula = both(Adam(), weights, [gradient])
    assert runs.count == 0
    assert (mine[0][0][0] == formula[0][0][0]).all()


def test_what_stands_between_the_bytes_of_numbers_is_the_formulas(runs):
    odd = np.frombuffer(bytearray(8 * 70_000 + 1), np.uint8)[1:].view(np.float64)
    odd[:] = 3.0
    assert not odd.flags.aligned
    mine, formula = both(Adam(), [np.ones(70_000)], [[odd]])
    assert runs.count == 0
    _agree(mine, formula, Adam(), np.float64)


def test_what_is_small_is_the_formulas(runs):
    walk(Adam(), [np.ones(1000)], [[np.ones(1000)]])
    walk(Adam(), [torch.ones(1000)], [[torch.ones(1000)]])
    assert runs.count == 0


def test_many_trials_are_the_formulas(runs):
    walk(Adam(learning_rate=(0.1, 0.2)), [np.ones((2, 50_000))], [[np.ones((2, 50_000))]])
    assert runs.count == 0


def test_bytes_in_another_order_are_the_formulas(runs):
    mine, formula = both(Adam(), drawn(">f4"), [drawn(">f4", seed=1)])
    assert runs.count == 0
    _agree(mine, formula, Adam(), np.float32)


def test_a_curvature_is_the_formulas(runs):
    rule, weights, gradient = SophiaG(), drawn(), drawn(seed=1)
    state = rule.init(weights)
    rule.step(gradient, state, weights, curvature=[each * each for each in weights])
    assert runs.count == 0
    rule.step(gradient, state, weights)
    assert runs.count == 1


def test_a_gradient_that_has_a_graph_is_the_formulas(runs):
    weight = torch.ones(70_000, requires_grad=True)
    rule, gradient = Adam(), torch.ones(70_000, requires_grad=True)
    change, _ = rule.step([gradient], rule.init([weight]), [weight])
    assert runs.count == 0
    assert change[0].requires_grad
    again, _ = rule.step([gradient.detach()], rule.init([weight]), [weight])
    assert runs.count == 1
    assert torch.equal(change[0], again[0])


def test_a_transform_sees_the_formula(runs):
    rule, weights = Momentum(), torch.ones(3, 70_000)

    def change(weight):
        return rule.step([weight], rule.init([weight]), [weight])[0][0]

    found = torch.func.vmap(change)(weights)
    assert runs.count == 0
    assert torch.equal(found, torch.stack([change(each) for each in weights]))


def test_a_compiler_sees_the_formula(runs):
    rule, weights, gradient = Adam(), [torch.ones(70_000)], [torch.ones(70_000)]
    state = rule.init(weights)
    found, _ = torch.compile(rule.step, fullgraph=True, backend="eager")(gradient, state, weights)
    assert runs.count == 0
    change, _ = rule.step(gradient, state, weights)
    assert runs.count == 1
    assert torch.equal(found[0], change[0])


def test_the_c_of_a_rule_can_be_read():
    told = shown_rule(Adam())
    assert "Adam(learning_rate=0.001" in told
    assert "r_sqrt" in told
    with pytest.raises(NotFoundError, match="LARS becomes no C"):
        shown_rule(lossary.optimizers.LARS())
