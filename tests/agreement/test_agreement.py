"""Every row of the tables is run: where conventions meet, and where they part."""

import warnings

import numpy as np
import pytest

from tests.agreement import with_torch
from tests.agreement.draws import drawn

LIBRARIES = (with_torch.LIBRARY,)
SEEDS = range(3)


def _rows(which):
    return [
        pytest.param(library, row, id=f"{library.title}: {row.theirs}")
        for library in LIBRARIES
        for row in getattr(library, which)
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("library", "row"), _rows("meets"))
def test_a_call_of_theirs_gives_our_value_and_our_slope(library, row, seed):
    arrays = drawn(row, library, seed)
    with library.setting():
        ours, our_slope = library.run(row.ours_written, arrays)
        theirs, their_slope = library.run(row.theirs, arrays)
    tolerance, why = row.within
    np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance, err_msg=why)
    np.testing.assert_allclose(our_slope, their_slope, rtol=tolerance, atol=tolerance, err_msg=why)
    assert np.isfinite(ours).all()
    assert our_slope.any()


@pytest.mark.parametrize(("library", "row"), _rows("differs"))
def test_a_call_of_theirs_gives_another_number_than_ours(library, row):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = {}
        for name, text, expected in (("theirs", row.theirs, row.they), ("ours", row.ours_written, row.we)):
            given = {k: v if isinstance(v, np.ndarray) else np.asarray(v) for k, v in row.given.items()}
            with library.setting():
                if isinstance(expected, type):
                    with pytest.raises(expected):
                        library.run(text, given)
                    continue
                value, slope = library.run(text, given)
            np.testing.assert_allclose(slope if row.of=="slope" else value, expected, rtol=1e-6, err_msg=name)
