"""The machinery behind the checks of meaning: landmarks, lines, floors and looks."""

import numpy as np
import pytest

from lossary.verifier.meaning.lines import fall, jump
from lossary.verifier.meaning.squashed import fits, forms, sigmoids, softmax_floor, squashed
from lossary.verifier.meaning.words import bears, spelt
from lossary.verifier.ranges import looks_like, misfit


def test_the_floor_behind_two_softmaxes_is_the_known_one():
    assert softmax_floor(3) == pytest.approx(0.5514, abs=1e-4)
    assert softmax_floor(10) == pytest.approx(1.4612, abs=1e-4)


@pytest.mark.parametrize("k", [2, 3, 10, 1000])
def test_a_second_softmax_leaves_the_floor_that_is_told(k):
    right, wrong = squashed(k)
    assert -np.log(right[0]) == pytest.approx(softmax_floor(k))
    assert wrong[0] < right[0]


def test_floors_fit_in_any_scale_and_no_other_floor_fits():
    right, wrong = squashed(4)
    known = list(forms(None, None))
    floor, ceiling = -np.log(right[0]), -np.log(wrong[0])
    assert fits(7 * floor, 7 * ceiling, right, wrong, 0, known)
    assert not fits(0.325, 3.5, right, wrong, 0, known)


def test_a_second_sigmoid_leaves_a_half_for_no():
    right, wrong = sigmoids(0)
    assert right[0] == 0.5
    assert wrong[0] == pytest.approx(1 - np.e / (1 + np.e))


def test_names_are_read_at_their_joints():
    assert spelt("BCEWithLogitsLoss") == "bce_with_logits_loss"
    assert bears("InfoNCELoss", "info_nce")
    assert not bears("deposit", "pos")


def test_a_fall_is_measured_from_the_highest_value_before_it():
    assert fall(np.array([0.0, 1.0, 4.0, 2.0, 3.0])) == (0.5, 2, 3)
    assert fall(np.array([1.0, 1.0])) is None


def test_a_jump_is_found_to_many_digits_and_a_kink_is_none():
    steps = np.linspace(0, 4, 41)

    def stepped(x):
        return x**2 / 2 if x < 1.234 else 2 * x

    place, low, high = jump(stepped, steps, np.array([stepped(x) for x in steps]))
    assert (place, low, high) == pytest.approx((1.234, 1.234**2 / 2, 2.468), abs=1e-5)
    assert jump(abs, steps - 2, np.abs(steps - 2)) is None


def test_arrays_are_known_by_their_looks():
    rows = np.full((8, 3), [0.2, 0.3, 0.5])
    assert looks_like(rows).probabilities
    assert looks_like(np.eye(3)[[0, 1, 2, 0]]).one_hot
    assert looks_like(rows * 8 - 3).logits
    assert looks_like(np.linspace(-1, 1, 20)).within_sides
    assert not looks_like(np.array([0.3, 0.4])).probabilities  # too few to tell


def test_a_misfit_is_told_in_words_and_a_fit_is_silent():
    rows = looks_like(np.full((8, 3), [0.2, 0.3, 0.5]))
    logits = looks_like(np.linspace(-4, 4, 24).reshape(8, 3))
    assert "softmax" in misfit("scores", rows)
    assert "sigmoid" in misfit("logit", looks_like(np.linspace(0.1, 0.9, 20)))
    assert "no probabilities" in misfit("probability", logits)
    assert "logarithm" in misfit("log_probability", rows)
    assert misfit("scores", logits) is None
    assert misfit("distribution", rows) is None


def test_an_array_without_numbers_says_nothing():
    lost = looks_like(np.array([np.nan, 1.0]))
    assert misfit("probability", lost) is None
    assert misfit("scores", lost) is None
