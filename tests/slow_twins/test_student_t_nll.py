"""Student's likelihood with its normaliser is SciPy's density."""

import numpy as np
import pytest
from scipy import stats

from lossary import StudentTNLL
from lossary.backends import backend_named


@pytest.mark.parametrize("degrees", [0.5, 1.0, 2.5, 8.0, 30.0])
def test_what_is_left_out_is_the_logarithm_of_the_integral(degrees):
    loss, target = StudentTNLL(degrees=degrees, scale=3.0), np.asarray([-20.0, 0.0, 0.5, 7.0])
    whole = loss(1 + 0 * target, target, reduction="none") + loss.normaliser(
        backend_named("numpy").xp, target
    )
    known = -stats.t(degrees, loc=1.0, scale=3.0).logpdf(target)
    np.testing.assert_allclose(whole, known, rtol=1e-13)  # 1281 terms, and SciPy's gamma functions
