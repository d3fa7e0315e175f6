"""The curvature's estimate: right on average over signs, and Sophia-G trains with it."""

from itertools import product

import numpy as np
import pytest
import torch

import lossary
from lossary.errors import GradientError, ShapeError
from lossary.optimizers import SophiaG
from lossary.optimizers.curvature import curvature_probe

_drawn = np.random.default_rng(3)
ROWS, INNER, OUTER = (_drawn.normal(size=size) for size in ((6, 2), (2, 3), (3,)))
TARGETS = (_drawn.uniform(size=6) > 0.5).astype(float)
WEIGHT = np.asarray([1.0, 2.0, 0.5, 1.0, 0.0, 3.0])
MASK = np.asarray([True, True, False, True, True, True])
ALL_SIGNS = tuple(np.asarray(each) for each in product((-1.0, 1.0), repeat=6))
"""All there are, so that their mean is the expectation itself."""
LOSSES = (
    lossary.HalfSquaredError(),
    lossary.BinaryCrossEntropy(),
    0.3 * lossary.SquaredError() + 2.0 * lossary.LogCosh(),
)
GIVEN = ({}, {"weight": WEIGHT}, {"weight": WEIGHT, "mask": MASK})


def _forward():
    hidden = np.tanh(ROWS @ INNER)
    return hidden, hidden @ OUTER


def _jacobians():
    """Return the slopes of each prediction in each weight: shapes (6, 2, 3) and (6, 3)."""
    hidden, _ = _forward()
    back = (1 - hidden**2) * OUTER
    return ROWS[:, :, None] * back[:, None, :], hidden


def _diagonal(loss, given):
    """Return diag(Jᵀ H J) of the mean loss, H its curvatures divided by what the entries weigh."""
    share = given.get("weight", np.ones(6)) * given.get("mask", np.ones(6))
    curvature = loss.curvature(_forward()[1], TARGETS) * share / share.sum()
    return [np.einsum("i,i...->...", curvature, each**2) for each in _jacobians()]


@pytest.mark.parametrize("given", GIVEN, ids=lambda given: "+".join(given) or "plain")
@pytest.mark.parametrize("loss", LOSSES, ids=repr)
def test_the_squared_slopes_are_on_average_the_gauss_newton_diagonal(loss, given):
    inner, outer = _jacobians()
    found = [np.zeros_like(INNER), np.zeros_like(OUTER)]
    for signs in ALL_SIGNS:
        probe = curvature_probe(loss, _forward()[1], TARGETS, signs, **given)
        for total, jacobian in zip(found, (inner, outer), strict=True):
            total += np.einsum("i,i...->...", probe, jacobian) ** 2 / len(ALL_SIGNS)
    for one, other in zip(found, _diagonal(loss, given), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)  # a sum of 64 terms in double precision


def test_on_pytorch_the_estimate_comes_from_one_backward_pass():
    loss, weights = LOSSES[1], [torch.tensor(each, requires_grad=True) for each in (INNER, OUTER)]
    found = [torch.zeros_like(each) for each in weights]
    for signs in ALL_SIGNS:
        prediction = torch.tanh(torch.tensor(ROWS) @ weights[0]) @ weights[1]
        probe = curvature_probe(loss, prediction, torch.tensor(TARGETS), torch.tensor(signs))
        assert not probe.requires_grad
        slopes = torch.autograd.grad(prediction, weights, grad_outputs=probe)
        for total, slope in zip(found, slopes, strict=True):
            total += slope**2 / len(ALL_SIGNS)
    for one, other in zip(found, _diagonal(loss, {}), strict=True):
        np.testing.assert_allclose(one.detach().numpy(), other, rtol=1e-12)  # as above


def test_sophia_trains_with_it_and_keeps_the_last_estimate_between():
    """Curvatures from 0.01 to 100: where Sophia arrives, descent by the sign alone does not."""
    scales = np.asarray([0.1, 1.0, 10.0])
    rows = np.random.default_rng(0).normal(size=(64, 3)) * scales
    truth, loss = np.asarray([5.0, -1.0, 0.3]), lossary.HalfSquaredError()
    target, random = rows @ truth, np.random.default_rng(1)

    def trained(curved):
        optimizer = SophiaG(learning_rate=0.1, beta1=0.5, beta2=0.5, gamma=1.0, weight_decay=0.0)
        weights = np.zeros(3)
        state = optimizer.init(weights)
        for step in range(300):
            prediction, curvature = rows @ weights, None
            if curved and step % 10 == 0:
                signs = random.choice([-1.0, 1.0], size=64)
                curvature = (rows.T @ curvature_probe(loss, prediction, target, signs)) ** 2
            slope = rows.T @ (prediction - target) / 64
            before = state["curve"]
            change, state = optimizer.step(slope, state, weights, curvature=curvature)
            if curvature is None:
                np.testing.assert_array_equal(state["curve"], before)
            weights = weights + change
        return np.abs(weights - truth).max()

    assert trained(curved=True) < 1e-3
    assert trained(curved=False) > 1e-2


def test_a_probe_that_cannot_be_is_refused():
    with pytest.raises(ShapeError, match="one sign for each number"):
        curvature_probe(LOSSES[0], np.zeros(3), np.zeros(3), np.ones(()))
    with pytest.raises(GradientError, match="Dice"):
        curvature_probe(lossary.Dice(), np.zeros((4, 1)), np.zeros((4, 1)), np.ones((4, 1)))
    with pytest.raises(GradientError, match="negative factor"):
        curvature_probe(-1.0 * LOSSES[0], np.zeros(3), np.zeros(3), np.ones(3))
