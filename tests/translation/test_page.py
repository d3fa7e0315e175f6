"""The page of optimizers is as it is generated, and its pictures show what stands below them."""

import numpy as np
import pytest

from lossary.adapters.translation.comparing import CLOSE
from lossary.adapters.translation.rows import ROWS, UNWALKED
from lossary.optimizers import listed
from tests.translation.effects import LONG, RATE, adams_epsilon, two_conventions, zero_learning
from tests.translation.write_page import FOLDER, PAGE, pictures, written


def _halfway(line):
    """Return the size of a gradient that makes half a step."""
    return float(np.exp(np.interp(0.5, line.y, np.log(line.x))))


def test_the_tables_on_the_page_are_those_that_are_walked():
    text = PAGE.read_text(encoding="utf-8")
    assert text == written(text), "python -m tests.translation.write_page"


@pytest.mark.parametrize(("name", "text"), pictures().items(), ids=lambda each: each[:12])
def test_a_picture_beside_the_page_is_as_it_is_drawn(name, text):
    assert (FOLDER / name).read_text(encoding="utf-8") == text, (
        "python -m tests.translation.write_page"
    )


def test_every_optimizer_is_walked_or_it_is_told_why_not():
    walked = {type(row.optimizer) for row in ROWS}
    left = {cls.__name__ for cls in listed() if cls.__module__.startswith("lossary.")}
    assert left - {cls.__name__ for cls in walked} == set(UNWALKED)


def test_adagrads_step_falls_as_one_over_the_root_and_rmsprops_settles():
    ada, rms = (each.line for each in zero_learning().lines)
    np.testing.assert_allclose(ada.y, RATE * np.asarray(ada.x) ** -0.5, 1e-6)
    assert ada.x[-1] == LONG
    assert ada.y[-1] == pytest.approx(ada.y[0] / 100)
    assert rms.y[-1] == pytest.approx(RATE)
    assert rms.y[0] == pytest.approx(10 * RATE)


def test_a_gradient_of_epsilon_makes_half_a_step_and_in_keras_one_32_times_as_large():
    lines = adams_epsilon().lines
    for ours, keras, epsilon in ((*lines[:2], 1e-8), (*lines[2:], 1e-3)):
        assert _halfway(ours.line) == pytest.approx(epsilon, rel=0.05)
        assert _halfway(keras.line) == pytest.approx(epsilon * 1000**0.5, rel=0.05)


def test_keras_steps_as_is_drawn_of_it():
    import keras

    size, epsilon = 1e-4, 1e-3
    variable = keras.Variable(np.zeros(1), dtype="float64")
    adam = keras.optimizers.Adam(learning_rate=1.0, epsilon=epsilon)
    adam.apply([keras.ops.convert_to_tensor([size], dtype="float64")], [variable])
    line = adams_epsilon().lines[3].line
    drawn = np.interp(np.log(size), np.log(line.x), line.y)
    assert -variable.numpy()[0] == pytest.approx(drawn, rel=1e-3)


def test_the_same_epsilon_inside_the_root_stills_gradients_ten_thousand_times_as_large():
    outside, inside = (each.line for each in two_conventions().lines)
    assert _halfway(outside) == pytest.approx(1e-8, rel=0.05)
    assert _halfway(inside) == pytest.approx((1e-8 / 3) ** 0.5, rel=0.05)  # g²/(g² + ε) = 1/4
    small = np.asarray(inside.x) < 1e-10
    ratio = np.asarray(outside.y)[small] / np.asarray(inside.y)[small]
    assert ratio.min() > 0.9e4 > 1 / CLOSE / 1e4
