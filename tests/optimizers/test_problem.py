"""What is walked down has the gradient that its loss has."""

import numpy as np

from tests.optimizers import problem


def test_the_slopes_are_those_of_the_loss():
    arrays, small = problem.listed(problem.START), 1e-6
    for place, slope in enumerate(problem.slopes(np, arrays, np.asarray)):
        for entry in np.ndindex(slope.shape):
            ends = []
            for side in (small, -small):
                moved = [each.copy() for each in arrays]
                moved[place][entry] += side
                ends.append(problem.loss(np, moved, np.asarray))
            # Differences of second order: their error is some 1e-9 here.
            np.testing.assert_allclose((ends[0] - ends[1]) / (2 * small), slope[entry], atol=1e-7)
