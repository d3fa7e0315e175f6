"""Parts as a trainer uses them: one backward a micro-batch, ranks, compiled functions."""

import jax
import numpy as np
import pytest
import torch

import lossary
from lossary.errors import AdditivityError

RNG = np.random.default_rng(0)
P, T = RNG.normal(size=(16, 5)), RNG.integers(0, 5, 16)
MASK = RNG.uniform(size=16) < 0.5
SPLITS = ((0, 1), (1, 4), (4, 16))  # micro-batches of 1, 3 and 12 rows


def test_micro_batches_of_1_3_and_12_rows_give_the_gradient_of_the_whole():
    loss, p = lossary.CrossEntropy(), torch.tensor(P, requires_grad=True)
    t, mask = torch.tensor(T), torch.tensor(MASK)
    whole = torch.autograd.grad(loss(p, t, mask=mask), p)[0]
    count = 0.0
    for a, b in SPLITS:  # nothing is kept between the steps but sums
        parts = loss.parts(p[a:b], t[a:b], mask=mask[a:b])
        parts.numerator.backward()
        count = count + parts.denominator
    torch.testing.assert_close(p.grad / count, whole, rtol=1e-12, atol=1e-14)


def test_a_mean_of_means_is_something_else():
    """The mistake that parts are there to end: it must show here, or the test above is blind."""
    loss = lossary.CrossEntropy()
    means = [loss(P[a:b], T[a:b], mask=MASK[a:b]) for a, b in SPLITS]
    assert np.mean(means) != pytest.approx(loss(P, T, mask=MASK), rel=1e-3)


def test_parts_may_leave_a_compiled_jax_function():
    parts = jax.jit(lambda p, t: lossary.Huber().parts(p, t))(P, P[::-1])
    assert isinstance(parts, lossary.Parts)
    assert float(parts.value) == pytest.approx(float(lossary.Huber()(P, P[::-1])), rel=1e-12)


def test_ranks_are_summed_by_any_function():
    loss = lossary.RootMeanSquaredError()
    ranks = [loss.parts(P[a:b], P[a:b] * 0) for a, b in SPLITS]
    sums = [sum(each) for each in zip(*(rank.sums for rank in ranks), strict=True)]
    found = iter(sums)
    total = ranks[0].map(lambda own: next(found))
    assert total.value == pytest.approx(loss(P, P * 0), rel=1e-14)


def test_parts_of_different_losses_do_not_add():
    with pytest.raises(AdditivityError, match="do not add up"):
        lossary.Huber().parts(P, P) + lossary.Huber(delta=2).parts(P, P)
    with pytest.raises(TypeError):
        lossary.Huber().parts(P, P) + 1.0
    with pytest.raises(AdditivityError, match="no quotient of two sums"):
        _ = lossary.Dice().parts(P * 0, T).numerator


def test_a_count_does_not_saturate_in_single_precision():
    size = 2**24 + 3  # in single precision 2^24 + 1 is 2^24
    zeros = np.zeros(size, dtype=np.float32)
    mask = np.ones(size, dtype=bool)
    parts = lossary.AbsoluteError().parts(zeros, zeros + 1, mask=mask)
    assert parts.denominator == np.float32(size)
    assert parts.value == pytest.approx(1.0, rel=1e-6)
