"""Each example runs from a shell and prints numbers that make its point."""

import os
import re
import subprocess
import sys
from math import e, inf, log

import pytest

from tests.house.rooms import ROOT

EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
ONE_CORE = {"OMP_NUM_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1"}
SECONDS = 120
"""Eight on an idle machine; the tests share theirs with others."""


@pytest.fixture(scope="module")
def story():
    """Return a function from an example's name to the lines it prints; each runs once."""
    told = {}

    def lines(name):
        if name not in told:
            told[name] = _run(ROOT / "examples" / f"{name}.py").splitlines()
        return told[name]

    return lines


def _run(file):
    ran = subprocess.run(
        [sys.executable, str(file)],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | ONE_CORE,
        timeout=SECONDS,
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def _numbers(line):
    return [
        float(each) for each in re.findall(r"(?<![\w.])-?(?:inf|\d+\.?\d*(?:e[+-]?\d+)?)", line)
    ]


def _after(lines, heading):
    """Return the lines below the first that begins with a heading, up to the next empty one."""
    start = next(i for i, line in enumerate(lines) if line.startswith(heading))
    below = [*lines[start + 1 :], ""]
    return below[: below.index("")]


def test_every_example_has_its_story_tested():
    tested = {"binary_cross_entropy", "digits_keras", "digits_torch", "linear_regression", "xor"}
    assert {file.stem for file in EXAMPLES} == tested


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_says_in_its_first_line_what_it_shows(file):
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith('"""')
    assert first.endswith(".")


def test_xor_stalls_at_log_2_in_a_linear_model_and_falls_with_a_hidden_layer(story):
    *steps, logits, probabilities = _after(story("xor"), "Logistic regression")
    assert _numbers(steps[-1])[-1] == pytest.approx(log(2), abs=1e-4)
    assert max(map(abs, _numbers(logits))) < 0.01
    assert _numbers(probabilities) == [0.5] * 4
    *steps, _, probabilities = _after(story("xor"), "With a hidden layer")
    assert _numbers(steps[-1])[-1] < 0.05
    assert [round(each) for each in _numbers(probabilities)] == [0, 1, 1, 0]


def test_the_line_climbs_with_the_sign_turned_and_is_too_steep_without_an_intercept(story):
    *turned, _ = _after(story("linear_regression"), "The sign turned")
    losses = [_numbers(line)[-1] for line in turned]
    assert losses == sorted(losses)
    assert losses[-1] > 1e100
    steep = _after(story("linear_regression"), "No intercept")
    assert _numbers(steep[-1])[0] == pytest.approx(3.36, abs=0.05)
    mended = _after(story("linear_regression"), "Mended")
    assert _numbers(mended[-3])[-1] == pytest.approx(1 / 24, rel=0.1)  # half the noise's variance
    for line in mended[-2:]:  # by descent, and by least squares
        assert _numbers(line)[:2] == pytest.approx([3, 0.5], abs=0.06)


def test_a_softmax_too_many_keeps_the_loss_above_its_floor_and_is_found(story):
    lines = story("digits_torch")
    floor = log(1 + 9 / e)
    assert f"{floor:.3f}" in lines[0]
    twice, once = (_numbers(_after(lines, head)[-1]) for head in ("Softmax twice", "Mended"))
    assert twice[1] > floor
    assert once[1] < 0.3
    assert once[2] > twice[2] + 0.03
    assert "after a softmax" in lines[-3]
    assert "raw output" in lines[-2]


def test_squared_error_behind_a_saturated_softmax_learns_nothing(story):
    lines = story("digits_keras")
    squared_at_first, entropy_at_first = map(_numbers, lines[2:4])
    slopes, squared, entropy = map(_numbers, lines[5:8])
    assert squared_at_first[-1] < entropy_at_first[-1]
    assert slopes == [pytest.approx(4.1e-9, rel=0.1), 1.0]
    assert squared == pytest.approx([0.18, 0.1], abs=0.02)
    assert entropy[-1] > 0.8


def test_half_of_the_binary_cross_entropy_ends_with_yes_to_everything(story):
    half, whole = map(_numbers, story("binary_cross_entropy")[:2])
    assert half[0] < 0.01 < whole[0]
    assert half[1] > 1.0 > whole[1]
    assert half[2] == 100
    assert half[3] < 65 < 80 < whole[3]


def test_an_epsilon_against_the_logarithm_of_zero_vanishes_in_half_precision(story):
    rows = [_numbers(line)[-2:] for line in story("binary_cross_entropy")[-3:]]
    assert rows == [[34.54, 100], [34.54, 100], [inf, 100]]
