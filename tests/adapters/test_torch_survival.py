"""The spread of censored times, learned in PyTorch beside the model that predicts them."""

import numpy as np
import pytest
import torch

import lossary
from lossary.adapters.torch import module

RANDOM = np.random.default_rng(11)
SPREAD, MIDDLE = 0.4, 0.9
ERRORS = {
    lossary.WeibullAFT: np.log(RANDOM.exponential(size=2000)),
    lossary.LogLogisticAFT: RANDOM.logistic(size=2000),
}


@pytest.mark.parametrize("cls", ERRORS, ids=lambda cls: cls.__name__)
def test_a_likelihood_of_censored_times_finds_their_middle_and_their_spread(cls):
    lasted = np.exp(MIDDLE + SPREAD * ERRORS[cls])
    limit = RANDOM.uniform(1.0, 6.0, size=2000)
    target = torch.from_numpy(np.where(lasted <= limit, lasted, -limit))
    judge = module(cls(), learn="scale").double()  # as a likelihood it needs nothing to hold it
    middle = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([middle, *judge.parameters()], line_search_fn="strong_wolfe")

    def closure():
        optimizer.zero_grad()
        value = judge(middle.expand(2000), target)
        value.backward()
        return value

    for _ in range(3):
        optimizer.step(closure)
    assert 0.2 < (target < 0).double().mean() < 0.5
    # Of two thousand times, a spread is known to about two per cent.
    assert judge.scale.item() == pytest.approx(SPREAD, rel=0.06)
    assert middle.item() == pytest.approx(MIDDLE, abs=0.06)
