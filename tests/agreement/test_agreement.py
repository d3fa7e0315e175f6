"""Every row of the tables is run: where conventions meet, and where they part."""

import os
import re
import subprocess
import sys

import numpy as np
import pytest

from tests.agreement.draws import drawn
from tests.agreement.libraries import LIBRARIES
from tests.agreement.table import named
from tests.agreement.write_table import PAGE, page

SEEDS = (0, 1)
WRITTEN = 1e-5
"""The numbers in the table of differences have six digits."""
ELSEWHERE = """
import keras
backend, loss = keras.backend.backend(), keras.losses.BinaryFocalCrossentropy(from_logits=True)
if backend == "jax":
    import jax, jax.numpy as np
    slope = jax.grad(lambda p: loss(np.zeros((1, 1)), p))(np.asarray([[20.0]])).item()
else:
    import torch
    p = torch.tensor([[20.0]], requires_grad=True)
    slope = torch.autograd.grad(loss(torch.zeros(1, 1), p), p)[0].item()
print(backend, slope)
"""


def _rows(which, among=lambda row: True):
    return pytest.mark.parametrize(
        ("library", "row"),
        [
            pytest.param(library, row, id=f"{library.title}: {row.theirs}")
            for library in LIBRARIES
            for row in filter(among, getattr(library, which))
        ],
    )


def _assert_close(found, expected, within):
    tolerance, why = within
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance, err_msg=why)


@pytest.mark.parametrize("seed", SEEDS)
@_rows("meets")
def test_a_call_of_theirs_gives_our_value(library, row, seed):
    arrays = drawn(row, library, seed)
    theirs, ours = (library.value(text, arrays) for text in (row.theirs, row.ours_written))
    assert np.isfinite(theirs).all()
    assert np.any(theirs)
    _assert_close(ours, theirs, row.within)


@pytest.mark.parametrize("seed", SEEDS)
@_rows("meets", lambda row: row.slope is not None)
def test_a_call_of_theirs_has_our_slope(library, row, seed):
    arrays = drawn(row, library, seed)
    theirs = library.value(row.slope, arrays) if row.slope else library.slope(row.theirs, arrays)
    assert np.isfinite(theirs).all()
    assert np.any(theirs)
    within = row.slope_within or row.within
    if library.automatic:
        _assert_close(library.slope(row.ours_written, arrays), theirs, within)
    if not row.call:
        _assert_close(library.value(row.our_gradient, arrays), theirs, within)


@pytest.mark.parametrize("seed", SEEDS)
@_rows("meets", lambda row: row.curvature)
def test_a_booster_of_theirs_has_our_curvature(library, row, seed):
    arrays = drawn(row, library, seed)
    theirs, ours = (library.value(text, arrays) for text in (row.curvature, row.our_curvature))
    _assert_close(ours, theirs, row.within)


@_rows("differs")
def test_a_call_of_theirs_gives_another_number_than_ours(library, row):
    arrays = {letter: np.asarray(array) for letter, array in row.given.items()}
    asked = library.slope if row.of == "slope" else library.value
    for text, expected in ((row.theirs, row.they), (row.ours_written, row.we)):
        if isinstance(expected, type):
            with pytest.raises(expected):
                asked(text, arrays)
        else:
            np.testing.assert_allclose(asked(text, arrays), expected, WRITTEN, err_msg=text)
    if not isinstance(row.they, type) and not isinstance(row.we, type):
        assert not np.allclose(row.they, row.we, 10 * WRITTEN, atol=0)


def test_keras_elsewhere_gives_a_confident_mistake_no_slope_even_as_a_logit():
    ran = {
        backend: subprocess.Popen(
            [sys.executable, "-c", ELSEWHERE],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"KERAS_BACKEND": backend},
        )
        for backend in ("jax", "torch")
    }
    assert {backend: process.communicate()[0].split() for backend, process in ran.items()} == {
        backend: [backend, "0.0"] for backend in ran
    }


@pytest.mark.parametrize("library", LIBRARIES, ids=lambda library: library.title)
def test_what_a_library_is_said_not_to_have_it_does_not_have(library):
    names = {name for module in library.searched for name in vars(module) if name[0] != "_"}
    found = {
        (loss, name)
        for loss, words in library.absent.items()
        for name in names
        if re.search(words, name, re.IGNORECASE)
    }
    assert found == set()


def test_the_page_is_what_the_tables_say():
    assert PAGE.read_text() == page(), "python -m tests.agreement.write_table writes it anew"


def test_a_loss_that_is_compared_with_one_library_has_a_word_on_each():
    words = [
        {named(row.ours) for row in (*library.meets, *library.differs)} | set(library.absent)
        for library in LIBRARIES
    ]
    assert {
        library.title: set.union(*words) - each
        for library, each in zip(LIBRARIES, words, strict=True)
    } == {library.title: set() for library in LIBRARIES}
