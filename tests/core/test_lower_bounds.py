"""Losses know a value that they cannot fall below, or that there is none."""

from math import inf

import numpy as np
import pytest

import lossary
from lossary.core.catalogue import all_of
from lossary.core.learned import learned
from lossary.domains import logit
from lossary.testing.laws import cases

ENDLESS = [cls for cls in all_of(lossary.Loss) if cls.lower_bound == -inf]


@pytest.mark.parametrize("cls", ENDLESS, ids=lambda cls: cls.__name__)
def test_a_loss_said_to_have_no_lower_bound_falls_below_zero(cls):
    drawn = [
        np.min(case.call(*case.draw(seed), reduction="none"))
        for case in cases(cls, "numpy", "float64")
        for seed in range(8)
    ]
    assert min(drawn) < 0


def test_some_losses_have_a_bound_and_some_have_none():
    assert {cls.__name__ for cls in ENDLESS} >= {"GaussianNLL", "PoissonNLL"}
    assert lossary.SquaredError().lower_bound == 0


def test_a_sum_has_the_bound_that_its_terms_have():
    square, endless = lossary.SquaredError(), lossary.PoissonNLL()
    assert (2 * square + 3 * lossary.Huber()).lower_bound == 0
    assert (square + -0.5 * lossary.Huber()).lower_bound == -inf
    assert (0.5 * endless).lower_bound == -inf


def test_a_loss_that_reads_something_else_has_the_same_bound():
    assert lossary.Dice().reading(logit).lower_bound == 0


def test_a_loss_whose_normaliser_is_learned_has_no_bound():
    loss = lossary.Barron()
    values = {"scale": np.asarray(1e-9)}
    assert learned(loss, values).lower_bound == -inf
    assert learned(loss, values, held=False).lower_bound == 0
